-- Grain: one row per department, year and line of the published table of the three public expenses.
-- Lines overlap: the total is line 1, vehicles are their purchase and operation together. Nothing budgeted is 0.
with

facts as (
    select * from {{ ref('fct_running_costs') }}
    where three_public_item is not null
),

items as (
    select * from {{ ref('three_public_items') }}
),

allocations as (
    select * from {{ ref('fct_budget_allocations') }}
),

years as (
    select distinct
        department_code,
        fiscal_year
    from allocations
),

members as (
    -- Which items stand in which line.
    select
        1 as line_no,
        1 as line_level,
        '合计' as line_name,
        item,
        valid_from,
        valid_to
    from items
    union
    select
        line_no,
        case when item = line_group then 2 else 3 end as line_level,
        item as line_name,
        item,
        valid_from,
        valid_to
    from items
    union
    select
        min(line_no) over (partition by line_group) - 1 as line_no,
        2 as line_level,
        line_group as line_name,
        item,
        valid_from,
        valid_to
    from items
    where item <> line_group
),

lines as (
    select distinct
        years.department_code,
        years.fiscal_year,
        members.line_no,
        members.line_level,
        members.line_name,
        members.item
    from years
    inner join members
        on {{ valid_in('years.fiscal_year', 'members') }}
),

summed as (
    select
        lines.department_code,
        lines.fiscal_year,
        lines.line_no,
        lines.line_level,
        lines.line_name,
        coalesce(sum(case when facts.source_type = '年初预算' then facts.amount_yuan end), 0) as initial_yuan,
        coalesce(sum(case when facts.side = 'budget' then facts.amount_yuan end), 0) as budget_yuan,
        coalesce(sum(case when facts.side = 'spending' then facts.amount_yuan end), 0) as spent_yuan
    from lines
    left join facts
        on
            lines.department_code = facts.department_code
            and lines.fiscal_year = facts.fiscal_year
            and lines.item = facts.three_public_item
    group by lines.department_code, lines.fiscal_year, lines.line_no, lines.line_level, lines.line_name
),

rated as (
    select
        *,
        cast(100 * {{ exact_ratio('spent_yuan', 'budget_yuan') }} as decimal(28, 8)) as rate_pct
    from summed
)

select
    department_code,
    fiscal_year,
    cast(line_no as integer) as line_no,
    cast(line_level as integer) as line_level,
    line_name,
    cast(initial_yuan as decimal(18, 2)) as initial_yuan,
    cast(budget_yuan as decimal(18, 2)) as budget_yuan,
    cast(spent_yuan as decimal(18, 2)) as spent_yuan,
    cast(rate_pct as decimal(18, 6)) as completion_pct,
    case
        when rate_pct is null then '--%(基数为0,不可比)'
        else {{ number_text(half_up('rate_pct', '1'), 1) }} || '%'
    end as completion_text,
    spent_yuan > budget_yuan as is_over_budget
from rated
