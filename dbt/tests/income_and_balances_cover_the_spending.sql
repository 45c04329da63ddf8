-- A failure means that the books, the payments and the balances carried over contradict each other: what was received,
-- and what of earlier years was used, less what was added to the balances, is what was spent. 对账
-- (marts.books_reconciliation) says where. 办公厅行政处 corrects the ledger that is wrong.
-- Only fiscal appropriations of years of which all three are whole.
{{ config(severity='warn') }}
{%- set parts = ['income.fiscal', 'carry_over.used', 'carry_over.added', 'spending.fiscal'] %}
with

figures as (
    select * from {{ ref('figures') }}
    where status = 'OK' and is_whole_year
)

select
    department_code,
    fiscal_year,
    sum(case when figure_id in ('income.fiscal', 'carry_over.used') then value else 0 end) as received_and_used,
    sum(case when figure_id in ('spending.fiscal', 'carry_over.added') then value else 0 end) as spent_and_added
from figures
where figure_id in ('{{ parts | join("', '") }}')
group by department_code, fiscal_year
having
    count(*) = {{ parts | length }}
    and sum(case when figure_id in ('income.fiscal', 'carry_over.used') then value else -value end) <> 0
