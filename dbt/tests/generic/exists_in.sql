{#
  What the columns name exists in another model. Rows where one of them is null name nothing and pass.

  columns: the columns of the model.
  to: the other model.
  to_columns: the columns of the other model in the same order, where they have other names.
#}
{% test exists_in(model, columns, to, to_columns=none) %}
{%- set to_columns = to_columns or columns %}
select
    {{ columns | join(',\n    ') }},
    count(*) as row_count
from {{ model }} as mentioning
where
    not exists (
        select 1
        from {{ to }} as mentioned
        where
            {% for column in columns %}
            {{ 'and ' if not loop.first }}mentioned.{{ to_columns[loop.index0] }} = mentioning.{{ column }}
            {% endfor %}
    )
    {% for column in columns %}
    and {{ column }} is not null
    {% endfor %}
group by {{ columns | join(', ') }}
{% endtest %}
