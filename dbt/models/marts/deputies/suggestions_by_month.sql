-- Grain: one row per department, fiscal year, month put forward and level of the congress.
with

facts as (
    select * from {{ ref('fct_suggestions') }}
),

named as (
    select
        facts.*,
        cast(extract(month from submitted_on) as integer) as calendar_month
    from facts
),

counted as (
    select
        department_code,
        fiscal_year,
        calendar_month,
        congress_level,
        count(*) as suggestion_count,
        {{ handling_counts('answered_on', 'coalesce(extended_to, due_on)', 'satisfaction') }}
    from named
    group by department_code, fiscal_year, calendar_month, congress_level
)

select
    department_code,
    fiscal_year,
    calendar_month,
    congress_level,
    cast(suggestion_count as integer) as suggestion_count,
    {{ handling_rates() }}
from counted
