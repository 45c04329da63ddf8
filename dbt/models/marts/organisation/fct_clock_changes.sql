-- Grain: one row per pause or return of a clock.
-- Only what a rule of its kind allows moves a deadline; the other entries are kept and told.
with

ledger as (
    select * from {{ ref('stg_organisation__clock_changes') }}
),

kinds as (
    select * from {{ ref('deadline_kinds') }}
),

rules as (
    select * from {{ ref('clock_change_rules') }}
),

submissions as (
    select * from {{ ref('stg_quality__submissions') }}
),

built_for as (
    select {{ built_for_day('effective_at') }} as built_for_day from submissions
)

select
    ledger.department_code,
    cast(extract(year from ledger.from_on) as integer) as fiscal_year,
    ledger.change_no,
    ledger.deadline_name,
    kinds.deadline_kind,
    ledger.item_no as item_key,
    ledger.change,
    ledger.from_on,
    ledger.until_on,
    -- Until then the clock stands: what is paused stays paused up to the day of the data.
    case
        when ledger.until_on is not null then ledger.until_on
        when ledger.from_on > built_for.built_for_day then ledger.from_on
        else built_for.built_for_day
    end as counted_until,
    ledger.until_on is null and ledger.from_on <= built_for.built_for_day as is_open,
    ledger.change = '退回重办' and ledger.until_on is not null as is_restart,
    rules.deadline_kind is not null and coalesce(ledger.until_on >= ledger.from_on, true) as has_effect,
    rules.basis_zh,
    ledger.approved_by,
    ledger.submission_id,
    ledger.sheet,
    ledger.row_number
from ledger
cross join built_for
left join kinds
    on
        ledger.deadline_name = kinds.name_zh
        and {{ valid_in('extract(year from ledger.from_on)', 'kinds') }}
left join rules
    on
        kinds.deadline_kind = rules.deadline_kind
        and ledger.change = rules.change
        and {{ valid_in('extract(year from ledger.from_on)', 'rules') }}
