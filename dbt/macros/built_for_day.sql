{#
  The day for which the warehouse is built, as an aggregate over the log of submissions: that of a look back (`as_of`), else
  the last day of the log. Not the clock's: passing days alone must not change what is published, so a day counts once
  something has happened on it.

  effective_at: the column of the log that says from when an entry holds.
#}
{% macro built_for_day(effective_at) -%}
    {%- if (var('as_of') | string).startswith('9999') -%}
        cast(max({{ effective_at }}) as date)
    {%- else -%}
        max(cast({{ as_of_moment() }} as date))
    {%- endif -%}
{%- endmacro %}
