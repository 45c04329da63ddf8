-- Grain: one row per finding of landing about a submission that was received up to `as_of`.
with

findings as (
    select * from {{ ref('stg_quality__findings') }}
),

submissions as (
    select distinct submission_id from {{ ref('stg_quality__submissions') }}
)

select
    findings.submission_id,
    findings.ledger,
    findings.department_code,
    findings.period,
    findings.file,
    findings.sheet,
    findings.row_number,
    findings.column_name,
    findings.header,
    findings.column_ref,
    findings.value,
    findings.rule,
    findings.severity,
    findings.message_zh,
    findings.remedy_zh
from findings
inner join submissions on findings.submission_id = submissions.submission_id
