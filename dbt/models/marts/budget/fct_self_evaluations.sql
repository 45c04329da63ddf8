-- Grain: one row per project and evaluated year.
-- A score that was never reviewed has no gap, which is not a gap of zero.
with

ledger as (
    select * from {{ ref('stg_budget__self_evaluations') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
)

select
    ledger.department_code,
    ledger.period_year as fiscal_year,
    ledger.project_code,
    cast(ledger.self_score as decimal(9, 2)) as self_score,
    cast(ledger.review_score as decimal(9, 2)) as review_score,
    cast(abs(ledger.self_score - ledger.review_score) as decimal(9, 2)) as gap_points,
    abs(ledger.self_score - ledger.review_score) > parameters.value as is_large_gap,
    ledger.filed_on is not null and ledger.self_score is not null as is_filed,
    ledger.filed_on,
    ledger.due_on,
    {{ surrogate(['ledger.department_code', 'ledger.period_year', 'ledger.project_code']) }} as project_year_key,
    ledger.submission_id,
    ledger.sheet,
    ledger.row_number
from ledger
left join parameters
    on
        parameters.parameter = 'review_gap_points'
        and {{ valid_in('ledger.period_year', 'parameters') }}
