-- Grain: one row per entry of the log of submissions.
-- When a file was landed is left out: it would make every rebuild differ.
with

submissions as (
    select * from {{ ref('stg_quality__submissions') }}
),

current_submissions as (
    select * from {{ ref('stg_quality__current_submissions') }}
)

select
    submissions.log_no,
    submissions.submission_id,
    submissions.ledger,
    submissions.department_code,
    submissions.period,
    submissions.fiscal_year,
    submissions.file,
    submissions.sheet,
    submissions.sha256,
    submissions.received_at,
    submissions.contract_version,
    submissions.supersede,
    submissions.status,
    current_submissions.log_no is not null as is_current,
    submissions.reason,
    submissions.rows_read,
    submissions.rows_accepted,
    submissions.rows_rejected,
    submissions.rows_blank,
    submissions.rows_notes
from submissions
left join current_submissions on submissions.log_no = current_submissions.log_no
