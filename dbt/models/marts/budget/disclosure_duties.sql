-- Grain: one row per document and platform on which it must be shown in a year, whether it was or not.
-- Published on the deadline is in time. A classified document need not be shown. A document that was never shown points
-- to what obliges: the row of the project register, or the first row of the ledger that lacks it.
with

required as (
    select * from {{ ref('required_disclosures') }}
),

disclosures as (
    select * from {{ ref('fct_disclosures') }}
),

projects as (
    select * from {{ ref('dim_project_yearly') }}
    where spending_kind = '项目支出'
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

first_rows as (
    select
        department_code,
        fiscal_year,
        submission_id,
        sheet,
        row_number,
        row_number() over (partition by department_code, fiscal_year order by row_number, submission_id) as place
    from disclosures
),

ledgers as (
    select * from first_rows
    where place = 1
),

owed as (
    select
        ledgers.department_code,
        ledgers.fiscal_year,
        required.document_kind,
        required.about as object_name,
        required.platform,
        required.accompanies,
        ledgers.fiscal_year + required.document_year_offset as document_year,
        ledgers.submission_id,
        ledgers.sheet,
        ledgers.row_number
    from ledgers
    inner join required
        on
            required.about = '部门'
            and {{ valid_in('ledgers.fiscal_year', 'required') }}
    union all
    select
        ledgers.department_code,
        ledgers.fiscal_year,
        required.document_kind,
        projects.project_name as object_name,
        required.platform,
        required.accompanies,
        projects.fiscal_year as document_year,
        projects.submission_id,
        projects.sheet,
        projects.row_number
    from ledgers
    inner join required
        on
            required.about <> '部门'
            and {{ valid_in('ledgers.fiscal_year', 'required') }}
    inner join projects
        on
            ledgers.department_code = projects.department_code
            and ledgers.fiscal_year + required.document_year_offset = projects.fiscal_year
    inner join parameters
        on
            parameters.parameter = 'monitor_threshold_yuan'
            and {{ valid_in('projects.fiscal_year', 'parameters') }}
            and projects.initial_budget_yuan >= parameters.value
),

approvals as (
    select
        department_code,
        fiscal_year,
        document_kind,
        document_year,
        min(approved_on) as approved_on
    from disclosures
    group by department_code, fiscal_year, document_kind, document_year
),

shown as (
    select
        owed.*,
        disclosures.disclosure_no,
        -- Targets go with the budget and results with the final accounts, so that its approval starts their days.
        coalesce(disclosures.approved_on, approvals.approved_on) as approved_on,
        disclosures.published_on,
        coalesce(disclosures.is_secret, false) as is_secret,
        disclosures.submission_id as shown_submission_id,
        disclosures.sheet as shown_sheet,
        disclosures.row_number as shown_row_number,
        row_number() over (
            partition by
                owed.department_code, owed.fiscal_year, owed.document_kind, owed.object_name, owed.platform
            order by coalesce(disclosures.published_on, cast('9999-12-31' as date)), disclosures.disclosure_no
        ) as place
    from owed
    left join disclosures
        on
            owed.department_code = disclosures.department_code
            and owed.fiscal_year = disclosures.fiscal_year
            and owed.document_kind = disclosures.document_kind
            and owed.document_year = disclosures.document_year
            and owed.platform = disclosures.platform
            and disclosures.title like '%' || owed.object_name || '%'
    left join approvals
        on
            owed.department_code = approvals.department_code
            and owed.fiscal_year = approvals.fiscal_year
            and owed.accompanies = approvals.document_kind
            and owed.document_year = approvals.document_year
),

first_shown as (
    select
        shown.*,
        parameters.value as days_allowed
    from shown
    left join parameters
        on
            parameters.parameter = 'disclose_days'
            and {{ valid_in('shown.fiscal_year', 'parameters') }}
    where shown.place = 1 and not shown.is_secret
),

dated as (
    select
        *,
        {{ deadline_after_days('first_shown.approved_on', 'first_shown.days_allowed') }} as due_on
    from first_shown
)

select
    department_code,
    fiscal_year,
    document_kind,
    object_name,
    platform,
    cast(document_year as integer) as document_year,
    disclosure_no,
    approved_on,
    published_on,
    due_on,
    published_on is not null as is_published,
    coalesce(published_on <= due_on, false) as is_on_time,
    coalesce(shown_submission_id, submission_id) as submission_id,
    case when shown_submission_id is null then sheet else shown_sheet end as sheet,
    coalesce(shown_row_number, row_number) as row_number
from dated
