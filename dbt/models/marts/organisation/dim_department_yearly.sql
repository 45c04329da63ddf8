-- Grain: one row per department and year in which it stands in the register.
-- The competent department of a department is itself or the nearest one above it; without one it is itself.
with

departments as (
    select * from {{ ref('departments') }}
),

kinds as (
    select * from {{ ref('department_kinds') }}
),

submissions as (
    select * from {{ ref('stg_quality__current_submissions') }}
),

tree as (
    select * from {{ ref('department_tree') }}
),

years as (
    select
        fiscal_year,
        department_code,
        count(*) as submission_count
    from submissions
    group by fiscal_year, department_code
),

in_force as (
    select
        all_years.fiscal_year,
        departments.*
    from departments
    inner join (select distinct fiscal_year from years) as all_years
        on {{ valid_in('all_years.fiscal_year', 'departments') }}
),

competent as (
    select
        tree.fiscal_year,
        tree.department_code,
        tree.ancestor_code,
        row_number() over (
            partition by tree.fiscal_year, tree.department_code
            order by tree.distance asc, tree.ancestor_code asc
        ) as place
    from tree
    inner join in_force
        on
            tree.fiscal_year = in_force.fiscal_year
            and tree.ancestor_code = in_force.department_code
            and in_force.kind = 'competent'
),

units as (
    select
        fiscal_year,
        ancestor_code,
        count(*) as unit_count
    from tree
    where distance > 0
    group by fiscal_year, ancestor_code
)

select
    in_force.fiscal_year,
    cast(in_force.department_code as string) as department_code,
    in_force.name_zh as department_name,
    in_force.kind,
    kinds.name_zh as kind_name,
    cast(in_force.parent_code as string) as parent_code,
    cast(coalesce(competent.ancestor_code, in_force.department_code) as string) as competent_code,
    in_force.reports_units,
    cast(coalesce(units.unit_count, 0) as integer) as unit_count,
    years.department_code is not null as is_handing_in
from in_force
left join kinds
    on in_force.kind = kinds.kind and {{ valid_in('in_force.fiscal_year', 'kinds') }}
left join competent
    on
        in_force.fiscal_year = competent.fiscal_year
        and in_force.department_code = competent.department_code
        and competent.place = 1
left join units
    on
        in_force.fiscal_year = units.fiscal_year
        and in_force.department_code = units.ancestor_code
left join years
    on
        in_force.fiscal_year = years.fiscal_year
        and in_force.department_code = years.department_code
