-- A failure means that part of the budget has a fund type without a figure of its own (such as 单位资金), so the funds in
-- the report do not add up to its total. 办公厅行政处 corrects 资金性质, or asks for the figure. Compared in fen; rows:
-- department and year.
{{ config(severity='warn') }}
with

evidence as (
    select * from {{ ref('evidence') }}
),

in_fen as (
    select
        department_code,
        fiscal_year,
        sum(case when figure_id = 'budget.total' then cast(measure * 100 as bigint) else 0 end) as total_fen,
        sum(case when figure_id <> 'budget.total' then cast(measure * 100 as bigint) else 0 end) as funds_fen
    from evidence
    where figure_id in ('budget.total', 'budget.general_public', 'budget.government_funds', 'budget.state_capital')
    group by department_code, fiscal_year
)

select
    department_code,
    fiscal_year,
    total_fen,
    funds_fen
from in_fen
where total_fen <> funds_fen
