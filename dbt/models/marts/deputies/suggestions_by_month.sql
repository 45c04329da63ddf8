-- Grain: one row per department, fiscal year, month put forward and level of the congress.
-- Every month is there for each group of the year: 0 where nothing happened, null where nothing was handed in.
with

facts as (
    select * from {{ ref('fct_suggestions') }}
),

{{ known_months('facts', 'suggestions') }},

named as (
    select
        facts.*,
        cast(extract(month from submitted_on) as integer) as month_no
    from facts
),

counted as (
    select
        department_code,
        fiscal_year,
        month_no,
        congress_level,
        count(*) as suggestion_count,
        {{ handling_counts('answered_on', 'final_due_on', 'satisfaction') }}
    from named
    group by department_code, fiscal_year, month_no, congress_level
),

congress_levels as (
    select
        department_code,
        fiscal_year,
        congress_level,
        max(congress_level_name) as congress_level_name
    from facts
    group by department_code, fiscal_year, congress_level
),

filled as (
    select
        known_months.department_code,
        known_months.fiscal_year,
        known_months.month_no,
        known_months.month_start,
        congress_levels.congress_level,
        congress_levels.congress_level_name,
        {{ zero_or_unknown('counted.suggestion_count') }} as suggestion_count,
        {{ zero_or_unknown('counted.answered_count') }} as answered_count,
        {{ zero_or_unknown('counted.due_count') }} as due_count,
        {{ zero_or_unknown('counted.on_time_count') }} as on_time_count,
        {{ zero_or_unknown('counted.rated_count') }} as rated_count,
        {{ zero_or_unknown('counted.satisfied_count') }} as satisfied_count
    from known_months
    inner join congress_levels
        on
            known_months.department_code = congress_levels.department_code
            and known_months.fiscal_year = congress_levels.fiscal_year
    left join counted
        on
            known_months.department_code = counted.department_code
            and known_months.fiscal_year = counted.fiscal_year
            and known_months.month_no = counted.month_no
            and congress_levels.congress_level is not distinct from counted.congress_level
)

select
    department_code,
    fiscal_year,
    month_no as calendar_month,
    month_start,
    congress_level,
    congress_level_name,
    cast(suggestion_count as integer) as suggestion_count,
    {{ handling_rates() }}
from filled
