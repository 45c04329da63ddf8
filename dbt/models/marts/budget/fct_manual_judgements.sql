-- Grain: one row per department, fiscal year and judged component of an indicator.
with

ledger as (
    select * from {{ ref('stg_budget__manual_judgements') }}
)

select
    department_code,
    period_year as fiscal_year,
    scheme_id,
    cast(indicator_no as integer) as indicator_no,
    cast(component_no as integer) as component_no,
    judged_band,
    cast(judged_share_pct as decimal(5, 2)) as judged_share_pct,
    reason,
    evidence_no,
    judged_on,
    submission_id,
    sheet,
    row_number
from ledger
