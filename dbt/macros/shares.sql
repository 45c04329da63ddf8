{#
  Exact shares for scoring. A share is numerator / denominator, cut after 17 places; points are rounded half up once, to two
  places, at level 3. Before that they are rounded to 15 places, which undoes the cut: 3 * 2/3 gives 2, not 1.99.
#}

{# numerator / denominator; both with at most eight places. Null where the denominator is null or zero. #}
{% macro exact_share(numerator, denominator) -%}
    {{ return(adapter.dispatch('exact_share')(numerator, denominator)) }}
{%- endmacro %}

{% macro duckdb__exact_share(numerator, denominator) -%}
    cast(
        cast(
            (cast(cast({{ numerator }} as decimal(36, 8)) * 100000000 as hugeint) * 100000000000000000)
            // nullif(cast(cast({{ denominator }} as decimal(36, 8)) * 100000000 as hugeint), 0)
            as decimal(38, 0)
        ) * cast('0.00000000000000001' as decimal(17, 17)) as decimal(38, 17)
    )
{%- endmacro %}

{# Points of level 3: half up (away from zero), to two places. #}
{% macro rounded_points(points) -%}
    cast(round(cast(round({{ points }}, 15) as decimal(38, 15)), 2) as decimal(9, 2))
{%- endmacro %}
