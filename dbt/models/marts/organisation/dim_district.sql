-- Grain: one row per district code, whether the district still exists or not.
with

districts as (
    select * from {{ ref('districts') }}
),

cities as (
    select * from {{ ref('cities') }}
)

select
    districts.code as district_code,
    districts.name_zh as district_name,
    districts.name_en as district_name_en,
    cities.code as city_code,
    cities.name_zh as city_name,
    cities.name_en as city_name_en,
    districts.valid_from,
    districts.valid_to
from districts
left join cities on substring(districts.code, 1, 4) || '00' = cities.code
