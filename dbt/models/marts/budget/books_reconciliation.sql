-- Grain: one row per year, line of the reconciliation and class: the two sides, their difference and what to look into.
-- Fiscal appropriations by basic and project spending. Where a ledger lacks a part of the year, or an account was not
-- handed in, nothing is held against each other: the line says so.
{%- set lines = [
    ('payments_accounts', 'spent.yuan', 'account_spending.yuan'),
    ('grants_accounts', 'granted.yuan - coalesce(carried.cancelled_yuan, 0)', 'account_income.yuan'),
    (
        'roll_forward',
        'coalesce(carried.opening_yuan, 0) + granted.yuan - spent.yuan - coalesce(carried.withdrawn_yuan, 0)',
        'carried.closing_yuan'
    ),
    ('carry_over_accounts', 'carried.closing_yuan', 'account_balances.yuan'),
    ('opening_closing', 'coalesce(carried.opening_yuan, 0)', 'coalesce(before.closing_yuan, 0)'),
    ('allocated_opening', 'coalesce(carried_in.yuan, 0)', 'coalesce(carried.continued_yuan, 0)'),
] %}
{%- set sources = ['payments', 'allocations', 'carried_over', 'balances'] %}
with

fiscal_funds as (
    select * from {{ ref('fiscal_appropriation_funds') }}
),

spending_kinds as (
    select * from {{ ref('spending_kinds') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

reconciliation_lines as (
    select * from {{ ref('reconciliation_lines') }}
),

book_accounts as (
    select * from {{ ref('book_accounts') }}
),

carry_over_accounts as (
    select * from {{ ref('carry_over_accounts') }}
),

{{ ledger_gaps() }},

payments as (
    select payments.*
    from {{ ref('fct_payments') }} as payments
    inner join fiscal_funds
        on
            payments.fund_type = fiscal_funds.fund_type
            and {{ valid_in('payments.fiscal_year', 'fiscal_funds') }}
),

earlier_refunds as (
    select refunds.*
    from {{ ref('fct_prior_year_refunds') }} as refunds
    inner join fiscal_funds
        on
            refunds.fund_type = fiscal_funds.fund_type
            and {{ valid_in('refunds.fiscal_year', 'fiscal_funds') }}
),

allocations as (
    select
        allocations.*,
        spending_kinds.spending_kind
    from {{ ref('fct_budget_allocations') }} as allocations
    inner join fiscal_funds
        on
            allocations.fund_type = fiscal_funds.fund_type
            and {{ valid_in('allocations.fiscal_year', 'fiscal_funds') }}
    inner join spending_kinds on allocations.project_category = spending_kinds.project_category
),

carried_over as (
    select * from {{ ref('fct_carry_over') }}
    where is_fiscal_appropriation
),

balances as (
    select * from {{ ref('fct_ledger_balances') }}
),

years as (
    {% for source in sources %}
        {% if not loop.first %} union {% endif %}
        select
            department_code,
            fiscal_year
        from {{ source }}
    {% endfor %}
),

classes as (
    select
        years.department_code,
        years.fiscal_year,
        kinds.spending_kind
    from years
    cross join (select distinct spending_kind from spending_kinds) as kinds
),

spent as (
    select
        department_code,
        fiscal_year,
        spending_kind,
        sum(amount_yuan) as yuan
    from payments
    group by department_code, fiscal_year, spending_kind
),

refunded as (
    select
        department_code,
        fiscal_year,
        spending_kind,
        sum(amount_yuan) as earlier_refunds_yuan
    from earlier_refunds
    group by department_code, fiscal_year, spending_kind
),

granted as (
    select
        department_code,
        fiscal_year,
        spending_kind,
        sum(amount_yuan) as yuan
    from allocations
    where source_type <> '上年结转'
    group by department_code, fiscal_year, spending_kind
),

carried_in as (
    select
        department_code,
        fiscal_year,
        spending_kind,
        sum(amount_yuan) as yuan
    from allocations
    where source_type = '上年结转'
    group by department_code, fiscal_year, spending_kind
),

carried as (
    -- What is withdrawn from a surplus was granted in an earlier year; from what is carried over, in this one.
    select
        department_code,
        fiscal_year,
        spending_kind,
        sum(opening_yuan) as opening_yuan,
        sum(case when balance_kind = '结转' then opening_yuan end) as continued_yuan,
        sum(withdrawn_yuan) as withdrawn_yuan,
        sum(case when balance_kind = '结转' then withdrawn_yuan end) as cancelled_yuan,
        coalesce(sum(closing_yuan), 0) as closing_yuan
    from carried_over
    group by department_code, fiscal_year, spending_kind
),

{% for name, what in [('account_income', '收入'), ('account_spending', '支出')] %}
    {{ name }} as (
        select
            balances.department_code,
            balances.fiscal_year,
            book_accounts.spending_kind,
            sum(case when book_accounts.balance_side = '借' then balances.debit_yuan else balances.credit_yuan end)
                as yuan
        from balances
        inner join book_accounts
            on
                balances.account_code = book_accounts.account_code
                and book_accounts.what = '{{ what }}'
                and {{ valid_in('balances.fiscal_year', 'book_accounts') }}
        group by balances.department_code, balances.fiscal_year, book_accounts.spending_kind
    ),
{% endfor %}

account_balances as (
    select
        balances.department_code,
        balances.fiscal_year,
        carry_over_accounts.spending_kind,
        sum(balances.closing_yuan) as yuan
    from balances
    inner join carry_over_accounts
        on
            balances.account_code = carry_over_accounts.account_code
            and {{ valid_in('balances.fiscal_year', 'carry_over_accounts') }}
    where balances.is_year_end
    group by balances.department_code, balances.fiscal_year, carry_over_accounts.spending_kind
),

side_by_side as (
    {% for line, left_side, right_side in lines %}
        {% if not loop.first %} union all {% endif %}
        select
            classes.department_code,
            classes.fiscal_year,
            classes.spending_kind,
            '{{ line }}' as line,
            {{ left_side }} as left_yuan,
            {{ right_side }} as right_yuan,
            refunded.earlier_refunds_yuan
        from classes
        {% for joined in [
            'spent', 'refunded', 'granted', 'carried_in', 'carried', 'account_income', 'account_spending', 'account_balances'
        ] %}
            left join {{ joined }}
                on
                    classes.department_code = {{ joined }}.department_code
                    and classes.fiscal_year = {{ joined }}.fiscal_year
                    and classes.spending_kind = {{ joined }}.spending_kind
        {% endfor %}
        {% if line == 'opening_closing' %}
            left join carried as before
                on
                    classes.department_code = before.department_code
                    and classes.fiscal_year = before.fiscal_year + 1
                    and classes.spending_kind = before.spending_kind
            where
                exists (
                    select 1 from carried as known
                    where
                        known.department_code = classes.department_code
                        and known.fiscal_year = classes.fiscal_year - 1
                )
        {% endif %}
    {% endfor %}
),

held as (
    select
        side_by_side.*,
        reconciliation_lines.line_no,
        reconciliation_lines.name_zh,
        reconciliation_lines.left_zh,
        reconciliation_lines.right_zh,
        reconciliation_lines.to_check_zh,
        (
            select count(*) from gaps
            where
                gaps.department_code = side_by_side.department_code
                and gaps.fiscal_year = side_by_side.fiscal_year
                and '|' || reconciliation_lines.ledgers || '|' like '%|' || gaps.ledger || '|%'
        ) > 0 as has_gaps,
        {{ parameter_value('books_tolerance_yuan', 'side_by_side.fiscal_year') }} as tolerance_yuan
    from side_by_side
    inner join reconciliation_lines
        on
            side_by_side.line = reconciliation_lines.line
            and {{ valid_in('side_by_side.fiscal_year', 'reconciliation_lines') }}
),

judged as (
    select
        *,
        left_yuan - right_yuan as difference_yuan,
        case
            when has_gaps then '台账不全'
            when left_yuan is null or right_yuan is null then '缺一方'
            when abs(left_yuan - right_yuan) <= tolerance_yuan then '相符'
            else '不符'
        end as state
    from held
)

select
    department_code,
    fiscal_year,
    line_no,
    line,
    spending_kind,
    name_zh,
    left_zh,
    cast(left_yuan as decimal(18, 2)) as left_yuan,
    right_zh,
    cast(right_yuan as decimal(18, 2)) as right_yuan,
    cast(difference_yuan as decimal(18, 2)) as difference_yuan,
    cast(tolerance_yuan as decimal(18, 2)) as tolerance_yuan,
    state,
    case
        when state = '相符' then null
        when state = '台账不全' then '台账缺一部分或未到期,不作比较'
        when state = '缺一方' then '台账中没有其中一方,无法核对'
        when line = 'payments_accounts' and earlier_refunds_yuan <> 0 and right_yuan - left_yuan = earlier_refunds_yuan
            then '差额等于上年凭证的退款:应记年初余额调整,不冲减当年支出'
        else to_check_zh
    end as why_zh
from judged
