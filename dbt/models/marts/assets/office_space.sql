-- Grain: one row per department and year with a standard of floor area per post.
with

cards as (
    select * from {{ ref('dim_asset_yearly') }}
),

standards as (
    select * from {{ ref('stg_assets__asset_standards') }}
    where area_per_head_sqm is not null
),

staff_counts as (
    select * from {{ ref('fct_staff_counts') }}
    where is_latest_of_year
),

posts as (
    select
        department_code,
        fiscal_year,
        sum(posts) as posts
    from staff_counts
    group by department_code, fiscal_year
)

select
    standards.department_code,
    standards.period_year as fiscal_year,
    standards.item_kind,
    cast(standards.area_per_head_sqm as decimal(18, 2)) as area_per_head_sqm,
    cast(posts.posts as integer) as posts,
    cast(standards.area_per_head_sqm * posts.posts as decimal(18, 2)) as limit_sqm,
    cast(sum(cards.floor_area_sqm) as decimal(18, 2)) as area_sqm,
    coalesce(sum(cards.floor_area_sqm) > standards.area_per_head_sqm * posts.posts, false) as is_over_standard
from standards
inner join cards
    on
        standards.department_code = cards.department_code
        and standards.period_year = cards.fiscal_year
        and standards.item_kind = cards.item_kind
left join posts
    on
        standards.department_code = posts.department_code
        and standards.period_year = posts.fiscal_year
where standards.period_year between standards.valid_from_year and coalesce(standards.valid_to_year, 9999)
group by
    standards.department_code, standards.period_year, standards.item_kind, standards.area_per_head_sqm, posts.posts
