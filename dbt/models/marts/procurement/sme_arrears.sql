-- Grain: one row per year and contract with a small or medium enterprise whose term ran out unpaid by the year's end.
-- What is paid later stays in the list of the years at whose end it was owed. Told are only years of which every file
-- of payments came in; the last payment of a year may well lie days before its end.
with

{{ ledger_gaps() }},

chain as (
    select * from {{ ref('procurement_chain') }}
    where payment_due_on is not null
),

terms as (
    select * from {{ ref('sme_payment_terms') }}
),

payments as (
    select * from {{ ref('int_budget__payments_netted') }}
    where contract_no is not null
),

years as (
    select distinct
        department_code,
        fiscal_year,
        {{ last_day_of('fiscal_year') }} as year_ends_on
    from {{ ref('fct_contracts') }}
),

overdue as (
    select
        chain.*,
        years.fiscal_year as arrears_year,
        years.year_ends_on
    from chain
    inner join years on chain.department_code = years.department_code
    where
        chain.payment_due_on < years.year_ends_on
        and (chain.settled_on is null or chain.settled_on > years.year_ends_on)
        and ({{ stands_whole('years', ['payments']) }} or chain.settled_on > years.year_ends_on)
),

paid as (
    select
        overdue.department_code,
        overdue.arrears_year,
        overdue.contract_no,
        sum(payments.amount_yuan) as paid_yuan
    from overdue
    inner join payments
        on
            overdue.department_code = payments.department_code
            and overdue.contract_no = payments.contract_no
            and overdue.year_ends_on >= payments.cleared_on
    group by overdue.department_code, overdue.arrears_year, overdue.contract_no
),

owed as (
    select
        overdue.*,
        cast(coalesce(paid.paid_yuan, 0) as decimal(18, 2)) as paid_by_year_end_yuan,
        cast(overdue.amount_yuan - coalesce(paid.paid_yuan, 0) as decimal(18, 2)) as owed_yuan,
        cast({{ dbt.datediff('overdue.payment_due_on', 'overdue.year_ends_on', 'day') }} as integer) as days_overdue
    from overdue
    left join paid
        on
            overdue.department_code = paid.department_code
            and overdue.arrears_year = paid.arrears_year
            and overdue.contract_no = paid.contract_no
)

select
    owed.department_code,
    owed.arrears_year as fiscal_year,
    owed.contract_no,
    owed.chain_name,
    owed.is_secret,
    owed.responsible_unit,
    owed.supplier_name,
    owed.amount_yuan,
    owed.paid_by_year_end_yuan,
    owed.owed_yuan,
    owed.payment_started_on,
    owed.payment_due_on,
    owed.days_overdue,
    -- Without an agreed rate; cut to the fen once.
    cast(round(owed.owed_yuan * terms.daily_interest_share * owed.days_overdue, 2) as decimal(18, 2))
        as interest_yuan,
    {{ day_of_year('owed.arrears_year + 1', 'terms.arrears_publish_month_day') }} as publish_by,
    owed.settled_on,
    terms.rule,
    owed.payment_basis_zh || ';' || terms.interest_basis_zh || ';' || terms.publication_basis_zh as legal_basis,
    owed.submission_id,
    owed.sheet,
    owed.row_number
from owed
inner join terms
    on
        owed.department_code = terms.department_code
        and owed.contract_no = terms.contract_no
where owed.owed_yuan > 0
