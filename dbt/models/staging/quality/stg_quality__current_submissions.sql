{{ config(materialized='table') }}
-- Grain: one row per submission whose rows may be current as of `as_of`.
-- A file handed in again under its own name takes the place of what it held before, also for another department; a file
-- that was taken back counts for nothing. What a file held last is its last entry in the log, whatever the clock said.
-- Where a ledger is replaced as a whole, the last file of a department and period takes the place of all earlier ones.
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
    rows_rejected
from last_of_each_period
where place_in_period = 1
