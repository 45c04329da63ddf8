-- Grain: one row per department, fiscal year and kind of supervision.
with

items as (
    select * from {{ ref('fct_supervision_items') }}
),

counted as (
    select
        department_code,
        fiscal_year,
        supervision_kind,
        max(supervision_kind_name) as supervision_kind_name,
        count(*) as item_count,
        count(planned_finish_on) as planned_count,
        sum(case when started_on is not null and cancelled_on is null then 1 else 0 end) as started_count,
        sum(case when finished_on is not null and cancelled_on is null then 1 else 0 end) as finished_count,
        count(cancelled_on) as cancelled_count,
        count(is_on_time) as due_count,
        sum(case when is_on_time then 1 else 0 end) as on_time_count
    from items
    group by department_code, fiscal_year, supervision_kind
)

select
    department_code,
    fiscal_year,
    supervision_kind,
    supervision_kind_name,
    cast(item_count as integer) as item_count,
    cast(planned_count as integer) as planned_count,
    cast(started_count as integer) as started_count,
    cast(finished_count as integer) as finished_count,
    cast(cancelled_count as integer) as cancelled_count,
    cast(due_count as integer) as due_count,
    cast(on_time_count as integer) as on_time_count,
    cast(100 * {{ exact_ratio('on_time_count', 'due_count') }} as decimal(18, 6)) as on_time_rate_pct
from counted
