-- Grain: one row per figure and confirmed finding of supervision that counts elsewhere than in financial management.
-- What its purchase, card or disposal already counts there in that year does not count twice.
{%- set counted_by_findings = [
    'procurement.violations', 'assets.equipment_cases', 'assets.office_area_cases', 'asset_management.confirmed_cases'
] %}
{%- set kinds_of_violation = [
    ('complaints_upheld', 'complaint_decided_on'),
    ('penalties', 'penalised_on'),
    ('violations_confirmed', 'violation_confirmed_on'),
] %}
with

figure_catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

findings as (
    select * from {{ ref('fct_finance_findings') }}
    where is_confirmed
),

procurements as (
    select * from {{ ref('fct_procurements') }}
),

purchases as (
    select * from {{ ref('fct_asset_purchases') }}
),

disposals as (
    select * from {{ ref('fct_asset_disposals') }}
),

counted as (
    {% for counted, confirmed_on in kinds_of_violation %}
        select
            'procurement.violations' as figure_id,
            department_code,
            cast(extract(year from {{ confirmed_on }}) as integer) as fiscal_year,
            procurement_no as about_no
        from procurements
        where {{ counted }} > 0
        union
    {% endfor %}
    select
        'assets.equipment_cases' as figure_id,
        department_code,
        fiscal_year,
        card_no as about_no
    from purchases
    where is_over_price or is_over_quantity or is_replaced_early
    union
    select
        'asset_management.confirmed_cases' as figure_id,
        department_code,
        cast(extract(year from confirmed_on) as integer) as fiscal_year,
        disposal_no as about_no
    from disposals
),

new_findings as (
    select findings.*
    from findings
    left join counted
        on
            findings.counts_in = counted.figure_id
            and findings.department_code = counted.department_code
            and findings.fiscal_year = counted.fiscal_year
            and findings.about_no = counted.about_no
    where counted.figure_id is null
)

{% for figure_id in counted_by_findings %}
    {% if not loop.first %} union all {% endif %}
    {{ evidence_of(figure_id, 'new_findings', 'facts.finding_no', where='facts.counts_in = figure.figure_id') }}
{% endfor %}
