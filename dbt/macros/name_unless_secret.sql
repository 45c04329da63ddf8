{#
  A name as it may be shown to whoever reads a table that is not about procurement: secret ones are known by their number.

  name: the column of the name; the row has a column is_secret.
#}
{% macro name_unless_secret(name) -%}
case when is_secret then '(涉密)' else {{ name }} end
{%- endmacro %}
