-- Grain: one row per department, fiscal year and project.
with

projects as (
    select * from {{ ref('stg_budget__projects') }}
),

categories as (
    select * from {{ ref('project_categories') }}
),

spending_kinds as (
    select * from {{ ref('spending_kinds') }}
)

select
    projects.department_code,
    projects.period_year as fiscal_year,
    projects.project_code,
    projects.project_name,
    projects.responsible_unit,
    projects.project_category,
    categories.name_zh as project_category_name,
    spending_kinds.spending_kind,
    projects.initial_budget_yuan,
    projects.start_month,
    projects.end_month,
    {{ surrogate(['projects.department_code', 'projects.period_year', 'projects.project_code']) }} as project_year_key,
    projects.submission_id,
    projects.sheet,
    projects.row_number
from projects
left join categories
    on
        projects.project_category = categories.code
        and {{ valid_in('projects.period_year', 'categories') }}
left join spending_kinds on projects.project_category = spending_kinds.project_category
