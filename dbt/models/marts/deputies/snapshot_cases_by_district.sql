-- Grain: one row per department, fiscal year, district and category.
with

districts as (
    select * from {{ ref('districts') }}
),

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
    {{ code_name('districts', 'district_code', 'fiscal_year') }} as district_name,
    category,
    cast(case_count as integer) as case_count,
    {{ handling_rates() }}
from counted
