-- Grain: one row per project and monitored period.
with

ledger as (
    select * from {{ ref('stg_budget__monitoring_records') }}
)

select
    department_code,
    cast(substring(monitoring_period, 1, 4) as integer) as fiscal_year,
    project_code,
    monitoring_period,
    substring(monitoring_period, 5) as period_name,
    spent_yuan,
    cast(spending_progress_pct as decimal(9, 2)) as spending_progress_pct,
    cast(target_progress_pct as decimal(9, 2)) as target_progress_pct,
    cast(target_progress_pct - spending_progress_pct as decimal(9, 2)) as gap_points,
    deviation_zh,
    measure_taken_zh,
    filed_on,
    {{ surrogate(['department_code', 'substring(monitoring_period, 1, 4)', 'project_code']) }} as project_year_key,
    submission_id,
    sheet,
    row_number
from ledger
