{#
  How a set of handled things did: how many, how many due, on time, rated and satisfied. A thing is due when its deadline is in
  the year it came in or it was answered; only what is due can be on time, and only what was rated can be satisfied.

  answered_on, due_on: dates or timestamps, both of one kind; due_on is the deadline that holds in the end.
  rating: 满意, 基本满意 or 不满意; null where nobody rated.
#}
{% macro handling_counts(answered_on, due_on, rating) -%}
    {%- set is_due = due_on ~ ' is not null and (' ~ answered_on ~ ' is not null or cast(' ~ due_on ~ ' as date) <= ' ~ last_day_of('fiscal_year') ~ ')' -%}
    count({{ answered_on }}) as answered_count,
    sum(case when {{ is_due }} then 1 else 0 end) as due_count,
    sum(case when {{ answered_on }} <= {{ due_on }} then 1 else 0 end) as on_time_count,
    count({{ rating }}) as rated_count,
    sum(case when {{ rating }} in ('满意', '基本满意') then 1 else 0 end) as satisfied_count
{%- endmacro %}

{# The columns of handling_counts as published, with the two rates in per cent; a rate is null where nothing was due or rated. #}
{% macro handling_rates() -%}
    cast(answered_count as integer) as answered_count,
    cast(due_count as integer) as due_count,
    cast(on_time_count as integer) as on_time_count,
    cast(100 * {{ exact_ratio('on_time_count', 'due_count') }} as decimal(18, 6)) as on_time_rate_pct,
    cast(rated_count as integer) as rated_count,
    cast(satisfied_count as integer) as satisfied_count,
    cast(100 * {{ exact_ratio('satisfied_count', 'rated_count') }} as decimal(18, 6)) as satisfaction_rate_pct
{%- endmacro %}
