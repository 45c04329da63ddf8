-- Grain: one row per department, fiscal year, month up to the last with a payment, and project that has a budget then;
-- and one row for the whole department (project_code 合计).
-- Progress is spending to date over the budget issued by the end of the month, as in budget_execution_by_month.
with

months as (
    select * from {{ ref('budget_execution_by_month') }}
),

allocations as (
    select * from {{ ref('fct_budget_allocations') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

projects as (
    select * from {{ ref('dim_project_yearly') }}
),

seasons as (
    select * from {{ ref('spending_seasons') }}
),

records as (
    select * from {{ ref('fct_monitoring_records') }}
),

periods as (
    select * from {{ ref('monitoring_periods') }}
),

bands as (
    select * from {{ ref('monitoring_bands') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

budgeted as (
    select
        months.department_code,
        months.fiscal_year,
        months.month_no,
        allocations.project_code,
        sum(allocations.amount_yuan) as budget_yuan
    from months
    inner join allocations
        on
            months.department_code = allocations.department_code
            and months.fiscal_year = allocations.fiscal_year
            and months.month_end >= allocations.issued_on
    group by months.department_code, months.fiscal_year, months.month_no, allocations.project_code
),

spent as (
    select
        months.department_code,
        months.fiscal_year,
        months.month_no,
        payments.project_code,
        sum(payments.amount_yuan) as spent_to_date_yuan
    from months
    inner join payments
        on
            months.department_code = payments.department_code
            and months.fiscal_year = payments.fiscal_year
            and months.month_end >= payments.cleared_on
    group by months.department_code, months.fiscal_year, months.month_no, payments.project_code
),

-- Two forms that end on one day may give two values; the lower one counts, and that they differ is told.
reached as (
    select
        records.department_code,
        records.fiscal_year,
        records.project_code,
        {{ day_of_year('records.fiscal_year', 'periods.ends_month_day') }} as reached_on,
        min(records.target_progress_pct) as target_progress_pct,
        min(records.target_progress_pct) <> max(records.target_progress_pct) as is_target_contradictory
    from records
    inner join periods
        on
            records.period_name = periods.period_name
            and {{ valid_in('records.fiscal_year', 'periods') }}
    group by records.department_code, records.fiscal_year, records.project_code, periods.ends_month_day
),

of_projects as (
    select
        budgeted.department_code,
        budgeted.fiscal_year,
        budgeted.month_no,
        months.month_start,
        months.month_end,
        '项目' as scope,
        budgeted.project_code,
        projects.project_name,
        projects.responsible_unit,
        projects.spending_kind,
        budgeted.budget_yuan,
        coalesce(spent.spent_to_date_yuan, 0) as spent_to_date_yuan,
        reached.target_progress_pct,
        reached.is_target_contradictory,
        reached.reached_on
    from budgeted
    inner join months
        on
            budgeted.department_code = months.department_code
            and budgeted.fiscal_year = months.fiscal_year
            and budgeted.month_no = months.month_no
    left join spent
        on
            budgeted.department_code = spent.department_code
            and budgeted.fiscal_year = spent.fiscal_year
            and budgeted.month_no = spent.month_no
            and budgeted.project_code = spent.project_code
    left join projects
        on
            budgeted.department_code = projects.department_code
            and budgeted.fiscal_year = projects.fiscal_year
            and budgeted.project_code = projects.project_code
    left join reached
        on
            budgeted.department_code = reached.department_code
            and budgeted.fiscal_year = reached.fiscal_year
            and budgeted.project_code = reached.project_code
            and months.month_end >= reached.reached_on
    qualify row_number() over (
        partition by budgeted.department_code, budgeted.fiscal_year, budgeted.month_no, budgeted.project_code
        order by reached.reached_on desc nulls last
    ) = 1
),

-- The department's target progress is that of its projects, weighed by their budgets; of those that told one.
of_departments as (
    select
        months.department_code,
        months.fiscal_year,
        months.month_no,
        months.month_start,
        months.month_end,
        '部门' as scope,
        '合计' as project_code,
        '合计' as project_name,
        cast(null as string) as responsible_unit,
        cast(null as string) as spending_kind,
        months.budget_yuan,
        months.spent_to_date_yuan,
        sum(of_projects.target_progress_pct * of_projects.budget_yuan)
        / nullif(sum(case when of_projects.target_progress_pct is not null then of_projects.budget_yuan end), 0)
            as target_progress_pct,
        max(case when of_projects.is_target_contradictory then 1 else 0 end) = 1 as is_target_contradictory,
        max(of_projects.reached_on) as reached_on
    from months
    left join of_projects
        on
            months.department_code = of_projects.department_code
            and months.fiscal_year = of_projects.fiscal_year
            and months.month_no = of_projects.month_no
    group by
        months.department_code, months.fiscal_year, months.month_no, months.month_start, months.month_end,
        months.budget_yuan, months.spent_to_date_yuan
),

rows_of_both as (
    select * from of_projects
    union all
    select * from of_departments
),

measured as (
    select
        rows_of_both.*,
        100 * {{ exact_ratio('rows_of_both.spent_to_date_yuan', 'rows_of_both.budget_yuan') }} as spending_progress_pct,
        100 * {{ exact_ratio(
            dbt.datediff(first_day_of_month('rows_of_both.fiscal_year', '1'), 'rows_of_both.month_end', 'day') ~ ' + 1',
            dbt.datediff(first_day_of_month('rows_of_both.fiscal_year', '1'),
                last_day_of('rows_of_both.fiscal_year'), 'day') ~ ' + 1'
        ) }} as days_progress_pct,
        seasons.season_progress_pct
    from rows_of_both
    left join seasons
        on
            rows_of_both.department_code = seasons.department_code
            and rows_of_both.fiscal_year = seasons.fiscal_year
            and rows_of_both.month_no = seasons.month_no
            and coalesce(rows_of_both.spending_kind, '合计') = seasons.spending_kind
),

compared as (
    select
        *,
        spending_progress_pct - days_progress_pct as days_deviation_pp,
        spending_progress_pct - season_progress_pct as season_deviation_pp,
        -- A target that was told for an earlier day says nothing of how close both are now.
        case when reached_on = month_end then target_progress_pct - spending_progress_pct end as target_gap_pp
    from measured
),

lit as (
    select
        compared.department_code,
        compared.fiscal_year,
        compared.month_no,
        compared.project_code,
        bands.band_set,
        max(case bands.light when '红' then 2 else 1 end) as worst
    from compared
    inner join bands
        on
            {{ valid_in('compared.fiscal_year', 'bands') }}
            and compared.month_no = coalesce(bands.month_no, compared.month_no)
            and bands.bound > case bands.measure
                when 'days_deviation_pp' then compared.days_deviation_pp
                when 'season_deviation_pp' then compared.season_deviation_pp
                when 'spending_progress_pct' then compared.spending_progress_pct
                when 'closeness_pp' then -abs(compared.target_gap_pp)
            end
    group by
        compared.department_code, compared.fiscal_year, compared.month_no, compared.project_code, bands.band_set
)

select
    compared.department_code,
    compared.fiscal_year,
    cast(compared.month_no as integer) as month_no,
    compared.month_start,
    compared.month_end,
    compared.scope,
    compared.project_code,
    compared.project_name,
    compared.responsible_unit,
    compared.spending_kind,
    cast(compared.budget_yuan as decimal(18, 2)) as budget_yuan,
    cast(compared.spent_to_date_yuan as decimal(18, 2)) as spent_to_date_yuan,
    cast(compared.spending_progress_pct as decimal(18, 6)) as spending_progress_pct,
    cast(compared.days_progress_pct as decimal(18, 6)) as days_progress_pct,
    cast(compared.season_progress_pct as decimal(18, 6)) as season_progress_pct,
    cast(compared.target_progress_pct as decimal(9, 2)) as target_progress_pct,
    compared.reached_on as target_reached_on,
    coalesce(compared.is_target_contradictory, false) as is_target_contradictory,
    cast(compared.days_deviation_pp as decimal(18, 6)) as days_deviation_pp,
    cast(compared.season_deviation_pp as decimal(18, 6)) as season_deviation_pp,
    cast(compared.target_gap_pp as decimal(18, 6)) as target_gap_pp,
    case office.worst when 2 then '红' when 1 then '黄' else '绿' end as light,
    case sichuan.worst when 2 then '红' when 1 then '黄' else '绿' end as sichuan_light,
    case
        when sichuan.worst = 2
            then {{ deadline_after_working_days('compared.month_end', 'decide.value') }}
    end as sichuan_decide_by_on,
    case
        when compared.scope = '项目'
            then {{ surrogate(['compared.department_code', 'compared.fiscal_year', 'compared.project_code']) }}
    end as project_year_key
from compared
left join lit as office
    on
        compared.department_code = office.department_code
        and compared.fiscal_year = office.fiscal_year
        and compared.month_no = office.month_no
        and compared.project_code = office.project_code
        and office.band_set = 'office'
left join lit as sichuan
    on
        compared.department_code = sichuan.department_code
        and compared.fiscal_year = sichuan.fiscal_year
        and compared.month_no = sichuan.month_no
        and compared.project_code = sichuan.project_code
        and sichuan.band_set = 'sichuan'
left join parameters as decide
    on decide.parameter = 'monitor_decide_wd' and {{ valid_in('compared.fiscal_year', 'decide') }}
