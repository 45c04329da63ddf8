{# Spark's form of what the project dispatches by engine. #}

{% macro spark__number_text(number, decimals=none) -%}
    {%- set whole = "format_number(cast(floor(abs(" ~ number ~ ")) as bigint), 0)" -%}
    {#- Not a cast to text, which writes 0.00000000 as 0E-8. -#}
    {%- set digits = "right(format_number(cast(abs(" ~ number ~ ") as decimal(28, 8)), 8), 8)" -%}
    (
        case when {{ number }} < 0 then '-' else '' end || {{ whole }}
        {% if decimals is none -%}
        || case when rtrim('0', {{ digits }}) = '' then '' else '.' || rtrim('0', {{ digits }}) end
        {%- else -%}
        || case when {{ decimals }} = 0 then '' else '.' || left({{ digits }}, cast({{ decimals }} as integer)) end
        {%- endif %}
    )
{%- endmacro %}

{% macro spark__number_in(text) -%}
    try_cast(rtrim('% ', replace({{ text }}, ',', '')) as decimal(18, 4))
{%- endmacro %}

{% macro spark__end_of_interval(text, upper) -%}
    regexp_extract(
        replace({{ text }}, ' ', ''),
        '^([0-9][0-9,.]*)%?(?:~|～|—|–|-|至|到)([0-9][0-9,.]*)%?$',
        {{ 2 if upper else 1 }}
    )
{%- endmacro %}

{% macro spark__iso_weekday(day) -%}
    extract(dayofweek_iso from {{ day }})
{%- endmacro %}

{% macro spark__uniform_of(text) -%}
    ((cast(conv(substr(md5({{ text }}), 1, 7), 16, 10) as double) + 0.5D) / 268435456.0D)
{%- endmacro %}

{# The whole part of a quotient: `div` is no wider than a bigint and `/` rounds, so the remainder is taken off first. #}
{% macro spark__whole_quotient(dividend, divisor) -%}
    ((({{ dividend }}) - ({{ dividend }}) % ({{ divisor }})) / ({{ divisor }}))
{%- endmacro %}

{% macro spark__exact_ratio(numerator, denominator) -%}
    {%- set dividend = 'cast(cast((' ~ numerator ~ ') * 100 as decimal(30, 0)) * 100000000 as decimal(38, 0))' -%}
    {%- set divisor = 'nullif(cast((' ~ denominator ~ ') * 100 as decimal(30, 0)), 0)' -%}
    cast(
        cast({{ spark__whole_quotient(dividend, divisor) }} as decimal(20, 0)) * cast('0.00000001' as decimal(9, 8))
        as decimal(28, 8)
    )
{%- endmacro %}

{% macro spark__exact_share(numerator, denominator) -%}
    {%- set whole = 'cast(cast(' ~ numerator ~ ' as decimal(28, 8)) * 100000000 as decimal(38, 0))' -%}
    {%- set dividend = 'cast(' ~ whole ~ ' * 100000000000000000 as decimal(38, 0))' -%}
    {#- No wider than 28: what `/` keeps before the point shrinks with it. -#}
    {%- set divisor = 'nullif(cast(cast(' ~ denominator ~ ' as decimal(28, 8)) * 100000000 as decimal(28, 0)), 0)' -%}
    cast(
        cast({{ spark__whole_quotient(dividend, divisor) }} as decimal(38, 0))
        * cast('0.00000000000000001' as decimal(17, 17)) as decimal(38, 17)
    )
{%- endmacro %}

{# dbt-spark's own gathers in no order. #}
{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    listagg({{ measure }}, {{ delimiter_text }}) within group ({{ order_by_clause }})
{%- endmacro %}

{# dbt-spark's own goes by way of seconds since 1970 in the session's time zone. #}
{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) -%}
    {%- set day = 'cast(' ~ from_date_or_timestamp ~ ' as date)' -%}
    {%- if datepart == 'day' -%} date_add({{ day }}, cast({{ interval }} as integer))
    {%- elif datepart == 'month' -%} add_months({{ day }}, cast({{ interval }} as integer))
    {%- elif datepart == 'year' -%} add_months({{ day }}, cast(12 * ({{ interval }}) as integer))
    {%- else -%} {{ exceptions.raise_compiler_error('dateadd: ' ~ datepart) }}
    {%- endif -%}
{%- endmacro %}

{# dbt-spark's own counts one month too many from 31 January to 28 February. #}
{% macro spark__datediff(first_date, second_date, datepart) -%}
    {%- if datepart == 'day' -%} cast(datediff({{ second_date }}, {{ first_date }}) as bigint)
    {%- elif datepart == 'month' -%}
        cast(
            (year({{ second_date }}) - year({{ first_date }})) * 12 + month({{ second_date }}) - month({{ first_date }})
            as bigint
        )
    {%- else -%} {{ exceptions.raise_compiler_error('datediff: ' ~ datepart) }}
    {%- endif -%}
{%- endmacro %}

{% macro spark__computed_once() -%}{%- endmacro %}

{% macro spark__is_computed_once() -%}
    rand() >= 0
{%- endmacro %}

{#
  By the number of changed bytes alone, as DuckDB counts them: Spark counts signs, and has no measure that forgives moved ones.
#}
{% macro spark__is_spelled_alike(name, other) -%}
    (
        levenshtein({{ spark__bytes_of(name) }}, {{ spark__bytes_of(other) }})
        <= greatest(1, length({{ other }}) / 4)
    )
{%- endmacro %}

{# A text with a sign for each byte of another. #}
{% macro spark__bytes_of(text) -%}
    decode(encode({{ text }}, 'utf-8'), 'iso-8859-1')
{%- endmacro %}
