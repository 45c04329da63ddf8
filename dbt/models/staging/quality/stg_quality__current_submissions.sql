{{ config(materialized='table') }}
-- Grain: one row per submission whose rows may be current as of `as_of`.
-- A file handed in again under its own name takes the place of what it held before, also for another department; a file
-- that was taken back counts for nothing. What a file held last is its last entry in the log, whatever the clock said.
-- Where a ledger is replaced as a whole, the last file of a department and period takes the place of all earlier ones.
-- An answer mends rejected rows of another submission: it takes nobody's place, and counts while what it answers does.
with

submissions as (
    select * from {{ ref('stg_quality__submissions') }}
    where status in ('landed', 'withdrawn', 'moved')
),

last_of_each_file as (
    select
        *,
        row_number() over (
            partition by ledger, file
            order by log_no desc
        ) as place_in_file
    from submissions
    where answers is null or status <> 'landed'
),

last_of_each_period as (
    select
        *,
        row_number() over (
            partition by ledger, department_code, case when supersede = 'replace' then period else submission_id end
            order by received_at desc, log_no desc
        ) as place_in_period
    from last_of_each_file
    where place_in_file = 1 and status = 'landed'
),

taken_back as (
    select
        ledger,
        file,
        max(log_no) as last_log_no
    from submissions
    where status <> 'landed'
    group by ledger, file
),

last_of_each_answer as (
    select
        submissions.*,
        row_number() over (
            partition by submissions.submission_id
            order by submissions.log_no desc
        ) as place_in_answer
    from submissions
    left join taken_back
        on
            submissions.ledger = taken_back.ledger
            and submissions.file = taken_back.file
    where
        submissions.answers is not null
        and submissions.status = 'landed'
        and (taken_back.last_log_no is null or submissions.log_no > taken_back.last_log_no)
),

current_files as (
    select * from last_of_each_period
    where place_in_period = 1
),

current_answers as (
    select
        last_of_each_answer.*,
        current_files.received_at as answered_at,
        current_files.log_no as answered_no
    from last_of_each_answer
    inner join current_files on last_of_each_answer.answers = current_files.submission_id
    where last_of_each_answer.place_in_answer = 1
)

select
    submission_id,
    ledger,
    department_code,
    period,
    fiscal_year,
    file,
    sheet,
    received_at,
    log_no,
    rows_accepted,
    rows_rejected,
    answers,
    log_no as ranked_no
from current_files
union all
select
    submission_id,
    ledger,
    department_code,
    period,
    fiscal_year,
    file,
    sheet,
    answered_at as received_at,
    log_no,
    rows_accepted,
    rows_rejected,
    answers,
    answered_no as ranked_no
from current_answers
