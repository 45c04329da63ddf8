-- Grain: one row per department, year, table of the published final accounts (决算公开), line and column: a printed cell.
-- Lines and columns are data (seeds/final_accounts). A cell whose content no ledger holds is null, one without any
-- movement is 0.
{%- set levels = {'function': [3, 5, 7], 'class': [3], 'economic': [3, 5]} %}
with

movements as (
    -- Summed before cells are looked for: a movement is held against every line of its department.
    select
        movements.department_code,
        movements.fiscal_year,
        movements.what,
        movements.fund_type,
        movements.account_code,
        movements.spending_kind,
        movements.economic_code,
        movements.function_code,
        economic_groups.paid_for,
        count(movements.yuan) as movement_count,
        sum(movements.yuan) as yuan
    from {{ ref('int_budget__final_account_movements') }} as movements
    left join {{ ref('economic_groups') }} as economic_groups
        on
            substring(movements.economic_code, 1, 3) = economic_groups.code
            and {{ valid_in('movements.fiscal_year', 'economic_groups') }}
    group by
        movements.department_code, movements.fiscal_year, movements.what, movements.fund_type, movements.account_code,
        movements.spending_kind, movements.economic_code, movements.function_code, economic_groups.paid_for
),

account_tables as (
    select * from {{ ref('final_account_tables') }}
),

account_lines as (
    select * from {{ ref('final_account_lines') }}
),

account_columns as (
    select * from {{ ref('final_account_columns') }}
),

{{ ledger_gaps() }},

{% set sources = {
    'spending': 'fct_payments', 'income': 'fct_budget_allocations', 'balances': 'fct_carry_over',
    'accounts': 'fct_ledger_balances'
} %}

handed_in as (
    {% for source, fact in sources.items() %}
        {% if not loop.first %} union {% endif %}
        select
            department_code,
            fiscal_year,
            '{{ source }}' as source
        from {{ ref(fact) }}
    {% endfor %}
),

years as (
    -- Which ledgers a department handed in at all: of the others nothing is known, and 0 would be a guess.
    select
        department_code,
        fiscal_year,
        {% for source in sources %}
            max(case when source = '{{ source }}' then 1 else 0 end) = 1 as knows_{{ source }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from handed_in
    group by department_code, fiscal_year
    having max(case when source in ('spending', 'income') then 1 else 0 end) = 1
),

codes as (
    -- Each code that occurs, with its class and group above it.
    {% for made_by, lengths in levels.items() %}
        {% set outer_loop = loop %}
        {% for length in lengths %}
            {% if not (outer_loop.first and loop.first) %} union {% endif %}
            select
                department_code,
                fiscal_year,
                '{{ made_by }}' as made_by,
                {{ loop.index }} as line_level,
                substring(
                    {{ 'economic_code' if made_by == 'economic' else 'function_code' }}, 1, {{ length }}
                ) as code
            from movements
            where {{ 'economic_code' if made_by == 'economic' else 'function_code' }} is not null
        {% endfor %}
    {% endfor %}
),

names as (
    {% for made_by, seeds in {
        'function': ['function_groups', 'function_codes'], 'class': ['function_groups'],
        'economic': ['economic_groups', 'department_economic_codes']
    }.items() %}
        {% set outer_loop = loop %}
        {% for seed in seeds %}
            {% if not (outer_loop.first and loop.first) %} union all {% endif %}
            select
                '{{ made_by }}' as made_by,
                code,
                name_zh,
                valid_from,
                valid_to
            from {{ ref(seed) }}
        {% endfor %}
    {% endfor %}
),

lines as (
    select
        years.*,
        account_lines.table_no,
        account_lines.block,
        account_lines.place,
        account_lines.what,
        account_lines.fund_types,
        account_lines.accounts,
        account_lines.made_by,
        account_lines.paid_for,
        coalesce(codes.line_level, 0) as line_level,
        coalesce(codes.code, '') as code,
        coalesce(account_lines.name_zh, names.name_zh) as line_name
    from years
    inner join account_lines on {{ valid_in('years.fiscal_year', 'account_lines') }}
    left join codes
        on
            years.department_code = codes.department_code
            and years.fiscal_year = codes.fiscal_year
            and account_lines.made_by = codes.made_by
    left join names
        on
            codes.made_by = names.made_by
            and codes.code = names.code
            and {{ valid_in('years.fiscal_year', 'names') }}
    where account_lines.made_by is null or codes.code is not null
),

cells as (
    select
        lines.department_code,
        lines.fiscal_year,
        lines.table_no,
        lines.block,
        lines.place,
        lines.line_level,
        lines.code,
        lines.line_name,
        lines.made_by,
        account_columns.column_no,
        account_columns.name_zh as column_name,
        max(
            case
                when coalesce(account_columns.what, lines.what) = 'unknown' or lines.what = 'unknown' then 1
                {% for condition, source in [
                    ("like '%spending%'", 'spending'), ("like '%income%'", 'income'), ("like '%opening%'", 'balances'),
                    ("like '%closing%'", 'balances')
                ] %}
                    when
                        coalesce(lines.what, account_columns.what) {{ condition }}
                        and not lines.knows_{{ source }} then 1
                {% endfor %}
                when coalesce(lines.accounts, account_columns.accounts) is not null and not lines.knows_accounts then 1
                else 0
            end
        ) = 1 as is_unknown,
        coalesce(sum(movements.movement_count), 0) as movements,
        coalesce(sum(movements.yuan), 0) as yuan
    from lines
    inner join account_columns
        on
            lines.table_no = account_columns.table_no
            and lines.block = account_columns.block
            and {{ valid_in('lines.fiscal_year', 'account_columns') }}
    left join movements
        on
            lines.department_code = movements.department_code
            and lines.fiscal_year = movements.fiscal_year
            and '|' || coalesce(account_columns.what, lines.what) || '|' like '%|' || movements.what || '|%'
            and (lines.what is null or '|' || lines.what || '|' like '%|' || movements.what || '|%')
            {% for side in ['lines', 'account_columns'] %}
                and (
                    {{ side }}.fund_types is null
                    or '|' || {{ side }}.fund_types || '|' like '%|' || movements.fund_type || '|%'
                )
                and (
                    {{ side }}.accounts is null
                    or '|' || {{ side }}.accounts || '|' like '%|' || movements.account_code || '|%'
                )
            {% endfor %}
            and (account_columns.spending_kind is null or account_columns.spending_kind = movements.spending_kind)
            and (lines.paid_for is null or lines.paid_for = movements.paid_for)
            and (
                lines.code = ''
                or case when lines.made_by = 'economic' then movements.economic_code else movements.function_code end
                like lines.code || '%'
            )
    group by
        lines.department_code, lines.fiscal_year, lines.table_no, lines.block, lines.place, lines.line_level,
        lines.code, lines.line_name, lines.made_by, account_columns.column_no, account_columns.name_zh
),

printed as (
    select
        *,
        sum(movements) over (
            partition by department_code, fiscal_year, table_no, block, place, code
        ) as movements_of_line
    from cells
),

public_expenses as (
    select * from {{ ref('three_public_expenses') }}
),

all_cells as (
    select
        department_code,
        fiscal_year,
        table_no,
        block,
        place,
        line_level,
        code,
        line_name,
        column_no,
        column_name,
        case when not is_unknown then yuan end as yuan
    from printed
    where made_by is null or movements_of_line > 0
    {% for number, column, name in [(1, 'budget_yuan', '预算数'), (2, 'spent_yuan', '决算数')] %}
        union all
        select
            department_code,
            fiscal_year,
            '09' as table_no,
            1 as block,
            line_no as place,
            line_level - 1 as line_level,
            '' as code,
            line_name,
            {{ number }} as column_no,
            '{{ name }}' as column_name,
            {{ column }} as yuan
        from public_expenses
    {% endfor %}
)

select
    all_cells.department_code,
    all_cells.fiscal_year,
    all_cells.table_no,
    account_tables.name_zh as table_name,
    all_cells.block,
    all_cells.place,
    all_cells.line_level,
    all_cells.code,
    all_cells.line_name,
    all_cells.column_no,
    all_cells.column_name,
    cast(all_cells.yuan as decimal(18, 2)) as amount_yuan,
    not exists (
        select 1 from gaps
        where
            gaps.department_code = all_cells.department_code
            and gaps.fiscal_year = all_cells.fiscal_year
            and '|' || account_tables.ledgers || '|' like '%|' || gaps.ledger || '|%'
    ) as is_whole
from all_cells
inner join account_tables
    on
        all_cells.table_no = account_tables.table_no
        and {{ valid_in('all_cells.fiscal_year', 'account_tables') }}
