-- Grain: one row per card that the last full stock-take of the year had to count.
-- Required: cards of the year-end register booked by the base day, and cards disposed of after it. Without a full
-- stock-take the year's last day is the base day. A card without a booking date was not booked by then; that it lacks
-- the date is counted in assets.cards_incomplete.
with

cards as (
    select * from {{ ref('dim_asset_yearly') }}
),

disposals as (
    select * from {{ ref('fct_asset_disposals') }}
),

lines as (
    select * from {{ ref('fct_asset_inventories') }}
    where stock_take_kind = '全面盘点'
),

last_stock_takes as (
    select
        department_code,
        fiscal_year,
        stock_take_no,
        base_on,
        row_number() over (
            partition by department_code, fiscal_year
            order by base_on desc, stock_take_no desc
        ) as place
    from lines
    group by department_code, fiscal_year, stock_take_no, base_on
),

counted as (
    select
        lines.department_code,
        lines.fiscal_year,
        lines.card_no,
        min(lines.counted_on) as counted_on
    from lines
    inner join last_stock_takes
        on
            lines.department_code = last_stock_takes.department_code
            and lines.fiscal_year = last_stock_takes.fiscal_year
            and lines.stock_take_no = last_stock_takes.stock_take_no
            and last_stock_takes.place = 1
    group by lines.department_code, lines.fiscal_year, lines.card_no
),

required as (
    select
        cards.department_code,
        cards.fiscal_year,
        cards.card_no,
        last_stock_takes.base_on,
        cards.submission_id,
        cards.sheet,
        cards.row_number
    from cards
    left join last_stock_takes
        on
            cards.department_code = last_stock_takes.department_code
            and cards.fiscal_year = last_stock_takes.fiscal_year
            and last_stock_takes.place = 1
    where cards.booked_on <= coalesce(last_stock_takes.base_on, {{ last_day_of('cards.fiscal_year') }})
    union all
    select
        disposals.department_code,
        disposals.fiscal_year,
        disposals.card_no,
        last_stock_takes.base_on,
        disposals.submission_id,
        disposals.sheet,
        disposals.row_number
    from disposals
    inner join last_stock_takes
        on
            disposals.department_code = last_stock_takes.department_code
            and disposals.fiscal_year = last_stock_takes.fiscal_year
            and last_stock_takes.place = 1
            and disposals.disposed_on > last_stock_takes.base_on
    left join cards
        on
            disposals.department_code = cards.department_code
            and disposals.fiscal_year = cards.fiscal_year
            and disposals.card_no = cards.card_no
    -- Disposed of but still in the register: counted there.
    where cards.card_no is null
)

select
    required.department_code,
    required.fiscal_year,
    required.card_no,
    required.base_on,
    counted.counted_on,
    required.submission_id,
    required.sheet,
    required.row_number
from required
left join counted
    on
        required.department_code = counted.department_code
        and required.fiscal_year = counted.fiscal_year
        and required.card_no = counted.card_no
