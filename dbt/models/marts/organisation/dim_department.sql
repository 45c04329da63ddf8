-- Grain: one row per department that hands in ledgers.
with

departments as (
    select * from {{ ref('departments') }}
)

select
    cast(department_code as varchar) as department_code,
    name_zh as department_name,
    official_name_zh as official_name,
    name_en as department_name_en
from departments
