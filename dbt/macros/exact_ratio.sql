{#
  numerator / denominator, both with at most two places, as a decimal, cut (never rounded) after eight places, so that rounding happens once, at display.
  Decimal division gives a float on some engines; whole numbers do not. Null where the denominator is null or zero.
#}
{% macro exact_ratio(numerator, denominator) -%}
    {{ return(adapter.dispatch('exact_ratio')(numerator, denominator)) }}
{%- endmacro %}

{% macro duckdb__exact_ratio(numerator, denominator) -%}
    cast(
        (cast(({{ numerator }}) * 100 as hugeint) * 100000000) // nullif(cast(({{ denominator }}) * 100 as hugeint), 0)
        as decimal(20, 0)
    ) * cast('0.00000001' as decimal(9, 8))
{%- endmacro %}

{# A measure in yuan or pieces, divided by how many of them make one unit of the figure. #}
{% macro exact_quotient(measure, units) -%}
    cast({{ exact_ratio(measure, units) }} as decimal(28, 8))
{%- endmacro %}
