-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per project and quarter of the forecast and quarter forecast, per department; the rows current as of
-- `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'spending_forecasts'),
        'spending_forecasts',
        key=['project_code', 'made_in_quarter', 'forecast_quarter']
    ) }}
)

select
    department_code,
    period,
    period_year,
    sequence_no,
    responsible_unit,
    project_code,
    project_name,
    made_in_quarter,
    forecast_quarter,
    expected_spending_yuan,
    expected_progress_pct,
    remark,
    submission_id,
    sheet,
    row_number
from landed
