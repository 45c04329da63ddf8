{#
  Three CTEs that give each group of a year every month: `known_months` (department_code, fiscal_year, month_no, month_start, is_unknown).
  A month is unknown where a period of the ledger that holds it is lacking or not due yet: nothing was handed in for it, so that
  what does not stand there is not known to be zero.

  facts: a CTE with department_code and fiscal_year.
  ledger: whose periods are asked.
#}
{% macro known_months(facts, ledger) -%}
    coverage as (
        select
            department_code,
            fiscal_year,
            case
                when period like '%-%' then cast(right(period, 2) as integer)
                when period like '%Q%' then 3 * cast(right(period, 1) as integer) - 2
                when period like '%H2' then 7
                else 1
            end as first_month,
            case
                when period like '%-%' then cast(right(period, 2) as integer)
                when period like '%Q%' then 3 * cast(right(period, 1) as integer)
                when period like '%H1' then 6
                else 12
            end as last_month
        from {{ ref('int_coverage__ledger_periods') }}
        where ledger = '{{ ledger }}' and (is_lacking or state = 'not_due')
    ),

    twelve_months as (
        {% for month in range(1, 13) -%}
            {% if not loop.first %} union all {% endif %} select {{ month }} as month_no
        {%- endfor %}
    ),

    known_months as (
        select
            years.department_code,
            years.fiscal_year,
            twelve_months.month_no,
            {{ first_day_of_month('years.fiscal_year', 'twelve_months.month_no') }} as month_start,
            exists (
                select 1 from coverage
                where
                    coverage.department_code = years.department_code
                    and coverage.fiscal_year = years.fiscal_year
                    and twelve_months.month_no between coverage.first_month and coverage.last_month
            ) as is_unknown
        from (select distinct department_code, fiscal_year from {{ facts }}) as years
        cross join twelve_months
    )
{%- endmacro %}

{# The day of a year that is written as month and day: 12-31. #}
{% macro day_of_year(year, month_day) -%}
    cast(cast({{ year }} as string) || '-' || {{ month_day }} as date)
{%- endmacro %}

{% macro first_day_of_month(year, month) -%}
    cast(cast({{ year }} as string) || '-' || lpad(cast({{ month }} as string), 2, '0') || '-01' as date)
{%- endmacro %}

{# A count of a group in a month of `known_months`: 0 where nothing is there, null where nothing was handed in. #}
{% macro zero_or_unknown(count) -%}
    coalesce({{ count }}, case when not known_months.is_unknown then 0 end)
{%- endmacro %}

{#
  Whether a thing was handled in time: null where it is not to be judged, by the rule of handling_counts, so that true and false
  count what on_time_count and due_count count.
#}
{% macro is_on_time(answered_on, due_on, year) -%}
    case
        when {{ answered_on }} <= {{ due_on }} then true
        when
            {{ due_on }} is not null
            and ({{ answered_on }} is not null or cast({{ due_on }} as date) <= {{ last_day_of(year) }})
            then false
    end
{%- endmacro %}
