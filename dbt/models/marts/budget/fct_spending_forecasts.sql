-- Grain: one row per project, quarter in which the forecast was made, and quarter forecast.
with

ledger as (
    select * from {{ ref('stg_budget__spending_forecasts') }}
)

select
    department_code,
    cast(substring(forecast_quarter, 1, 4) as integer) as fiscal_year,
    project_code,
    responsible_unit,
    made_in_quarter,
    forecast_quarter,
    cast(substring(forecast_quarter, 6, 1) as integer) as quarter_no,
    expected_spending_yuan,
    cast(expected_progress_pct as decimal(9, 2)) as expected_progress_pct,
    remark,
    {{ surrogate(['department_code', 'substring(forecast_quarter, 1, 4)', 'project_code']) }} as project_year_key,
    submission_id,
    sheet,
    row_number
from ledger
