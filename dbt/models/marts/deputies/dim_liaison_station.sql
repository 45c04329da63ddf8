-- Grain: one row per department and liaison station, as in the last register that has it.
with

registers as (
    select * from {{ ref('dim_liaison_station_yearly') }}
),

numbered as (
    select
        *,
        min(fiscal_year) over (partition by department_code, station_code) as first_fiscal_year,
        row_number() over (partition by department_code, station_code order by fiscal_year desc) as newest
    from registers
)

select
    department_code,
    station_code,
    station_name,
    district_code,
    district_name,
    street_name,
    established_on,
    closed_on,
    first_fiscal_year,
    fiscal_year as last_fiscal_year
from numbered
where newest = 1
