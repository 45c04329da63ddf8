-- Grain: one row per form of monitoring that was filled in by hand and indicator on it.
-- A form is complete once it was filed and says of every indicator what was reached, or how likely the target is.
with

entries as (
    select * from {{ ref('stg_budget__monitoring_entries') }}
),

tick_signs as (
    select * from {{ ref('monitoring_tick_signs') }}
),

ticked as (
    select distinct
        entries.likelihood,
        entries.monitored_until
    from entries
    inner join tick_signs
        on
            entries.likelihood like concat('%', tick_signs.sign, '%')
            and {{ valid_in('extract(year from entries.monitored_until)', 'tick_signs') }}
),

ledger as (
    select
        entries.*,
        entries.reached is not null
        or (
            entries.likelihood is not null
            and (entries.likelihood not like '%□%' or ticked.likelihood is not null)
        ) as is_filled
    from entries
    left join ticked
        on
            entries.likelihood = ticked.likelihood
            and entries.monitored_until = ticked.monitored_until
),

forms as (
    select
        department_code,
        project_code,
        monitored_until,
        max(filed_on) as filed_on,
        min(case when is_filled then 1 else 0 end) as is_filled_in_full
    from ledger
    group by department_code, project_code, monitored_until
)

select
    ledger.department_code,
    cast(extract(year from ledger.monitored_until) as integer) as fiscal_year,
    ledger.project_code,
    ledger.monitored_until,
    ledger.indicator_name,
    ledger.level1,
    ledger.target,
    ledger.reached,
    ledger.expected,
    ledger.deviation_reason,
    ledger.likelihood,
    ledger.remedy,
    forms.filed_on,
    ledger.is_filled,
    forms.filed_on is not null and forms.is_filled_in_full = 1 as is_form_complete,
    ledger.submission_id,
    ledger.sheet,
    ledger.row_number
from ledger
inner join forms
    on
        ledger.department_code = forms.department_code
        and ledger.project_code = forms.project_code
        and ledger.monitored_until = forms.monitored_until
