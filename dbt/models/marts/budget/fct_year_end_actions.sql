-- Grain: one row per entry on what became of a proposed action; the last entry of an action holds.
with

ledger as (
    select * from {{ ref('stg_budget__year_end_actions') }}
)

select
    department_code,
    cast(fiscal_year as integer) as fiscal_year,
    action_no,
    action_kind,
    subject_no,
    taker_no,
    amount_yuan,
    state,
    reason,
    unit,
    stated_on,
    row_number() over (
        partition by department_code, fiscal_year, action_kind, subject_no, coalesce(taker_no, '')
        order by stated_on desc, action_no desc
    ) = 1 as is_latest,
    submission_id,
    sheet,
    row_number
from ledger
