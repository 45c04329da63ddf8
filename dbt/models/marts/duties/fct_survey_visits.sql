-- Grain: one row per department, fiscal year and visit of a survey.
-- A wrong credit code stays and is counted; the test credit_codes_are_well_formed shows it.
with

districts as (
    select * from {{ ref('districts') }}
),

ledger as (
    select * from {{ ref('stg_duties__survey_visits') }}
)

select
    department_code,
    period_year as fiscal_year,
    visit_no,
    survey_no,
    visited_on,
    object_kind,
    object_name,
    object_no,
    credit_code,
    {{ is_valid_credit_code('credit_code') }} as has_valid_credit_code,
    district_code,
    {{ code_name('districts', 'district_code', 'period_year') }} as district_name,
    planned_investment_yuan,
    coalesce(credit_code, object_no, object_name) as place_key,
    submission_id,
    sheet,
    row_number
from ledger
