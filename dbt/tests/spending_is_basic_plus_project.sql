-- A failure means that a payment belongs to neither basic nor project spending, or to both: its project category has
-- no entry, or two, in seeds.spending_kinds. The data engineer adds it. Compared in fen; rows: department and year.
with

evidence as (
    select * from {{ ref('evidence') }}
),

in_fen as (
    select
        department_code,
        fiscal_year,
        sum(case when figure_id = 'spending.total' then cast(measure * 100 as bigint) else 0 end) as total_fen,
        sum(case when figure_id = 'spending.basic' then cast(measure * 100 as bigint) else 0 end) as basic_fen,
        sum(case when figure_id = 'spending.project' then cast(measure * 100 as bigint) else 0 end) as project_fen
    from evidence
    where figure_id in ('spending.total', 'spending.basic', 'spending.project')
    group by department_code, fiscal_year
)

select
    department_code,
    fiscal_year,
    total_fen,
    basic_fen,
    project_fen
from in_fen
where total_fen <> basic_fen + project_fen
