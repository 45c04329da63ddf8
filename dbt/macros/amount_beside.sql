{#
  A number beside another that it is compared with: amounts as the report writes them, in 万元 with two decimals, and with all their
  places where two that differ would look alike; counts as they are.

  unit: of the figure, as the catalogue displays it.
#}
{% macro amount_beside(number, other, unit) -%}
    case
        when {{ unit }} = '万元' and ({{ number }} = {{ other }} or abs({{ number }} - {{ other }}) >= 0.01)
            then {{ number_text('cast(round(' ~ number ~ ', 2) as decimal(28, 8))', 2) }} || '万元'
        when {{ unit }} = '万元' then {{ number_text(number) }} || '万元'
        else {{ number_text(number) }}
    end
{%- endmacro %}
