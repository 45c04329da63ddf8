-- Grain: one row per department and project, as in the last register that has it.
with

registers as (
    select * from {{ ref('dim_project_yearly') }}
),

numbered as (
    select
        *,
        min(fiscal_year) over (partition by department_code, project_code) as first_fiscal_year,
        row_number() over (partition by department_code, project_code order by fiscal_year desc) as newest
    from registers
)

select
    department_code,
    project_code,
    project_name,
    responsible_unit,
    project_category,
    project_category_name,
    spending_kind,
    first_fiscal_year,
    fiscal_year as last_fiscal_year
from numbered
where newest = 1
