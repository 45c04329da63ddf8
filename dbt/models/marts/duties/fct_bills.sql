-- Grain: one row per bill of a year's register; a bill that takes longer stands in the registers of several years.
with

ledger as (
    select
        *,
        period_year as fiscal_year
    from {{ ref('stg_duties__bills') }}
)

select
    department_code,
    fiscal_year,
    bill_no,
    title,
    bill_kind,
    proposer,
    stage,
    proposed_on,
    first_deliberated_on,
    second_deliberated_on,
    third_deliberated_on,
    cast(
        {% for day in ['first_deliberated_on', 'second_deliberated_on', 'third_deliberated_on'] %}
            {% if not loop.first %} + {% endif %}
            case when extract(year from {{ day }}) = fiscal_year then 1 else 0 end
        {% endfor %}
        as integer
    ) as deliberations_in_year_count,
    passed_on,
    approved_on,
    promulgated_on,
    coalesce(extract(year from promulgated_on) = fiscal_year, false) as is_promulgated_in_year,
    law_no,
    withdrawn_on,
    submission_id,
    sheet,
    row_number
from ledger
