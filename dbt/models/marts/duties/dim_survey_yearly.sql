-- Grain: one row per department, fiscal year and survey.
with

ledger as (
    select * from {{ ref('stg_duties__surveys') }}
),

kinds as (
    select * from {{ ref('survey_kinds') }}
)

select
    ledger.department_code,
    ledger.period_year as fiscal_year,
    ledger.survey_no,
    ledger.survey_name,
    ledger.survey_kind,
    kinds.name_zh as survey_kind_name,
    ledger.responsible_unit,
    ledger.started_on,
    ledger.finished_on,
    ledger.submission_id,
    ledger.sheet,
    ledger.row_number
from ledger
left join kinds
    on
        ledger.survey_kind = kinds.code
        and {{ valid_in('ledger.period_year', 'kinds') }}
