-- Grain: one row per submission whose rows may be current as of `as_of`; answers are counted with what they answer.
-- A rejected row that an answer mended is open no more, and counts with the submission that it was handed in with.
with

current_submissions as (
    select * from {{ ref('stg_quality__current_submissions') }}
    where answers is null
),

answered_rows as (
    select * from {{ ref('stg_quality__answered_rows') }}
    where is_standing
),

cleared as (
    select
        answers as submission_id,
        sum(case when outcome = 'mended' then 1 else 0 end) as rows_mended,
        count(*) as rows_cleared
    from answered_rows
    group by answers
)

select
    current_submissions.submission_id,
    cast(current_submissions.rows_accepted + coalesce(cleared.rows_mended, 0) as bigint) as rows_accepted,
    cast(current_submissions.rows_rejected - coalesce(cleared.rows_cleared, 0) as bigint) as rows_rejected
from current_submissions
left join cleared on current_submissions.submission_id = cleared.submission_id
