-- Grain: one row per department and org unit, as in the last register that has it.
with

registers as (
    select * from {{ ref('dim_org_unit_yearly') }}
),

numbered as (
    select
        *,
        min(fiscal_year) over (partition by department_code, unit_code) as first_fiscal_year,
        row_number() over (partition by department_code, unit_code order by fiscal_year desc) as newest
    from registers
)

select
    department_code,
    unit_code,
    unit_name,
    unit_kind,
    parent_code,
    in_force_from,
    in_force_to,
    first_fiscal_year,
    fiscal_year as last_fiscal_year
from numbered
where newest = 1
