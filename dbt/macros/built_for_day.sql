{#
  The day for which the warehouse is built: that of a look back (`as_of`), else the last day of the log of submissions.
  Not the clock's: passing days alone must not change what is published, so a day counts once something has happened on it.

  submissions: the name of a CTE with the entries of the log.
#}
{% macro built_for_day(submissions) -%}
    {%- if (var('as_of') | string).startswith('9999') -%}
        (select cast(max(entries.effective_at) as date) from {{ submissions }} as entries)
    {%- else -%}
        cast({{ as_of_moment() }} as date)
    {%- endif -%}
{%- endmacro %}
