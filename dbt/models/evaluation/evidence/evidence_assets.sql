-- Grain: one row per figure and card, stock-take line, income, disposal or account that counts for it.
with

figure_catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

cards as (
    select * from {{ ref('dim_asset_yearly') }}
),

in_use as (
    -- Whether things leased or lent out count as in use is a parameter.
    select cards.*
    from cards
    left join parameters
        on
            parameters.parameter = 'lease_counts_as_in_use'
            and {{ valid_in('cards.fiscal_year', 'parameters') }}
    where
        cards.asset_state_name = '在用'
        or (cards.asset_state_name = '出租出借' and parameters.value = 1)
),

incomplete as (
    select * from cards
    where missing_data is not null
),

purchases as (
    select * from {{ ref('fct_asset_purchases') }}
),

office_space as (
    select * from {{ ref('office_space') }}
),

office_cards as (
    -- The floor area stands on the cards of the buildings; whether it is too much is said once, on the first of them.
    select
        cards.*,
        office_space.is_over_standard,
        row_number() over (
            partition by cards.department_code, cards.fiscal_year, cards.item_kind
            order by cards.card_no
        ) as position_no
    from cards
    inner join office_space
        on
            cards.department_code = office_space.department_code
            and cards.fiscal_year = office_space.fiscal_year
            and cards.item_kind = office_space.item_kind
),

staff_counts as (
    select * from {{ ref('fct_staff_counts') }}
    where is_latest_of_year
),

space_allowed as (
    select
        staff_counts.department_code,
        staff_counts.fiscal_year,
        staff_counts.post_kind,
        office_space.area_per_head_sqm * staff_counts.posts as limit_sqm,
        staff_counts.submission_id,
        staff_counts.sheet,
        staff_counts.row_number
    from staff_counts
    inner join office_space
        on
            staff_counts.department_code = office_space.department_code
            and staff_counts.fiscal_year = office_space.fiscal_year
),

income as (
    select * from {{ ref('fct_asset_income') }}
),

required_cards as (
    select * from {{ ref('fct_stock_take_cards') }}
),

stock_take_lines as (
    select * from {{ ref('fct_asset_inventories') }}
),

stock_takes as (
    -- All lines repeat the kind of the stock-take and the day of its report: all prove it, the first has the measure.
    select
        *,
        row_number() over (
            partition by department_code, fiscal_year, stock_take_no
            order by line_no, submission_id, row_number
        ) as position_no
    from stock_take_lines
    where reported_on is not null
),

reconciled as (
    select * from {{ ref('asset_reconciliation') }}
),

balances as (
    select * from {{ ref('fct_ledger_balances') }}
    where is_year_end
),

class_accounts as (
    -- The measure is carried by the account of the original value; a class without one is shown by its first card.
    select
        reconciled.department_code,
        reconciled.fiscal_year,
        reconciled.asset_class,
        reconciled.is_equal,
        balances.value_kind,
        case when balances.value_kind = '原值' then 1 end as measure,
        coalesce(reconciled.original_difference_yuan, 1) <> 0 as has_original_difference,
        coalesce(reconciled.depreciation_difference_yuan, 1) <> 0 as has_depreciation_difference,
        coalesce(reconciled.net_difference_yuan, 1) <> 0 as has_net_difference,
        balances.submission_id,
        balances.sheet,
        balances.row_number
    from reconciled
    inner join balances
        on
            reconciled.department_code = balances.department_code
            and reconciled.fiscal_year = balances.fiscal_year
            and reconciled.asset_class = balances.asset_class
    where reconciled.ledger_original_yuan is not null
    union all
    select
        reconciled.department_code,
        reconciled.fiscal_year,
        reconciled.asset_class,
        reconciled.is_equal,
        '原值' as value_kind,
        1 as measure,
        true as has_original_difference,
        true as has_depreciation_difference,
        true as has_net_difference,
        cards.submission_id,
        cards.sheet,
        cards.row_number
    from reconciled
    inner join (
        select
            *,
            row_number() over (
                partition by department_code, fiscal_year, asset_class
                order by card_no
            ) as position_no
        from cards
    ) as cards
        on
            reconciled.department_code = cards.department_code
            and reconciled.fiscal_year = cards.fiscal_year
            and reconciled.asset_class = cards.asset_class
            and cards.position_no = 1
    where reconciled.ledger_original_yuan is null
),

large_changes as (
    select changes.*
    from {{ ref('asset_account_changes') }} as changes
    inner join parameters
        on
            parameters.parameter = 'yoy_change_pct'
            and {{ valid_in('changes.fiscal_year', 'parameters') }}
            -- A class that the year opened without has no rate; that it is there now needs a word as well.
            and (
                abs(changes.change_pct) > parameters.value
                or (changes.change_pct is null and changes.closing_yuan <> 0)
            )
),

disposals as (
    select * from {{ ref('fct_asset_disposals') }}
),

confirmed_cases as (
    -- A case counts in the year in which it was confirmed, not in that of the disposal.
    select
        department_code,
        cast(extract(year from confirmed_on) as integer) as fiscal_year,
        disposal_no,
        submission_id,
        sheet,
        row_number
    from disposals
    where confirmed_on is not null
)

{{ evidence_of('assets.cards', 'cards', 'facts.card_no') }}
union all
{{ evidence_of('assets.cards_incomplete', 'incomplete', 'facts.card_no') }}
union all
{{ evidence_of(
    'assets.fixed_original_value', 'cards', 'facts.card_no', 'facts.original_value_yuan',
    'facts.asset_kind = figure.subject'
) }}
union all
{{ evidence_of(
    'assets.in_use_original_value', 'in_use', 'facts.card_no', 'facts.original_value_yuan',
    'facts.asset_kind = figure.subject'
) }}
union all
{{ evidence_of('assets.purchases_checked', 'purchases', 'facts.card_no') }}
union all
{% for figure_id in ['assets.equipment_over_standard', 'assets.equipment_cases'] %}
    {{ evidence_of(
        figure_id, 'purchases', 'facts.card_no',
        where='(facts.is_over_price or facts.is_over_quantity or facts.is_replaced_early)'
    ) }}
    union all
{% endfor %}
{{ evidence_of('assets.office_area', 'office_cards', 'facts.card_no', 'facts.floor_area_sqm') }}
union all
{{ evidence_of('assets.office_area_limit', 'space_allowed', 'facts.post_kind', 'facts.limit_sqm') }}
union all
{% for figure_id in ['assets.office_area_over_standard', 'assets.office_area_cases'] %}
    {{ evidence_of(
        figure_id, 'office_cards', 'facts.item_kind',
        'case when facts.position_no = 1 then 1 end', 'facts.is_over_standard'
    ) }}
    union all
{% endfor %}
{{ evidence_of('asset_income.received', 'income', 'facts.income_no') }}
union all
{{ evidence_of('asset_income.remitted_on_time', 'income', 'facts.income_no', where='facts.is_remitted_on_time') }}
union all
{{ evidence_of('inventories.cards_required', 'required_cards', 'facts.card_no') }}
union all
{{ evidence_of('inventories.cards_counted', 'required_cards', 'facts.card_no', where='facts.counted_on is not null') }}
union all
{{ evidence_of(
    'inventories.differences', 'stock_take_lines', 'facts.line_no', where='facts.result <> figure.subject'
) }}
union all
{{ evidence_of(
    'inventories.differences_handled', 'stock_take_lines', 'facts.line_no',
    where='facts.result <> figure.subject and facts.handled_on is not null'
) }}
union all
{{ evidence_of(
    'inventories.done', 'stock_takes', 'facts.stock_take_no', 'case when facts.position_no = 1 then 1 end',
    'facts.stock_take_kind = figure.subject'
) }}
union all
{{ evidence_of('reconciliation.classes_compared', 'class_accounts', 'facts.asset_class', 'facts.measure') }}
union all
{{ evidence_of(
    'reconciliation.classes_equal', 'class_accounts', 'facts.asset_class', 'facts.measure', 'facts.is_equal'
) }}
{% for name in ['original', 'depreciation', 'net'] %}
    union all
    {{ evidence_of(
        'reconciliation.differences', 'class_accounts', "facts.asset_class || '/" ~ name ~ "'", 'facts.measure',
        'facts.has_' ~ name ~ '_difference'
    ) }}
{% endfor %}
union all
{{ evidence_of('reconciliation.large_changes', 'large_changes', 'facts.account_code') }}
union all
{{ evidence_of(
    'reconciliation.unexplained_changes', 'large_changes', 'facts.account_code', where='facts.change_note is null'
) }}
union all
{{ evidence_of('asset_disposals.total', 'disposals', 'facts.disposal_no') }}
union all
{{ evidence_of('asset_disposals.proper', 'disposals', 'facts.disposal_no', where='facts.is_proper') }}
union all
{{ evidence_of('asset_management.confirmed_cases', 'confirmed_cases', 'facts.disposal_no') }}
