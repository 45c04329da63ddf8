-- A failure means that money moved between allocations (调剂) was given but not taken, or taken but not given.
-- 办公厅行政处 compares the allocations and hands the wrong ones in again. Money is compared in fen.
{{ config(severity='warn') }}
with

{{ ledger_gaps() }},

allocations as (
    select * from {{ ref('fct_budget_allocations') }}
    where source_type = '调剂'
),

transfers as (
    -- What one department gives another takes: only what is left over all of them was not given or not taken.
    select
        department_code,
        fiscal_year,
        sum(cast(amount_yuan * 100 as bigint)) as fen,
        sum(sum(cast(amount_yuan * 100 as bigint))) over (partition by fiscal_year) as fen_of_all
    from allocations
    group by department_code, fiscal_year
)

select
    department_code,
    fiscal_year,
    '调剂' as business_key
from transfers
where
    fen <> 0
    and fen_of_all <> 0
    and fiscal_year not in (
        select gaps.fiscal_year from gaps
        where gaps.ledger = 'budget_allocations'
    )
