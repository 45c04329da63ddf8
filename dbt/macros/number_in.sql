{# The number that a text is, thousands separators, a percent sign and all; null where it is words. #}
{% macro number_in(text) -%}
    {{ return(adapter.dispatch('number_in')(text)) }}
{%- endmacro %}

{% macro duckdb__number_in(text) -%}
    try_cast(rtrim(replace({{ text }}, ',', ''), '% ') as decimal(18, 4))
{%- endmacro %}

{# The lower or upper end of an interval such as 90~95 or 90%至95%, as a text; empty where the text is none. #}
{% macro end_of_interval(text, upper=false) -%}
    {{ return(adapter.dispatch('end_of_interval')(text, upper)) }}
{%- endmacro %}

{% macro duckdb__end_of_interval(text, upper) -%}
    regexp_extract(
        replace({{ text }}, ' ', ''),
        '^([0-9][0-9,.]*)%?(?:~|～|—|–|-|至|到)([0-9][0-9,.]*)%?$',
        {{ 2 if upper else 1 }}
    )
{%- endmacro %}
