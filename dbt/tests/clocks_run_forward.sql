-- A failure means that something was answered, finished or closed before it came in. 代表工作委员会 corrects the date in the
-- ledger.
{{ config(severity='warn') }}
with

suggestions as (
    select * from {{ ref('fct_suggestions') }}
),

feedback as (
    select * from {{ ref('fct_station_feedback') }}
),

cases as (
    select * from {{ ref('fct_snapshot_cases') }}
)

select
    'suggestions' as ledger,
    department_code,
    suggestion_no as business_key
from suggestions
where assigned_on < submitted_on or answered_on < assigned_on or closed_on < answered_on
union all
select
    'station_feedback' as ledger,
    department_code,
    feedback_no as business_key
from feedback
where finished_at < received_at or answered_at < received_at
union all
select
    'snapshot_cases' as ledger,
    department_code,
    case_no as business_key
from cases
where accepted_at < submitted_at or finished_at < accepted_at or closed_at < finished_at
