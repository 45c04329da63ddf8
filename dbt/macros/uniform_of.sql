{#
  A number between 0 and 1 (both exclusive) that a text always gives: the first 28 bits of its MD5, in the middle of their step.
  For draws that anybody can repeat; md5 is the same on every engine, turning its digits into a number is not.
#}
{% macro uniform_of(text) -%}
    {{ return(adapter.dispatch('uniform_of')(text)) }}
{%- endmacro %}

{% macro duckdb__uniform_of(text) -%}
    ((cast('0x' || substr(md5({{ text }}), 1, 7) as bigint) + 0.5) / 268435456.0)
{%- endmacro %}
