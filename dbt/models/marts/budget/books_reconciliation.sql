-- Grain: one row per year, line of the reconciliation, fund and class: both sides, their difference, what to look into.
-- Fiscal appropriations by fund, and by basic and project spending or both together (合计). What a ledger that tells
-- of the year does not name is nil; where it tells nothing of the year, nothing is held against it: the line says so.
{%- set lines = [
    ('payments_accounts', 'spent', 'account_spending'),
    ('grants_accounts', 'granted - coalesce(cancelled, 0)', 'account_income'),
    ('roll_forward', 'opening + granted - spent - withdrawn', 'closing'),
    ('carry_over_accounts', 'closing', 'account_closing'),
    ('opening_closing', 'opening', 'closing_before'),
    ('allocated_opening', 'carried_in', 'continued'),
    (
        'accounts_roll',
        'account_opening + account_income - account_spending - coalesce(withdrawn - cancelled, 0)',
        'account_closing'
    ),
    ('funds_accounts', 'account_funds', 'account_closing'),
    ('income_parallel', 'account_revenue', 'account_income'),
    ('payments_final_accounts', 'spent', 'reported_spent'),
    ('accounts_final_accounts', 'account_spending', 'reported_spent'),
    ('grants_final_accounts', 'granted - coalesce(cancelled, 0)', 'reported_income'),
    ('income_final_accounts', 'account_income', 'reported_income'),
    ('opening_final_accounts', 'opening - (withdrawn - cancelled)', 'reported_opening'),
    ('closing_final_accounts', 'closing', 'reported_closing'),
    ('final_accounts_roll', 'reported_opening + reported_income - reported_spent', 'reported_closing'),
    ('expenses_spending', 'account_expenses', 'account_spending + coalesce(account_adjustments, 0)'),
] %}
{%- set amounts_of = {
    'spent': 'payments', 'granted': 'allocations', 'carried_in': 'allocations', 'opening': 'carried_over',
    'continued': 'carried_over', 'withdrawn': 'carried_over', 'cancelled': 'carried_over', 'closing': 'carried_over',
    'reported_opening': 'final_accounts', 'reported_income': 'final_accounts', 'reported_spent': 'final_accounts',
    'reported_closing': 'final_accounts',
} %}
{%- set accounts_of = {
    'account_income': '收入', 'account_spending': '支出', 'account_revenue': '财务收入', 'account_funds': '资金结存',
    'account_expenses': '费用', 'account_adjustments': '差异调节',
} %}
{%- set balances_of = ['account_opening', 'account_closing'] %}
{%- set told = (amounts_of.keys() | list) + (accounts_of.keys() | list) + balances_of %}
{%- set yuan_of = {
    'granted': "case when source_type <> '上年结转' then amount_yuan else 0 end",
    'carried_in': "case when source_type = '上年结转' then amount_yuan else 0 end",
    'spent': 'amount_yuan', 'opening': 'opening_yuan', 'withdrawn': 'withdrawn_yuan', 'closing': 'closing_yuan',
    'continued': "case when balance_kind = '结转' then opening_yuan else 0 end",
    'cancelled': "case when balance_kind = '结转' then withdrawn_yuan else 0 end",
    'reported_opening': 'opening_yuan', 'reported_income': 'income_yuan', 'reported_spent': 'spent_yuan',
    'reported_closing': 'closing_yuan',
} %}
with

fiscal_funds as (
    select * from {{ ref('fiscal_appropriation_funds') }}
),

fund_types as (
    select * from {{ ref('fund_types') }}
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

{% for name, model in [('payments', 'fct_payments'), ('earlier_refunds', 'fct_prior_year_refunds')] %}
    {{ name }} as (
        select ledger.*
        from {{ ref(model) }} as ledger
        inner join fiscal_funds
            on
                ledger.fund_type = fiscal_funds.fund_type
                and {{ valid_in('ledger.fiscal_year', 'fiscal_funds') }}
    ),
{% endfor %}

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

final_accounts as (
    select * from {{ ref('fct_final_account_reports') }}
    where is_fiscal_appropriation
),

balances as (
    select * from {{ ref('fct_ledger_balances') }}
),

amounts as (
    {% for source in amounts_of.values() | unique %}
        select
            department_code,
            fiscal_year,
            fund_type,
            spending_kind,
            told.what,
            case told.what
                {% for what in amounts_of if amounts_of[what] == source %}
                    when '{{ what }}' then {{ yuan_of[what] }}
                {% endfor %}
            end as yuan
        from {{ source }}
        cross join (
            values
            {% for what in amounts_of if amounts_of[what] == source %}
                ('{{ what }}'){{ ',' if not loop.last }}
            {% endfor %}
        ) as told (what)
        union all
    {% endfor %}
    select
        balances.department_code,
        balances.fiscal_year,
        book_accounts.fund_type,
        book_accounts.spending_kind,
        told.what,
        case
            when told.what = 'account_funds' then balances.closing_yuan
            -- Expenses are spending plus what was booked without being paid, less what was paid for assets.
            when told.what = 'account_adjustments' and book_accounts.balance_side = '借' then -balances.debit_yuan
            when book_accounts.balance_side = '净'
                then coalesce(balances.credit_yuan, 0) - coalesce(balances.debit_yuan, 0)
            when book_accounts.balance_side = '借' then balances.debit_yuan
            else balances.credit_yuan
        end as yuan
    from balances
    inner join book_accounts
        on
            balances.account_code = book_accounts.account_code
            and {{ valid_in('balances.fiscal_year', 'book_accounts') }}
    inner join (
        values
        {% for what, in_seed in accounts_of.items() %}
            ('{{ what }}', '{{ in_seed }}'){{ ',' if not loop.last }}
        {% endfor %}
    ) as told (what, in_seed)
        on book_accounts.what = told.in_seed
    where told.what <> 'account_funds' or balances.is_year_end
    union all
    select
        balances.department_code,
        balances.fiscal_year,
        carry_over_accounts.fund_type,
        carry_over_accounts.spending_kind,
        told.what,
        case told.what when 'account_opening' then balances.opening_yuan else balances.closing_yuan end as yuan
    from balances
    inner join carry_over_accounts
        on
            balances.account_code = carry_over_accounts.account_code
            and {{ valid_in('balances.fiscal_year', 'carry_over_accounts') }}
    inner join (values ('account_opening', 1), ('account_closing', 12)) as told (what, month_no)
        on extract(month from balances.month) = told.month_no
),

-- Which ledgers tell anything of a year.
tellers as (
    select
        department_code,
        fiscal_year,
    {% for what in told %}
        max(case when what = '{{ what }}' then 1 else 0 end) as tells_{{ what }}{{ ',' if not loop.last }}
    {% endfor %}
    from amounts
    group by department_code, fiscal_year
),

funds as (
    select distinct
        department_code,
        fiscal_year,
        fund_type
    from amounts
),

kinds as (
    select spending_kind from spending_kinds
    union
    select '合计' as spending_kind
),

classes as (
    select
        funds.department_code,
        funds.fiscal_year,
        funds.fund_type,
        kinds.spending_kind
    from funds
    cross join kinds
),

sums as (
    select
        classes.department_code,
        classes.fiscal_year,
        classes.fund_type,
        classes.spending_kind,
    {% for what in told %}
        case
            when max(tellers.tells_{{ what }}) = 1
                then coalesce(sum(case when amounts.what = '{{ what }}' then amounts.yuan end), 0)
        end as {{ what }}{{ ',' if not loop.last }}
    {% endfor %}
    from classes
    inner join tellers
        on classes.department_code = tellers.department_code and classes.fiscal_year = tellers.fiscal_year
    left join amounts
        on
            classes.department_code = amounts.department_code
            and classes.fiscal_year = amounts.fiscal_year
            and classes.fund_type = amounts.fund_type
            and classes.spending_kind in (amounts.spending_kind, '合计')
    group by classes.department_code, classes.fiscal_year, classes.fund_type, classes.spending_kind
),

refunded as (
    select
        department_code,
        fiscal_year,
        fund_type,
        spending_kind,
        sum(amount_yuan) as yuan
    from earlier_refunds
    group by department_code, fiscal_year, fund_type, spending_kind
),

with_last_year as (
    select
        sums.*,
        refunded.yuan as earlier_refunds,
        coalesce(known.tells_closing, 0) = 1 as knows_last_year,
        coalesce(before.closing, 0) as closing_before
    from sums
    left join sums as before
        on
            sums.department_code = before.department_code
            and sums.fiscal_year = before.fiscal_year + 1
            and sums.fund_type = before.fund_type
            and sums.spending_kind = before.spending_kind
    left join tellers as known
        on sums.department_code = known.department_code and sums.fiscal_year = known.fiscal_year + 1
    left join refunded
        on
            sums.department_code = refunded.department_code
            and sums.fiscal_year = refunded.fiscal_year
            and sums.fund_type = refunded.fund_type
            and sums.spending_kind = refunded.spending_kind
),

side_by_side as (
    select
        with_last_year.department_code,
        with_last_year.fiscal_year,
        with_last_year.fund_type,
        with_last_year.spending_kind,
        compared.line,
        case compared.line
            {% for line, left_side, _ in lines %}
                when '{{ line }}' then {{ left_side }}
            {% endfor %}
        end as left_yuan,
        case compared.line
            {% for line, _, right_side in lines %}
                when '{{ line }}' then {{ right_side }}
            {% endfor %}
        end as right_yuan,
        with_last_year.earlier_refunds,
        with_last_year.cancelled,
        with_last_year.withdrawn - with_last_year.cancelled as surplus_withdrawn,
        compared.line like '%final_accounts%' and with_last_year.reported_spent is null as is_not_handed_in
    from with_last_year
    cross join (
        values
        {% for line, _, _ in lines %}
            ('{{ line }}'){{ ',' if not loop.last }}
        {% endfor %}
    ) as compared (line)
    where compared.line <> 'opening_closing' or with_last_year.knows_last_year
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
        left_yuan - right_yuan as difference_yuan,
        (
            select setting.value from parameters as setting
            where
                setting.parameter = reconciliation_lines.tolerance_parameter
                and {{ valid_in('side_by_side.fiscal_year', 'setting') }}
        ) as tolerance_yuan
    from side_by_side
    inner join reconciliation_lines
        on
            side_by_side.line = reconciliation_lines.line
            and reconciliation_lines.is_by_class = (side_by_side.spending_kind <> '合计')
            and {{ valid_in('side_by_side.fiscal_year', 'reconciliation_lines') }}
),

judged as (
    select
        *,
        sum(difference_yuan) over (
            partition by department_code, fiscal_year, line, fund_type
        ) as difference_of_classes,
        sum(difference_yuan) over (
            partition by department_code, fiscal_year, line, spending_kind
        ) as difference_of_funds,
        case
            when is_not_handed_in then '未报送'
            when has_gaps then '台账不全'
            when difference_yuan is null then '缺一方'
            when abs(difference_yuan) <= tolerance_yuan then '相符'
            else '不符'
        end as state
    from held
)

select
    department_code,
    fiscal_year,
    line_no,
    line,
    fund_type,
    {{ code_name('fund_types', 'fund_type', 'fiscal_year') }} as fund_type_name,
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
        when state = '未报送' then '决算报表没有报送,没有核对'
        when state = '台账不全' then '台账缺一部分或未到期,不作比较'
        when state = '缺一方' then '台账中没有其中一方,无法核对'
        when line in ('payments_accounts', 'payments_final_accounts') and -difference_yuan = earlier_refunds
            then '差额等于上年凭证的退款:应记年初余额调整,不冲减当年支出'
        when line in ('grants_accounts', 'grants_final_accounts') and -difference_yuan = cancelled
            then '差额等于年末注销的指标:收入应扣除注销'
        when line = 'opening_final_accounts' and -difference_yuan = surplus_withdrawn
            then '差额等于财政收回的结余:决算年初数应扣除收回的结余'
        when difference_of_classes = 0 then '与另一类支出的差额相抵:有金额归错了支出类别'
        when difference_of_funds = 0 then '与另一种资金的差额相抵:有金额归错了资金性质'
        when line like '%final_accounts%' and round(left_yuan, -2) = right_yuan
            then '差额在万元两位小数的四舍五入之内:请报送以元为单位的决算报表'
        else to_check_zh
    end as why_zh
from judged
