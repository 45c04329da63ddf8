-- Grain: one row per department, fiscal year and supervision item.
-- An item open at the end of the year although planned for it is late; one planned for the next year is not judged yet.
with

ledger as (
    select * from {{ ref('stg_duties__supervision_items') }}
),

kinds as (
    select * from {{ ref('supervision_kinds') }}
)

select
    ledger.department_code,
    ledger.period_year as fiscal_year,
    ledger.item_no,
    ledger.item_name,
    ledger.supervision_kind,
    kinds.name_zh as supervision_kind_name,
    ledger.responsible_unit,
    ledger.planned_start_on,
    ledger.planned_finish_on,
    ledger.started_on,
    ledger.finished_on,
    ledger.cancelled_on,
    ledger.result,
    case
        when ledger.cancelled_on is not null then null
        when ledger.finished_on is not null then ledger.finished_on <= ledger.planned_finish_on
        when ledger.planned_finish_on <= {{ last_day_of('ledger.period_year') }} then false
    end as is_on_time,
    ledger.submission_id,
    ledger.sheet,
    ledger.row_number
from ledger
left join kinds
    on
        ledger.supervision_kind = kinds.code
        and {{ valid_in('ledger.period_year', 'kinds') }}
