-- Grain: one row per department and deputy, as in the last register that has it.
with

registers as (
    select * from {{ ref('dim_deputy_yearly') }}
),

numbered as (
    select
        *,
        min(fiscal_year) over (partition by department_code, deputy_no) as first_fiscal_year,
        row_number() over (partition by department_code, deputy_no order by fiscal_year desc) as newest
    from registers
)

select
    department_code,
    deputy_no,
    district_code,
    district_name,
    first_fiscal_year,
    fiscal_year as last_fiscal_year
from numbered
where newest = 1
