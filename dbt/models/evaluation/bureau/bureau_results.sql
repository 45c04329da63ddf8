-- Grain: one row per year and department with a total score: its rating and what that means for the next year's budget.
-- A department without a rating (data are lacking) has no consequence, and the row says why.
with

scorecard as (
    select * from {{ ref('scorecard') }}
    where level = 'total' and not is_trial
),

consequences as (
    select * from {{ ref('result_consequences') }}
),

departments as (
    select * from {{ ref('dim_department_yearly') }}
),

budgets as (
    select * from {{ ref('figures') }}
    where figure_id = 'budget.total'
)

select
    scorecard.fiscal_year,
    cast(scorecard.fiscal_year + 1 as integer) as budget_year,
    scorecard.department_code,
    departments.department_name,
    departments.competent_code,
    cast(scorecard.score as decimal(9, 2)) as score,
    scorecard.rating,
    cast(budgets.value as decimal(18, 2)) as budget_wan,
    consequences.consequence_zh,
    case
        when scorecard.rating is null then '数据不全,不评等级,补齐后再与预算挂钩'
        else consequences.budget_zh
    end as budget_zh,
    consequences.source as basis_zh
from scorecard
inner join departments
    on
        scorecard.fiscal_year = departments.fiscal_year
        and scorecard.department_code = departments.department_code
left join consequences
    on
        scorecard.rating = consequences.rating
        and {{ valid_in('scorecard.fiscal_year', 'consequences') }}
left join budgets
    on
        scorecard.fiscal_year = budgets.fiscal_year
        and scorecard.department_code = budgets.department_code
