{#
  Where a clock stands: ON_TIME, LATE, PENDING, EXEMPT or NOT_APPLICABLE (seeds.clock_states).
  What is not done is late only once the data reach beyond its due date; null where the due date cannot be told.

  applies, is_exempt: conditions; null counts as false.
  due_on, done_on: dates; done_on is null while it is not done.
  known_on: the day up to which the ledgers tell what was done; null where none was handed in.
#}
{% macro clock_state(applies, is_exempt, due_on, done_on, known_on) -%}
    case
        when not coalesce({{ applies }}, false) then 'NOT_APPLICABLE'
        when coalesce({{ is_exempt }}, false) then 'EXEMPT'
        when {{ done_on }} <= {{ due_on }} then 'ON_TIME'
        when {{ done_on }} > {{ due_on }} then 'LATE'
        when {{ known_on }} > {{ due_on }} then 'LATE'
        when {{ due_on }} is not null then 'PENDING'
    end
{%- endmacro %}
