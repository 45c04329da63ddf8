-- Grain: one row per entry of the log of submissions.
-- When a file was landed is left out: it would make every rebuild differ. So would the number of its line, which
-- depends on which file landed first: entries are numbered by what they say. Of a time that nobody registered the day
-- is kept.
with

submissions as (
    select * from {{ ref('stg_quality__submissions') }}
),

current_submissions as (
    select * from {{ ref('stg_quality__current_submissions') }}
)

select
    cast(
        row_number() over (
            order by
                submissions.effective_at,
                submissions.received_at,
                submissions.ledger,
                submissions.file,
                submissions.submission_id,
                submissions.status,
                submissions.log_no
        ) as bigint
    ) as log_no,
    submissions.submission_id,
    submissions.ledger,
    submissions.department_code,
    submissions.period,
    submissions.fiscal_year,
    submissions.file,
    submissions.sheet,
    submissions.sha256,
    case
        when submissions.registered_at = '' then cast(cast(submissions.received_at as date) as timestamp)
        else submissions.received_at
    end as received_at,
    cast(submissions.effective_at as date) as effective_on,
    submissions.contract_version,
    submissions.supersede,
    submissions.status,
    current_submissions.log_no is not null as is_current,
    submissions.reason,
    submissions.rows_read,
    submissions.rows_accepted,
    submissions.rows_rejected,
    submissions.rows_blank,
    submissions.rows_notes,
    submissions.answers
from submissions
left join current_submissions on submissions.log_no = current_submissions.log_no
