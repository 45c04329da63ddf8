-- A failure means that an asset ledger names a card that no other ledger knows, or that a thing disposed of still
-- stands in the register of that year. 办公厅行政处 corrects the number of the card, or the ledger named first.
{{ config(severity='warn') }}
with

{{ ledger_gaps() }},

cards as (
    select * from {{ ref('dim_asset') }}
),

disposals as (
    select * from {{ ref('fct_asset_disposals') }}
),

inventories as (
    select * from {{ ref('fct_asset_inventories') }}
),

income as (
    select * from {{ ref('fct_asset_income') }}
),

known as (
    select
        department_code,
        card_no
    from cards
    union
    select
        department_code,
        card_no
    from disposals
),

named as (
    select
        'asset_inventories' as ledger,
        department_code,
        fiscal_year,
        line_no as business_key,
        card_no
    from inventories
    union all
    select
        'asset_income' as ledger,
        department_code,
        fiscal_year,
        income_no as business_key,
        card_no
    from income
    union all
    select
        'asset_cards' as ledger,
        department_code,
        fiscal_year,
        card_no as business_key,
        replaces_card_no as card_no
    from cards
)

select
    named.ledger,
    named.department_code,
    named.business_key,
    named.card_no
from named
left join known
    on
        named.department_code = known.department_code
        and named.card_no = known.card_no
where
    named.card_no is not null
    and known.card_no is null
    and {{ stands_whole('named', ['asset_cards', 'asset_disposals']) }}
union all
select
    'asset_disposals' as ledger,
    disposals.department_code,
    disposals.disposal_no as business_key,
    disposals.card_no
from disposals
inner join cards
    on
        disposals.department_code = cards.department_code
        and disposals.fiscal_year = cards.fiscal_year
        and disposals.card_no = cards.card_no
