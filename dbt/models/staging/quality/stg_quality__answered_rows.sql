{{ config(materialized='table') }}
-- Grain: one row per row of an answer that counts as of `as_of` and is about a rejected row.
-- `is_standing`: it is the last that mends its rejected row, or takes it out.
-- `is_cleared`: some row of an answer does so.
-- `is_last_try`: nothing clears the rejected row yet, and this is the last answer that changed it.
with

current_submissions as (
    select * from {{ ref('stg_quality__current_submissions') }}
    where answers is not null
),

findings as (
    select
        submission_id,
        row_number,
        of_sheet,
        of_row,
        min(
            case rule
                when 'row_mended' then 'mended' when 'row_voided' then 'voided' when 'row_unchanged' then 'unchanged'
                else 'wrong'
            end
        ) as outcome
    from {{ source('landing_log', 'findings') }}
    where of_row is not null and (severity = 'error' or rule in ('row_mended', 'row_voided'))
    group by submission_id, row_number, of_sheet, of_row
),

placed as (
    select
        findings.submission_id,
        findings.row_number,
        current_submissions.answers,
        coalesce(findings.of_sheet, '') as of_sheet,
        findings.of_row,
        findings.outcome,
        current_submissions.log_no,
        findings.outcome in ('mended', 'voided') as clears
    from findings
    inner join current_submissions on findings.submission_id = current_submissions.submission_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by answers, of_sheet, of_row
            order by
                case when clears then 0 when outcome = 'wrong' then 1 else 2 end, log_no desc, row_number desc
        ) as place,
        max(case when clears then 1 else 0 end) over (partition by answers, of_sheet, of_row) = 1 as is_cleared
    from placed
)

select
    submission_id,
    row_number,
    answers,
    of_sheet,
    of_row,
    outcome,
    is_cleared,
    is_cleared and place = 1 as is_standing,
    not is_cleared and outcome = 'wrong' and place = 1 as is_last_try
from ranked
