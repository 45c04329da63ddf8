{#
  Whether an entry of a seed holds in a year: from `valid_from` on, up to `valid_to` where it has an end.

  year: an expression, such as `facts.fiscal_year`.
  seed: the name that the seed has in the query.
#}
{% macro valid_in(year, seed) -%}
    {{ year }} between {{ seed }}.valid_from and coalesce({{ seed }}.valid_to, 9999)
{%- endmacro %}
