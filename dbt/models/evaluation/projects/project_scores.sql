-- Grain: one row per department, fiscal year and project with an approved target form.
-- The score computed from the ledgers stands beside that of the ledger itself.
-- A project of which anything is not scored has no score, which is not a score without it.
with

indicators as (
    select
        *,
        case when score is null then '第' || indicator_no || '项“' || indicator_name || '”' end as unscored_zh,
        case
            when is_large_difference
                then
                    '第' || indicator_no || '项“' || indicator_name || '”(计算' || score
                    || '分,台账' || ledger_score || '分)'
        end as differing_zh,
        case
            when score < full_points
                then
                    '第' || indicator_no || '项“' || indicator_name || '”(满分' || full_points || '分,计算'
                    || score || '分)'
        end as lost_zh
    from {{ ref('project_indicator_scores') }}
),

money as (
    select * from {{ ref('project_money') }}
    where is_total
),

forms as (
    select * from {{ ref('fct_performance_targets') }}
    where is_first_of_form and approved_on is not null
),

projects as (
    select * from {{ ref('dim_project_yearly') }}
),

ledger as (
    select * from {{ ref('fct_self_evaluations') }}
),

parts as (
    select * from {{ ref('project_score_parts') }}
    where part = '预算执行率'
),

bands as (
    select * from {{ ref('project_execution_bands') }}
),

ratings as (
    select * from {{ ref('project_ratings') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

rated as (
    select
        money.*,
        parts.points as execution_full,
        case
            when money.budget_yuan is null or money.spent_yuan is null then 'MISSING'
            when money.budget_yuan = 0 and money.spent_yuan = 0 then 'NOT_APPLICABLE'
            when money.budget_yuan <= 0 then 'NOT_JUDGED'
            when not money.is_whole then 'PARTIAL'
            else 'SCORED'
        end as execution_status
    from money
    left join parts on {{ valid_in('money.fiscal_year', 'parts') }}
),

banded as (
    select
        rated.*,
        bands.share_pct,
        row_number() over (
            partition by rated.department_code, rated.fiscal_year, rated.project_code
            order by bands.at_least_pct desc
        ) as band_place
    from rated
    left join bands
        on
            {{ valid_in('rated.fiscal_year', 'bands') }}
            and greatest(coalesce(rated.rate_pct, 0), 0) >= bands.at_least_pct
),

earned as (
    select
        *,
        coalesce(
            {{ exact_share('share_pct', '100') }},
            least(greatest({{ exact_share('spent_yuan', 'budget_yuan') }}, 0), 1)
        ) as earned_share
    from banded
    where band_place = 1
),

executed as (
    select
        *,
        case
            when execution_status in ('SCORED', 'PARTIAL')
                then {{ rounded_points('execution_full * earned_share') }}
        end as execution_score
    from earned
),

summed as (
    select
        department_code,
        fiscal_year,
        project_code,
        count(*) as indicator_count,
        count(score) as scored_count,
        bool_or(is_weighted) as is_weighted,
        sum(full_points) as full_points,
        sum(score) as score,
        sum(case when level1 = '产出指标' then full_points end) as output_full,
        sum(case when level1 = '产出指标' then score end) as output_score,
        sum(case when level1 = '效益指标' then full_points end) as benefit_full,
        sum(case when level1 = '效益指标' then score end) as benefit_score,
        sum(case when level1 = '满意度指标' then full_points end) as satisfaction_full,
        sum(case when level1 = '满意度指标' then score end) as satisfaction_score,
        count(ledger_score) as ledger_count,
        sum(ledger_score) as ledger_points,
        {{ dbt.listagg('unscored_zh', "'、'", 'order by indicator_no') }} as unscored_zh,
        {{ dbt.listagg('differing_zh', "'、'", 'order by indicator_no') }} as differing_zh,
        {{ dbt.listagg('lost_zh', "'、'", 'order by indicator_no') }} as lost_zh
    from indicators
    group by department_code, fiscal_year, project_code
),

joined as (
    select
        forms.department_code,
        forms.fiscal_year,
        forms.project_code,
        projects.project_name,
        forms.responsible_unit,
        executed.initial_yuan,
        executed.budget_yuan,
        executed.spent_yuan,
        executed.rate_pct,
        case when executed.execution_status <> 'NOT_APPLICABLE' then executed.execution_full end as execution_full,
        executed.execution_score,
        executed.execution_status,
        summed.indicator_count,
        summed.scored_count,
        summed.is_weighted,
        summed.output_full,
        summed.output_score,
        summed.benefit_full,
        summed.benefit_score,
        summed.satisfaction_full,
        summed.satisfaction_score,
        coalesce(executed.execution_full, 0) + summed.full_points as planned_points,
        case when executed.execution_status <> 'NOT_APPLICABLE' then executed.execution_full else 0 end
        + summed.full_points as full_points,
        coalesce(executed.execution_score, 0) + coalesce(summed.score, 0) as points_so_far,
        summed.ledger_count,
        summed.ledger_points,
        summed.unscored_zh,
        summed.differing_zh,
        summed.lost_zh,
        ledger.self_score,
        coalesce(ledger.submission_id, forms.submission_id) as submission_id,
        case when ledger.submission_id is null then forms.sheet else ledger.sheet end as sheet,
        coalesce(ledger.row_number, forms.row_number) as row_number
    from forms
    inner join summed
        on
            forms.department_code = summed.department_code
            and forms.fiscal_year = summed.fiscal_year
            and forms.project_code = summed.project_code
    inner join executed
        on
            forms.department_code = executed.department_code
            and forms.fiscal_year = executed.fiscal_year
            and forms.project_code = executed.project_code
    left join projects
        on
            forms.department_code = projects.department_code
            and forms.fiscal_year = projects.fiscal_year
            and forms.project_code = projects.project_code
    left join ledger
        on
            forms.department_code = ledger.department_code
            and forms.fiscal_year = ledger.fiscal_year
            and forms.project_code = ledger.project_code
),

stated as (
    select
        *,
        case
            when scored_count < indicator_count or execution_status in ('MISSING', 'NOT_JUDGED') then 'INCOMPLETE'
            when is_weighted and planned_points <> 100 then 'WEIGHTS_WRONG'
            when execution_status = 'PARTIAL' then 'PARTIAL'
            when full_points < 100 then 'RESCALED'
            else 'SCORED'
        end as score_status
    from joined
),

scored as (
    select
        *,
        case
            when score_status = 'SCORED' then cast(points_so_far as decimal(9, 2))
            when score_status in ('PARTIAL', 'RESCALED')
                then {{ rounded_points('100 * ' ~ exact_share('points_so_far', 'full_points')) }}
        end as computed_score,
        -- What the ledger's total leaves for the budget rate, where it has points for every indicator.
        case when ledger_count = indicator_count then self_score - ledger_points end as ledger_execution
    from stated
),

compared as (
    select
        scored.*,
        {{ parameter_value('project_gap_points', 'scored.fiscal_year') }} as gap_points,
        concat_ws(
            '、',
            case
                when
                    abs(scored.ledger_execution - scored.execution_score)
                    > {{ parameter_value('project_indicator_gap_points', 'scored.fiscal_year') }}
                    then
                        '预算执行率(计算' || scored.execution_score || '分,台账'
                        || cast(scored.ledger_execution as decimal(9, 2)) || '分)'
            end,
            scored.differing_zh
        ) as named_zh
    from scored
)

select
    compared.department_code,
    compared.fiscal_year,
    compared.project_code,
    compared.project_name,
    compared.responsible_unit,
    compared.initial_yuan,
    compared.budget_yuan,
    compared.spent_yuan,
    compared.rate_pct,
    cast(compared.execution_full as decimal(9, 2)) as execution_full,
    compared.execution_score,
    compared.execution_status,
    cast(compared.indicator_count as integer) as indicator_count,
    cast(compared.scored_count as integer) as scored_count,
    cast(compared.output_full as decimal(9, 2)) as output_full,
    cast(compared.output_score as decimal(9, 2)) as output_score,
    cast(compared.benefit_full as decimal(9, 2)) as benefit_full,
    cast(compared.benefit_score as decimal(9, 2)) as benefit_score,
    cast(compared.satisfaction_full as decimal(9, 2)) as satisfaction_full,
    cast(compared.satisfaction_score as decimal(9, 2)) as satisfaction_score,
    cast(compared.full_points as decimal(9, 2)) as full_points,
    cast(compared.points_so_far as decimal(9, 2)) as points_so_far,
    compared.score_status,
    compared.computed_score,
    ratings.rating,
    compared.self_score as ledger_score,
    cast(compared.self_score - compared.computed_score as decimal(9, 2)) as difference_points,
    coalesce(abs(compared.self_score - compared.computed_score) > compared.gap_points, false) as is_large_difference,
    case
        when abs(compared.self_score - compared.computed_score) > compared.gap_points
            then
                coalesce(
                    nullif(compared.named_zh, ''),
                    '台账没有逐项得分;计算扣分的为' || compared.lost_zh,
                    '台账没有逐项得分;各项指标均已完成,计算只扣预算执行率'
                )
    end as differing_indicators_zh,
    compared.unscored_zh as unscored_indicators_zh,
    compared.submission_id,
    compared.sheet,
    compared.row_number
from compared
left join ratings
    on
        {{ valid_in('compared.fiscal_year', 'ratings') }}
        and compared.computed_score >= ratings.low
        and (ratings.below is null or compared.computed_score < ratings.below)
