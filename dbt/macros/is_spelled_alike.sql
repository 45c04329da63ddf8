{# Whether a name is another one with a few signs written otherwise. #}
{% macro is_spelled_alike(name, other) -%}
    {{ return(adapter.dispatch('is_spelled_alike')(name, other)) }}
{%- endmacro %}

{% macro duckdb__is_spelled_alike(name, other) -%}
    (
        levenshtein({{ name }}, {{ other }}) <= greatest(1, length({{ other }}) / 4)
        or jaro_winkler_similarity({{ name }}, {{ other }}) >= 0.93
    )
{%- endmacro %}
