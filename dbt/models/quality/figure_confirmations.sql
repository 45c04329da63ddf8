-- Grain: one row per confirmation or dispute of a figure by a department.
-- A department may look at a figure again in the same month: the last decision of a month holds.
with

ledger as (
    select * from {{ ref('stg_budget__figure_confirmations') }}
)

select
    department_code,
    confirmation_no,
    cast(fiscal_year as integer) as fiscal_year,
    month,
    figure_id,
    label,
    shown,
    version,
    decision,
    reason,
    decided_on,
    row_number() over (
        partition by department_code, fiscal_year, month, figure_id
        order by decided_on desc, confirmation_no desc
    ) = 1 as is_latest,
    submission_id,
    sheet,
    row_number
from ledger
