-- Grain: one row per version of a published intention.
with

ledger as (
    select * from {{ ref('stg_procurement__procurement_intentions') }}
)

select
    department_code,
    cast(extract(year from published_on) as integer) as fiscal_year,
    intention_no,
    cast(version_no as integer) as version_no,
    project_name,
    requirement,
    budget_yuan,
    expected_month,
    is_for_sme,
    published_on,
    project_name is not null
    and requirement is not null
    and budget_yuan is not null
    and expected_month is not null as is_complete,
    submission_id,
    sheet,
    row_number
from ledger
