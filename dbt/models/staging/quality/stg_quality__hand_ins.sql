-- Grain: one row per entry of the log that says what became of a file, as of `as_of`, without those of files that were
-- taken back since. The same rule stands in dagster_project.ingestion.standing.
-- Answers are no hand-ins of a period: what they mended counts with the file that they answer.
with

submissions as (
    select * from {{ ref('stg_quality__submissions') }}
),

row_counts as (
    select * from {{ ref('stg_quality__row_counts') }}
),

taken_back as (
    select
        ledger,
        file,
        max(log_no) as last_log_no
    from submissions
    where status in ('withdrawn', 'moved')
    group by ledger, file
)

select
    submissions.log_no,
    submissions.submission_id,
    submissions.ledger,
    submissions.department_code,
    submissions.period,
    submissions.fiscal_year,
    submissions.file,
    submissions.received_at,
    submissions.supersede,
    submissions.status,
    coalesce(row_counts.rows_accepted, submissions.rows_accepted) as rows_accepted,
    coalesce(row_counts.rows_rejected, submissions.rows_rejected) as rows_rejected,
    -- What a file held last when it landed; a refused or held content takes nobody's place.
    submissions.status = 'landed' and row_number() over (
        partition by submissions.ledger, submissions.file, submissions.status order by submissions.log_no desc
    ) = 1 as is_last_landed
from submissions
left join taken_back
    on
        submissions.ledger = taken_back.ledger
        and submissions.file = taken_back.file
left join row_counts on submissions.submission_id = row_counts.submission_id
where
    submissions.answers is null
    and submissions.status not in ('withdrawn', 'moved')
    and (taken_back.last_log_no is null or submissions.log_no > taken_back.last_log_no)
