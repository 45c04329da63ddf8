{#
  Spark has no recursion that ends when nothing new is reached: each step doubles how far it goes instead, up to 64 pairs in a row.
#}
{% macro spark__reached_ctes(pairs) -%}
    reached_0 as (
        select department_code, one, two as reached_key from {{ pairs }}
        union
        select department_code, one, one as reached_key from {{ pairs }}
    ),

    {% for step in range(1, 7) %}
        reached_{{ step }} as (
            select distinct near.department_code, near.one, far.reached_key
            from reached_{{ step - 1 }} as near
            inner join reached_{{ step - 1 }} as far
                on near.department_code = far.department_code and near.reached_key = far.one
            where {{ is_computed_once() }}
        ),
    {% endfor %}

    reached as (
        select * from reached_6
    )
{%- endmacro %}
