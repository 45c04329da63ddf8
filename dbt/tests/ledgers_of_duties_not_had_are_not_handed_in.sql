-- A failure means that the configuration says a department does not have a duty, and the department handed in its
-- ledger: figures of it are told as not applicable although there are rows. Whoever keeps seeds.not_of_department takes
-- the line out, or ends it, or the department withdraws the file.
with

duties_not_had as (
    select * from {{ ref('not_of_department') }}
),

submissions as (
    select * from {{ ref('stg_quality__current_submissions') }}
)

select
    submissions.department_code,
    submissions.fiscal_year,
    submissions.ledger,
    submissions.submission_id,
    duties_not_had.reason_zh
from submissions
inner join duties_not_had
    on
        submissions.department_code = duties_not_had.department_code
        and submissions.ledger = duties_not_had.ledger
        and {{ valid_in('submissions.fiscal_year', 'duties_not_had') }}
where submissions.rows_accepted > 0
