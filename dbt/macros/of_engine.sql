{#
  What a macro gives for the engine at hand. Where SQL is only read for its style, a dispatched macro stands as a number: then what is
  given `otherwise`, which names the relations that it reads.
#}
{% macro of_engine(sql, otherwise) -%}
    {{ sql if sql != '0' else otherwise }}
{%- endmacro %}
