{#
  The moment up to which submissions count, from the variable `as_of`: nothing but a date, or a date and a time of day, becomes SQL.
  A date alone is the whole of that day. Whoever calls dbt by hand comes through here too; `jixiao` and Dagster have read the value
  into a moment before.
#}
{% macro as_of_moment() -%}
    {%- set text = var("as_of") | string -%}
    {%- if not modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?)?', text) -%}
        {{ exceptions.raise_compiler_error("变量 as_of “" ~ text[:40] ~ "” 不是一个时刻;请写成 2023-07-01 或 2023-07-01 08:30:00") }}
    {%- endif -%}
    cast('{{ text }}{{ " 23:59:59.999999" if text | length == 10 }}' as timestamp)
{%- endmacro %}
