{#
  What the columns name exists in another model. Rows where one of them is null name nothing and pass.

  columns: the columns of the model.
  to: the other model.
  to_columns: the columns of the other model in the same order, where they have other names.
  once_known: only rows whose values of these columns the other model has at all, such as the years whose register has
    been handed in. Default: all rows.
  whole: only rows of departments and years for which nothing of these ledgers is lacking.
#}
{% test exists_in(model, columns, to, to_columns=none, once_known=[], whole=[]) %}
with

{% if whole %}
    {{ ledger_gaps() }},
{% endif %}

mentioning as (
    select * from {{ model }}
),

mentioned as (
    select * from {{ to }}
),

known as (
    select distinct {{ (['1 as any_row'] + once_known) | join(', ') }}
    from mentioned
)

select
    mentioning.{{ columns | join(', mentioning.') }},
    count(*) as row_count
from mentioning
{{ 'inner' if once_known else 'left' }} join known
    on
        true
        {% for column in once_known %}
            and mentioning.{{ column }} = known.{{ column }}
        {% endfor %}
left join mentioned
    on
        true
        {% for column in columns %}
            and mentioning.{{ column }} = mentioned.{{ (to_columns or columns)[loop.index0] }}
        {% endfor %}
where
    {{ stands_whole('mentioning', whole) if whole else 'true' }}
    and mentioned.{{ (to_columns or columns)[0] }} is null
    {% for column in columns %}
        and mentioning.{{ column }} is not null
    {% endfor %}
group by mentioning.{{ columns | join(', mentioning.') }}
{% endtest %}
