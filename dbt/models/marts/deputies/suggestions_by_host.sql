-- Grain: one row per department, fiscal year, host unit and level of the congress.
-- Suggestions not assigned have no host and are not here.
with

congress_levels as (
    select * from {{ ref('congress_levels') }}
),

facts as (
    select * from {{ ref('fct_suggestions') }}
    where host_unit is not null
),

counted as (
    select
        department_code,
        fiscal_year,
        host_unit,
        congress_level,
        count(*) as suggestion_count,
        {{ handling_counts('answered_on', 'final_due_on', 'satisfaction') }}
    from facts
    group by department_code, fiscal_year, host_unit, congress_level
)

select
    department_code,
    fiscal_year,
    host_unit,
    congress_level,
    {{ code_name('congress_levels', 'congress_level', 'fiscal_year') }} as congress_level_name,
    cast(suggestion_count as integer) as suggestion_count,
    {{ handling_rates() }}
from counted
