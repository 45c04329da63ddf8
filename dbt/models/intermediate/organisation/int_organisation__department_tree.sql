-- Grain: one row per department, department above it (itself at distance 0) and span of years.
-- At most four levels: bureau, competent department, unit, unit of a unit. The test `department_tree_ends` tells of
-- more.
{%- set levels = 3 %}
with

departments as (
    select * from {{ ref('departments') }}
),

level_0 as (
    select
        department_code,
        department_code as ancestor_code,
        parent_code as next_code,
        0 as distance,
        valid_from,
        coalesce(valid_to, 9999) as valid_to
    from departments
),

{% for level in range(1, levels + 1) %}
    level_{{ level }} as (
        select
            below.department_code,
            above.department_code as ancestor_code,
            above.parent_code as next_code,
            {{ level }} as distance,
            greatest(below.valid_from, above.valid_from) as valid_from,
            least(below.valid_to, coalesce(above.valid_to, 9999)) as valid_to
        from level_{{ level - 1 }} as below
        inner join departments as above
            on
                below.next_code = above.department_code
                and below.valid_to >= above.valid_from
                and below.valid_from <= coalesce(above.valid_to, 9999)
    ){% if not loop.last %},{% endif %}
{% endfor %}

{% for level in range(levels + 1) %}
    {% if not loop.first %} union all {% endif %}
    select
        department_code,
        ancestor_code,
        next_code,
        distance,
        valid_from,
        valid_to
    from level_{{ level }}
{% endfor %}
