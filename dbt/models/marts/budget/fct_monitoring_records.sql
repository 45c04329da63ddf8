-- Grain: one row per project and monitored period.
-- A form of a project that was filled in by indicator up to the last day of a period counts where the ledger has no
-- record of it.
with

ledger as (
    select * from {{ ref('stg_budget__monitoring_records') }}
),

entries as (
    select * from {{ ref('fct_monitoring_entries') }}
    where is_form_complete
),

periods as (
    select * from {{ ref('monitoring_periods') }}
),

projects as (
    select * from {{ ref('dim_project_yearly') }}
),

forms as (
    select
        entries.*,
        cast(entries.fiscal_year as string) || periods.period_name as monitoring_period,
        row_number() over (
            partition by entries.department_code, entries.project_code, periods.period_name, entries.fiscal_year
            order by entries.submission_id, entries.row_number
        ) as place
    from entries
    inner join periods
        on
            entries.monitored_until = {{ day_of_year('entries.fiscal_year', 'periods.ends_month_day') }}
            and {{ valid_in('entries.fiscal_year', 'periods') }}
    inner join projects
        on
            entries.department_code = projects.department_code
            and entries.fiscal_year = projects.fiscal_year
            and entries.project_code = projects.project_code
),

records as (
    select
        department_code,
        project_code,
        monitoring_period,
        spent_yuan,
        spending_progress_pct,
        target_progress_pct,
        deviation_zh,
        measure_taken_zh,
        filed_on,
        submission_id,
        sheet,
        row_number
    from ledger
    union all
    select
        forms.department_code,
        forms.project_code,
        forms.monitoring_period,
        null as spent_yuan,
        null as spending_progress_pct,
        null as target_progress_pct,
        null as deviation_zh,
        null as measure_taken_zh,
        forms.filed_on,
        forms.submission_id,
        forms.sheet,
        forms.row_number
    from forms
    left join ledger
        on
            forms.department_code = ledger.department_code
            and forms.project_code = ledger.project_code
            and forms.monitoring_period = ledger.monitoring_period
    where forms.place = 1 and ledger.project_code is null
)

select
    department_code,
    cast(substring(monitoring_period, 1, 4) as integer) as fiscal_year,
    project_code,
    monitoring_period,
    substring(monitoring_period, 5) as period_name,
    cast(spent_yuan as decimal(18, 2)) as spent_yuan,
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
from records
