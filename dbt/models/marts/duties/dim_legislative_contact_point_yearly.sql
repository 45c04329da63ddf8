-- Grain: one row per department, fiscal year and contact point of the year-end register.
with

districts as (
    select * from {{ ref('districts') }}
),

ledger as (
    select
        *,
        period_year as fiscal_year
    from {{ ref('stg_duties__legislative_contact_points') }}
)

select
    department_code,
    fiscal_year,
    point_no,
    point_name,
    district_code,
    {{ code_name('districts', 'district_code', 'fiscal_year') }} as district_name,
    established_on,
    closed_on,
    coalesce(extract(year from established_on) = fiscal_year, false) as is_new_in_year,
    submission_id,
    sheet,
    row_number
from ledger
