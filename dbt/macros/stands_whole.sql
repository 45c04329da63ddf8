{#
  Whether nothing of some ledgers is lacking or not due yet for the department and year of a row: only then can two ledgers be held
  against each other, since what merely was not handed in is told as PARTIAL. Reads a CTE named `gaps` (see `ledger_gaps`).

  facts: a relation with department_code and fiscal_year.
  ledgers: the ledgers that must be whole.
#}
{% macro stands_whole(facts, ledgers) -%}
    not exists (
        select 1 from gaps
        where
            gaps.department_code = {{ facts }}.department_code
            and gaps.fiscal_year = {{ facts }}.fiscal_year
            and gaps.ledger in ('{{ ledgers | join("', '") }}')
    )
{%- endmacro %}

{# The CTE `gaps`: what is lacking or not due yet, by department, year and ledger. #}
{% macro ledger_gaps() -%}
    gaps as (
        select distinct
            department_code,
            fiscal_year,
            ledger
        from {{ ref('int_coverage__ledger_periods') }}
        where is_lacking or state = 'not_due'
    )
{%- endmacro %}
