-- Grain: one row per law promulgated in the year, and document and medium in which it must appear.
-- What must appear comes from the requirements, not from the checklist: a law or a cell that the checklist lacks is a
-- cell without a date. Its source row is then that of the law in the register of bills.
-- A last day that is off moves to the next working day, as for every period.
with

laws as (
    select * from {{ ref('fct_bills') }}
    where is_promulgated_in_year
),

requirements as (
    select * from {{ ref('publication_requirements') }}
),

checklist as (
    select * from {{ ref('stg_duties__publication_matrix') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

cells as (
    select
        laws.department_code,
        laws.fiscal_year,
        laws.bill_no,
        laws.law_no,
        laws.title,
        requirements.document,
        requirements.medium,
        laws.promulgated_on,
        checklist.published_on,
        {{ dbt.datediff('laws.promulgated_on', 'checklist.published_on', 'day') }} as days,
        checklist.law_no is not null as is_on_checklist,
        case when checklist.law_no is null then laws.submission_id else checklist.submission_id end as submission_id,
        case when checklist.law_no is null then laws.sheet else checklist.sheet end as sheet,
        case when checklist.law_no is null then laws.row_number else checklist.row_number end as row_number,
        checklist.sheet_column
    from laws
    inner join requirements
        on {{ valid_in('laws.fiscal_year', 'requirements') }}
    left join checklist
        on
            laws.department_code = checklist.department_code
            and laws.fiscal_year = checklist.period_year
            and laws.law_no = checklist.law_no
            and requirements.document = checklist.document
            and requirements.medium = checklist.medium
),

allowed as (
    select
        cells.*,
        parameters.value as days_allowed
    from cells
    left join parameters
        on
            parameters.parameter = 'publication_days'
            and {{ valid_in('cells.fiscal_year', 'parameters') }}
),

dated as (
    select
        *,
        {{ deadline_after_days('allowed.promulgated_on', 'allowed.days_allowed') }} as due_on
    from allowed
)

select
    department_code,
    fiscal_year,
    bill_no,
    law_no,
    title,
    document,
    medium,
    promulgated_on,
    published_on,
    cast(days as integer) as publication_days,
    due_on,
    coalesce(published_on <= due_on, false) as is_published_in_time,
    is_on_checklist,
    submission_id,
    sheet,
    row_number,
    sheet_column
from dated
