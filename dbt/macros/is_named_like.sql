{#
  Whether the name of a file, without its folders, is like a pattern of seeds.submission_calendar (`*` any text, `?` one sign);
  true where there is no pattern. The same rule stands in dagster_project.ingestion.owed.
#}
{% macro is_named_like(file, pattern) -%}
    (
        {{ pattern }} is null
        or regexp_replace({{ file }}, '^.*/', '')
        like
        replace(replace(replace(replace(replace({{ pattern }}, '!', '!!'), '%', '!%'), '_', '!_'), '*', '%'), '?', '_')
        escape '!'
    )
{%- endmacro %}
