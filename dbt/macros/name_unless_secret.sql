{#
  A name as it may be shown to readers: secret ones are known by their number.

  name: the column of the name.
  is_secret: the column that says whether it is secret.
#}
{% macro name_unless_secret(name, is_secret='is_secret') -%}
case when {{ is_secret }} then '(涉密)' else {{ name }} end
{%- endmacro %}
