{#
  Note in the warehouse that it is built for a past moment, before anything is: publishing reads it there, whoever publishes.
  A warehouse that is built as a whole begins as a new file, and so without this note; what is built in part keeps it.
#}
{% macro note_as_of() -%}
    {%- if execute and not (var('as_of') | string).startswith('9999') -%}
        create schema if not exists building;
        create or replace table building.as_of as select cast({{ as_of_moment() }} as string) as as_of;
    {%- endif -%}
{%- endmacro %}
