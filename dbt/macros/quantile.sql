{# The value below which a share of the rows lies, between two rows where it falls between them; null rows do not count. #}
{% macro quantile(column, share) -%}
    percentile_cont({{ share }}) within group (order by {{ column }})
{%- endmacro %}
