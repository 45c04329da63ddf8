{#
  What the columns name exists in another model. Rows where one of them is null name nothing and pass.

  columns: the columns of the model.
  to: the other model.
  to_columns: the columns of the other model in the same order, where they have other names.
#}
{% test exists_in(model, columns, to, to_columns=none) %}
{%- set to_columns = to_columns or columns %}
with

mentioning as (
    select * from {{ model }}
),

mentioned as (
    select * from {{ to }}
)

select
    mentioning.{{ columns | join(',\n    mentioning.') }},
    count(*) as row_count
from mentioning
left join mentioned
    on
        {%- for column in columns %}
        {{ 'and ' if not loop.first }}mentioning.{{ column }} = mentioned.{{ to_columns[loop.index0] }}
        {%- endfor %}
where
    mentioned.{{ to_columns[0] }} is null
    {%- for column in columns %}
    and mentioning.{{ column }} is not null
    {%- endfor %}
group by mentioning.{{ columns | join(', mentioning.') }}
{% endtest %}
