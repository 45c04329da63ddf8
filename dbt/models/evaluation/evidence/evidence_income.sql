-- Grain: one row per figure and month of an income account, or balance carried over, that counts for it. Measures are
-- in yuan.
with

figure_catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

income_accounts as (
    select * from {{ ref('income_accounts') }}
),

balances as (
    select * from {{ ref('fct_ledger_balances') }}
),

carried_over as (
    select * from {{ ref('fct_carry_over') }}
    where is_fiscal_appropriation
),

income as (
    -- An account counts by its details where the register has them. Its turnover is that of its own side: refunds are
    -- red.
    select
        balances.*,
        income_accounts.is_fiscal_appropriation,
        balances.account_code || '/' || cast(balances.month as string) as fact_key
    from balances
    inner join income_accounts
        on
            balances.account_code like income_accounts.account_code || '%'
            and {{ valid_in('balances.fiscal_year', 'income_accounts') }}
    where
        balances.credit_yuan <> 0
        and not exists (
            select 1 from balances as details
            where
                details.department_code = balances.department_code
                and details.fiscal_year = balances.fiscal_year
                and details.month = balances.month
                and details.account_code like balances.account_code || '_%'
        )
),

balances_of_projects as (
    -- What is withdrawn from a surplus leaves the balances; from what is carried over, it was granted in this year and
    -- never counted as income. What becomes the surplus of its own project is neither used nor added.
    select
        *,
        fund_type || '/' || project_code as fact_key,
        sum(
            coalesce(opening_yuan, 0) - coalesce(closing_yuan, 0)
            - case when balance_kind = '结余' then coalesce(withdrawn_yuan, 0) else 0 end
        ) over (partition by department_code, fiscal_year, fund_type, project_code) as used_yuan,
        row_number() over (
            partition by department_code, fiscal_year, fund_type, project_code
            order by balance_kind, submission_id, sheet, row_number
        ) as place
    from carried_over
)

{% for figure_id, offset in [('income.total', 0), ('income.total_previous', -1)] %}
    {{ evidence_of(figure_id, 'income', 'facts.fact_key', 'facts.credit_yuan', year_offset=offset) }}
    union all
{% endfor %}
{% for figure_id, offset in [('income.fiscal', 0), ('income.fiscal_previous', -1)] %}
    {{ evidence_of(
        figure_id, 'income', 'facts.fact_key', 'facts.credit_yuan', 'facts.is_fiscal_appropriation', year_offset=offset
    ) }}
    union all
{% endfor %}
{{ evidence_of(
    'carry_over.used', 'balances_of_projects', 'facts.fact_key',
    'case when facts.place = 1 then facts.used_yuan end', 'facts.used_yuan > 0'
) }}
union all
{{ evidence_of(
    'carry_over.added', 'balances_of_projects', 'facts.fact_key',
    'case when facts.place = 1 then -facts.used_yuan end', 'facts.used_yuan < 0'
) }}
