-- Grain: one row per evaluated year and finding that it has to tell of: the year in which it was confirmed, the year in
-- which it was found, and the year before in which it happened.
-- Only the year of the confirmation loses points. What is confirmed after a year's end is an event after its end.
with

findings as (
    select
        *,
        cast(extract(year from found_on) as integer) as found_year
    from {{ ref('fct_finance_findings') }}
),

concerned as (
    select
        findings.*,
        findings.fiscal_year as told_year
    from findings
    union
    select
        findings.*,
        findings.found_year as told_year
    from findings
    union
    select
        findings.*,
        findings.occurred_year as told_year
    from findings
    where findings.occurred_year = findings.fiscal_year - 1
),

standing as (
    select
        *,
        case
            when not is_confirmed then '未认定'
            when fiscal_year > told_year then '期后认定'
            when fiscal_year < told_year then '以前年度认定'
            when rectified_on <= {{ last_day_of('told_year') }} then '当年认定,当年整改'
            when rectified_on is not null then '当年认定,期后整改'
            else '当年认定,未整改'
        end as standing
    from concerned
)

select
    department_code,
    told_year as fiscal_year,
    finding_no,
    source,
    document_no,
    finding_kind,
    severity,
    amount_yuan,
    occurred_year,
    found_on,
    confirmed_on,
    rectified_on,
    standing,
    is_confirmed and fiscal_year = told_year as is_deducted,
    indicator_zh,
    submission_id,
    sheet,
    row_number
from standing
