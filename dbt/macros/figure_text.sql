{#
  How a figure is written in the report, from its value and the display rule of the catalogue.

  exact         all digits, no idle zeros:                               1071.000000 -> 1,071万元
                a percentage half up to two decimals, no idle zeros:     94.44444444 -> 94.44%
  rounded       half up to `display_decimals`:                           98.6821     -> 98.7%
  truncated     down to a multiple of `display_step`, then 余 or 多:       23417       -> 2.3万余条, 7243 -> 7,200多名
                only from ten thousand on in 万:                          6000        -> 6,000余条
                a value below one step is written exactly:               417         -> 417条
  greater_than  down to a multiple of `display_step`, 超过 only if above: 97.64 -> 超过97%, 97.00 -> 97%
#}
{% macro figure_text(value, figure) -%}
    {%- set step = 'cast(' ~ figure ~ '.display_step as decimal(18, 8))' -%}
    {%- set bound = 'cast(floor(' ~ value ~ ' / ' ~ step ~ ') * ' ~ step ~ ' as decimal(28, 8))' -%}
    {%- set in_ten_thousands = figure ~ '.display_divisor = 10000 and ' ~ bound ~ ' >= 10000' -%}
    {%- set shown = 'cast(' ~ bound ~ ' / (case when ' ~ in_ten_thousands ~ ' then 10000 else 1 end) as decimal(28, 8))' -%}
    case
        when {{ figure }}.exactness = 'rounded'
            then {{ number_text(half_up(value, figure ~ '.display_decimals'), figure ~ '.display_decimals') }}
            || {{ figure }}.display_unit
        when {{ figure }}.exactness = 'truncated' and {{ value }} >= {{ step }}
            then {{ number_text(shown) }}
            || case when {{ in_ten_thousands }} then '万' else '' end
            || {{ figure }}.display_word || {{ figure }}.display_unit
        when {{ figure }}.exactness = 'greater_than'
            then case when {{ value }} > {{ bound }} then '超过' else '' end
            || {{ number_text(bound) }} || {{ figure }}.display_unit
        when {{ figure }}.display_unit = '%'
            then {{ number_text('cast(round(' ~ value ~ ', 2) as decimal(28, 8))') }} || '%'
        else {{ number_text(value) }} || {{ figure }}.display_unit
    end
{%- endmacro %}

{# A decimal rounded half up (away from zero) to the places that a column says. Engines round to constant places only. #}
{% macro half_up(number, decimals) -%}
    (case {{ decimals }}
        {%- for places in range(5) %} when {{ places }} then cast(round({{ number }}, {{ places }}) as decimal(28, 8)){% endfor %}
    end)
{%- endmacro %}

{#
  A decimal with thousands separators. With `decimals` exactly so many places, which the number must already be rounded
  to; without, all places but idle zeros.
#}
{% macro number_text(number, decimals=none) -%}
    {{ return(adapter.dispatch('number_text')(number, decimals)) }}
{%- endmacro %}

{% macro duckdb__number_text(number, decimals) -%}
    {%- set whole = "format('{:,}', cast(trunc(abs(" ~ number ~ ")) as bigint))" -%}
    {%- set digits = "right(cast(cast(abs(" ~ number ~ ") as decimal(28, 8)) as string), 8)" -%}
    (
        case when {{ number }} < 0 then '-' else '' end || {{ whole }}
        {% if decimals is none -%}
        || case when rtrim({{ digits }}, '0') = '' then '' else '.' || rtrim({{ digits }}, '0') end
        {%- else -%}
        || case when {{ decimals }} = 0 then '' else '.' || left({{ digits }}, cast({{ decimals }} as integer)) end
        {%- endif %}
    )
{%- endmacro %}
