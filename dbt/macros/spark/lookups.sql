{#
  Looking up a day, a code or a parameter: the list is gathered once for a query, and each row takes its entry from it.

  A sub-query that depends on the row would do as well, but Spark makes a join of each that computes the rows anew, so that
  several of them in one model multiply.
#}
{#
  What entries hold in each of the years that a fiscal year may be, as a list that a year is looked up in.

  entries: a list of structs with valid_from and valid_to. member: which member of them.
#}
{% macro spark__by_year(entries, member) -%}
    transform(
        sequence(1990, 2100), year_no -> get(filter({{ entries }}, entry -> {{ valid_in('year_no', 'entry') }}), 0).{{ member }}
    )
{%- endmacro %}

{% macro spark__place_of(year) -%}
    cast({{ year }} as integer) - 1990
{%- endmacro %}

{% macro spark__code_name(code_list, code, year) -%}
    get(
        element_at(
            (
                select map_from_entries(collect_list(struct(code, {{ spark__by_year('entries', 'name_zh') }})))
                from (
                    select code, collect_list(struct(name_zh, valid_from, valid_to)) as entries
                    from {{ code_list }} group by code
                )
            ), {{ code }}
        ), {{ spark__place_of(year) }}
    )
{%- endmacro %}

{% macro spark__parameter_value(name, year) -%}
    get(
        (
            select {{ spark__by_year('collect_list(struct(value, valid_from, valid_to))', 'value') }}
            from parameters where parameter = '{{ name }}'
        ), {{ spark__place_of(year) }}
    )
{%- endmacro %}

{# What the calendar says of a day in one of its columns; null outside the calendar. #}
{% macro spark__of_day(column, day) -%}
    get(
        (
            select transform(array_sort(collect_list(struct(calendar_date, {{ column }}))), entry -> entry.{{ column }})
            from calendar
        ),
        datediff(cast({{ day }} as date), (select min(calendar_date) from calendar))
    )
{%- endmacro %}

{% macro spark__working_days_between(start, finish) -%}
    ({{ spark__of_day('working_day_no', finish) }} - {{ spark__of_day('working_day_no', start) }})
{%- endmacro %}

{% macro spark__deadline_after_days(start, days) -%}
    {{ spark__of_day('next_working_day', dbt.dateadd('day', days, start)) }}
{%- endmacro %}

{% macro spark__deadline_after_months(start, months) -%}
    {{ spark__of_day('next_working_day', dbt.dateadd('month', months, start)) }}
{%- endmacro %}

{# Working days in their order stand at the place that their number says. #}
{% macro spark__deadline_after_working_days(start, days) -%}
    get(
        (select array_sort(collect_list(calendar_date)) from calendar where not is_off_day),
        cast(
            cast({{ days }} as integer) + {{ spark__of_day('working_day_no', start) }}
            - (select min(working_day_no) from calendar where not is_off_day)
            as integer
        )
    )
{%- endmacro %}
