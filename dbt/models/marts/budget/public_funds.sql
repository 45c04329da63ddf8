-- Grain: one row per department, year and economic code with public funds budgeted or spent.
with

facts as (
    select * from {{ ref('fct_running_costs') }}
    where is_public_funds
),

economic_codes as (
    select * from {{ ref('department_economic_codes') }}
),

summed as (
    select
        department_code,
        fiscal_year,
        department_economic_code,
        coalesce(sum(case when source_type = '年初预算' then amount_yuan end), 0) as initial_yuan,
        coalesce(sum(case when side = 'budget' then amount_yuan end), 0) as budget_yuan,
        coalesce(sum(case when side = 'spending' then amount_yuan end), 0) as spent_yuan
    from facts
    group by department_code, fiscal_year, department_economic_code
)

select
    summed.department_code,
    summed.fiscal_year,
    summed.department_economic_code,
    economic_codes.name_zh as department_economic_name,
    cast(summed.initial_yuan as decimal(18, 2)) as initial_yuan,
    cast(summed.budget_yuan as decimal(18, 2)) as budget_yuan,
    cast(summed.spent_yuan as decimal(18, 2)) as spent_yuan,
    cast(100 * {{ exact_ratio('summed.spent_yuan', 'summed.budget_yuan') }} as decimal(18, 6)) as rate_pct
from summed
left join economic_codes
    on
        summed.department_economic_code = economic_codes.code
        and {{ valid_in('summed.fiscal_year', 'economic_codes') }}
