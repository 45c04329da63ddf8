{#
  What a figure measures of its rows, by the aggregation of the catalogue; 0 where nothing counts, null for figures made of others.

  aggregation: column with sum, count, count_distinct, or how it is made of two figures.
  rows: CTE or alias with the columns summed, counted and counted_distinct; no row where nothing counts.
  less: what is taken off a sum; nothing where not said.
#}
{% macro measured_of(aggregation, rows, less=none) -%}
    case {{ aggregation }}
        when 'sum' then coalesce({{ rows }}.summed, 0){% if less %} - {{ less }}{% endif %}
        when 'count' then coalesce({{ rows }}.counted, 0)
        when 'count_distinct' then coalesce({{ rows }}.counted_distinct, 0)
    end
{%- endmacro %}

{#
  The value of a figure that is made of two others: their difference, growth in per cent, or ratio in per cent.

  figure: alias with the columns aggregation and units_per_figure_unit.
  first, second: aliases of numerator and denominator with the column measured.
#}
{% macro value_of_two(figure, first, second) -%}
    case
        when {{ figure }}.aggregation = 'difference'
            then {{ exact_quotient(
                '(' ~ first ~ '.measured - ' ~ second ~ '.measured)', figure ~ '.units_per_figure_unit'
            ) }}
        else {{ exact_quotient(
            "100 * (" ~ first ~ ".measured - case when " ~ figure ~ ".aggregation = 'growth' then "
            ~ second ~ ".measured else 0 end)",
            second ~ '.measured'
        ) }}
    end
{%- endmacro %}

{#
  Whether a growth or ratio has a base that is known to be zero.

  figure, first, second: as for `value_of_two`.
#}
{% macro is_base_zero(figure, first, second) -%}
    {{ first }}.measured is not null and {{ second }}.measured = 0 and {{ figure }}.aggregation <> 'difference'
{%- endmacro %}
