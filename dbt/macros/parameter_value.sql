{#
  The value of an evaluation parameter in a year; null where none is valid then, so that a rule does not reach back
  before it was in force. Reads a CTE named `parameters` (select * from evaluation_parameters).
#}
{% macro parameter_value(name, year) -%}
    {{ of_engine(adapter.dispatch('parameter_value')(name, year), '(select max(value) from parameters)') }}
{%- endmacro %}

{% macro duckdb__parameter_value(name, year) -%}
    (
        select setting.value from parameters as setting
        where
            setting.parameter = '{{ name }}'
            and {{ valid_in(year, 'setting') }}
    )
{%- endmacro %}
