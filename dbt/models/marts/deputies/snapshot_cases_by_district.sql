-- Grain: one row per department, fiscal year, district and category.
with

facts as (
    select * from {{ ref('fct_snapshot_cases') }}
),

counted as (
    select
        department_code,
        fiscal_year,
        district_code,
        category,
        count(*) as case_count,
        {{ handling_counts('finished_at', 'due_at', 'rating') }}
    from facts
    group by department_code, fiscal_year, district_code, category
)

select
    department_code,
    fiscal_year,
    district_code,
    category,
    cast(case_count as integer) as case_count,
    {{ handling_rates() }}
from counted
