{#
  Whether a unified social credit code is well formed: 18 signs of the alphabet (no I, O, S, V, Z), the last of which is the
  check digit of the first 17 (GB 32100-2015). Null where the code is null: missing is not wrong. A form that passes says nothing
  about whether the code was ever issued.
#}
{% macro is_valid_credit_code(code) -%}
    {{ return(adapter.dispatch('is_valid_credit_code')(code)) }}
{%- endmacro %}

{% macro default__is_valid_credit_code(code) -%}
    {%- set alphabet = "'0123456789ABCDEFGHJKLMNPQRTUWXY'" -%}
    {%- set weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] -%}
    (
        length({{ code }}) = 18
        and translate({{ code }}, {{ alphabet }}, '') = ''
        and mod(
            position(substring({{ code }}, 18, 1) in {{ alphabet }}) - 1
            {%- for weight in weights %}
            + {{ weight }} * (position(substring({{ code }}, {{ loop.index }}, 1) in {{ alphabet }}) - 1)
            {%- endfor %}, 31
        ) = 0
    )
{%- endmacro %}
