-- Grain: one row per department, department above it (itself at distance 0) and year in which that holds.
with

tree as (
    select * from {{ ref('int_organisation__department_tree') }}
),

submissions as (
    select * from {{ ref('stg_quality__current_submissions') }}
),

years as (
    select distinct fiscal_year from submissions
)

select
    years.fiscal_year,
    cast(tree.department_code as string) as department_code,
    cast(tree.ancestor_code as string) as ancestor_code,
    tree.distance
from tree
inner join years on {{ valid_in('years.fiscal_year', 'tree') }}
