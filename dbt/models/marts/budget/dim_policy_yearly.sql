-- Grain: one row per policy document of the year-end register.
with

ledger as (
    select * from {{ ref('stg_budget__policies') }}
)

select
    department_code,
    period_year as fiscal_year,
    policy_no,
    title,
    document_no,
    policy_kind,
    issued_on,
    repealed_on,
    replaced_by,
    stages,
    issued_on <= {{ last_day_of('period_year') }}
    and (repealed_on is null or repealed_on > {{ last_day_of('period_year') }}) as is_in_force,
    submission_id,
    sheet,
    row_number
from ledger
