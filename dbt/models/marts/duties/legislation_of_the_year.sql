-- Grain: one row per department, fiscal year and bill on that year's register.
with

bills as (
    select * from {{ ref('fct_bills') }}
),

opinions as (
    select * from {{ ref('fct_legislative_opinions') }}
),

cells as (
    select * from {{ ref('fct_publication_cells') }}
),

counted_opinions as (
    select
        department_code,
        fiscal_year,
        bill_no,
        sum(case when proposer_kind = '代表' then 1 else 0 end) as of_deputies,
        sum(case when proposer_kind = '公众' then 1 else 0 end) as of_public,
        sum(case when is_adopted then 1 else 0 end) as adopted
    from opinions
    group by department_code, fiscal_year, bill_no
),

counted_cells as (
    select
        department_code,
        fiscal_year,
        bill_no,
        count(*) as required,
        sum(case when is_published_in_time then 1 else 0 end) as filled
    from cells
    group by department_code, fiscal_year, bill_no
)

select
    bills.department_code,
    bills.fiscal_year,
    bills.bill_no,
    bills.title,
    bills.bill_kind,
    bills.stage,
    bills.deliberations_in_year_count,
    cast(coalesce(counted_opinions.of_deputies, 0) as integer) as deputy_opinions_count,
    cast(coalesce(counted_opinions.of_public, 0) as integer) as public_opinions_count,
    cast(coalesce(counted_opinions.adopted, 0) as integer) as adopted_opinions_count,
    bills.passed_on,
    bills.approved_on,
    bills.promulgated_on,
    bills.is_promulgated_in_year,
    bills.law_no,
    cast(counted_cells.required as integer) as cells_required_count,
    cast(counted_cells.filled as integer) as cells_filled_count
from bills
left join counted_opinions
    on
        bills.department_code = counted_opinions.department_code
        and bills.fiscal_year = counted_opinions.fiscal_year
        and bills.bill_no = counted_opinions.bill_no
left join counted_cells
    on
        bills.department_code = counted_cells.department_code
        and bills.fiscal_year = counted_cells.fiscal_year
        and bills.bill_no = counted_cells.bill_no
