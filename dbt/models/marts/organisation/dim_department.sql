-- Grain: one row per department of the register: its latest line.
with

departments as (
    select
        *,
        row_number() over (
            partition by department_code
            order by valid_from desc
        ) as place
    from {{ ref('departments') }}
)

select
    cast(department_code as string) as department_code,
    name_zh as department_name,
    official_name_zh as official_name,
    name_en as department_name_en
from departments
where place = 1
