-- Grain: one row per department, year and fund type; fiscal appropriations always, with 0 where nothing is.
with

allocations as (
    select * from {{ ref('fct_budget_allocations') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

fund_types as (
    select * from {{ ref('fund_types') }}
),

fiscal_funds as (
    select * from {{ ref('fiscal_appropriation_funds') }}
),

amounts as (
    select
        department_code,
        fiscal_year,
        fund_type,
        case when source_type = '年初预算' then amount_yuan end as initial_yuan,
        amount_yuan as budget_yuan,
        null as spent_yuan
    from allocations
    union all
    select
        department_code,
        fiscal_year,
        fund_type,
        null as initial_yuan,
        null as budget_yuan,
        amount_yuan as spent_yuan
    from payments
    union all
    select distinct
        allocations.department_code,
        allocations.fiscal_year,
        fiscal_funds.fund_type,
        null as initial_yuan,
        null as budget_yuan,
        null as spent_yuan
    from allocations
    inner join fiscal_funds
        on {{ valid_in('allocations.fiscal_year', 'fiscal_funds') }}
),

summed as (
    select
        department_code,
        fiscal_year,
        fund_type,
        coalesce(sum(initial_yuan), 0) as initial_yuan,
        coalesce(sum(budget_yuan), 0) as budget_yuan,
        coalesce(sum(spent_yuan), 0) as spent_yuan
    from amounts
    group by department_code, fiscal_year, fund_type
)

select
    summed.department_code,
    summed.fiscal_year,
    summed.fund_type,
    fund_types.name_zh as fund_type_name,
    cast(summed.initial_yuan as decimal(18, 2)) as initial_yuan,
    cast(summed.budget_yuan as decimal(18, 2)) as budget_yuan,
    cast(summed.spent_yuan as decimal(18, 2)) as spent_yuan,
    cast(100 * {{ exact_ratio('summed.spent_yuan', 'summed.budget_yuan') }} as decimal(18, 6)) as rate_pct
from summed
left join fund_types
    on
        summed.fund_type = fund_types.code
        and {{ valid_in('summed.fiscal_year', 'fund_types') }}
