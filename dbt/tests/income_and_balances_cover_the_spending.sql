-- A failure means that the books, the payments and the balances carried over contradict each other: what was received,
-- and what of earlier years was used, less what was added to the balances, is what was spent. 对账
-- (marts.books_reconciliation) says where. 办公厅行政处 corrects the ledger that is wrong.
-- Only fiscal appropriations of years of which all three are whole; where 对账 names the difference, it is not told
-- twice.
{{ config(severity='warn') }}
{%- set parts = ['income.fiscal', 'carry_over.used', 'carry_over.added', 'spending.fiscal'] %}
with

figures as (
    select * from {{ ref('figures') }}
    where status = 'OK' and is_whole_year
),

told_by_line as (
    select
        department_code,
        fiscal_year
    from {{ ref('books_reconciliation') }}
    where state = '不符'
)

select
    department_code,
    fiscal_year,
    sum(case when figure_id in ('income.fiscal', 'carry_over.used') then value else 0 end) as received_and_used,
    sum(case when figure_id in ('spending.fiscal', 'carry_over.added') then value else 0 end) as spent_and_added
from figures
where
    figure_id in ('{{ parts | join("', '") }}')
    and not exists (
        select 1 from told_by_line
        where told_by_line.department_code = figures.department_code and told_by_line.fiscal_year = figures.fiscal_year
    )
group by department_code, fiscal_year
having
    count(*) = {{ parts | length }}
    and sum(case when figure_id in ('income.fiscal', 'carry_over.used') then value else -value end) <> 0
