-- Grain: one row per asset bought in the year whose kind has a standard, held against price, number and minimum life.
-- A limit that is blank, or whose ground (the staff, the age of the thing replaced) is not known, is not exceeded.
with

cards as (
    select * from {{ ref('dim_asset_yearly') }}
),

standards as (
    select * from {{ ref('stg_assets__asset_standards') }}
),

disposals as (
    select * from {{ ref('fct_asset_disposals') }}
),

staff_counts as (
    select * from {{ ref('fct_staff_counts') }}
    where is_latest_of_year
),

staff as (
    select
        department_code,
        fiscal_year,
        sum(staff) as staff
    from staff_counts
    group by department_code, fiscal_year
),

acquired as (
    -- Things replaced may still be in a register, or only in the ledger of disposals.
    select
        department_code,
        card_no,
        min(acquired_on) as acquired_on
    from (
        select
            department_code,
            card_no,
            acquired_on
        from disposals
        union all
        select
            department_code,
            card_no,
            acquired_on
        from cards
    ) as known
    group by department_code, card_no
),

numbered as (
    select
        *,
        case when asset_state_name <> '待处置' then row_number() over (
            partition by department_code, fiscal_year, item_kind, asset_state_name = '待处置'
            order by acquired_on asc, card_no asc
        ) end as number_of_its_kind
    from cards
),

measured as (
    select
        numbered.*,
        standards.price_limit_yuan,
        standards.minimum_life_years,
        standards.basis,
        cast(floor(standards.quantity_per_head * staff.staff) as integer) as quantity_limit,
        acquired.acquired_on as replaced_acquired_on,
        cast({{ dbt.dateadd(
            'year', 'cast(standards.minimum_life_years as integer)', 'acquired.acquired_on'
        ) }} as date) as replaceable_from
    from numbered
    inner join standards
        on
            numbered.department_code = standards.department_code
            and numbered.fiscal_year = standards.period_year
            and numbered.item_kind = standards.item_kind
            and numbered.fiscal_year between standards.valid_from_year and coalesce(standards.valid_to_year, 9999)
    left join staff
        on
            numbered.department_code = staff.department_code
            and numbered.fiscal_year = staff.fiscal_year
    left join acquired
        on
            numbered.department_code = acquired.department_code
            and numbered.replaces_card_no = acquired.card_no
    where
        numbered.acquisition_method = '新购'
        and extract(year from numbered.acquired_on) = numbered.fiscal_year
)

select
    department_code,
    fiscal_year,
    card_no,
    asset_name,
    item_kind,
    acquired_on,
    original_value_yuan,
    price_limit_yuan,
    quantity_limit,
    cast(number_of_its_kind as integer) as number_of_its_kind,
    replaces_card_no,
    replaced_acquired_on,
    cast(minimum_life_years as integer) as minimum_life_years,
    replaceable_from,
    basis,
    coalesce(original_value_yuan > price_limit_yuan, false) as is_over_price,
    coalesce(number_of_its_kind > quantity_limit, false) as is_over_quantity,
    coalesce(acquired_on < replaceable_from, false) as is_replaced_early,
    submission_id,
    sheet,
    row_number
from measured
