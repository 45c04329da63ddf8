-- A failure means that more was paid than was allocated, which the treasury does not allow: an allocation is missing
-- or a payment came twice. 办公厅行政处 compares 预算指标台账 with 国库集中支付明细. Warns, because allocations may come in later than
-- payments; a year that is not whole is not judged.
{{ config(severity='warn') }}
with

figures as (
    select * from {{ ref('figures') }}
)

select
    spending.department_code,
    spending.fiscal_year,
    spending.value as spending_wan,
    budget.value as budget_wan
from figures as spending
inner join figures as budget
    on
        spending.department_code = budget.department_code
        and spending.fiscal_year = budget.fiscal_year
        and budget.figure_id = 'budget.total'
where
    spending.figure_id = 'spending.total'
    and spending.value > budget.value
    and spending.is_whole_year
    and budget.is_whole_year
