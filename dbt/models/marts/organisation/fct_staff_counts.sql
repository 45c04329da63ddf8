-- Grain: one row per month and kind of post. The last month of a year that was handed in stands for its end.
with

ledger as (
    select
        *,
        cast(extract(year from month) as integer) as fiscal_year
    from {{ ref('stg_organisation__staff_counts') }}
)

select
    department_code,
    fiscal_year,
    month,
    post_kind,
    cast(posts as integer) as posts,
    cast(staff as integer) as staff,
    month = max(month) over (partition by department_code, fiscal_year) as is_latest_of_year,
    submission_id,
    sheet,
    row_number
from ledger
