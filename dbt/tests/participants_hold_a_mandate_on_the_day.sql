-- A failure means that somebody took part in a survey or a campaign without a mandate on that day, and is counted.
-- 研究室 (surveys) or 代表工作委员会 (campaigns, register) corrects the number, the day or the mandate. Years without a
-- register are not judged.
{{ config(severity='warn') }}
with

participations as (
    select * from {{ ref('fct_survey_participations') }}
),

campaign_participations as (
    select * from {{ ref('fct_campaign_participations') }}
),

mandates as (
    select
        department_code,
        fiscal_year,
        deputy_no,
        mandate_from,
        -- Without an `or` in the join, rows are looked up by their keys.
        coalesce(mandate_to, cast('9999-12-31' as date)) as held_until
    from {{ ref('fct_mandates') }}
),

registers as (
    select distinct
        department_code,
        fiscal_year
    from mandates
),

participants as (
    select distinct
        'survey_participations' as ledger,
        department_code,
        fiscal_year,
        deputy_no,
        took_part_on
    from participations
    union all
    select distinct
        'campaign_participations' as ledger,
        department_code,
        fiscal_year,
        deputy_no,
        took_part_on
    from campaign_participations
)

select
    participants.ledger,
    participants.department_code,
    participants.fiscal_year,
    participants.deputy_no,
    participants.took_part_on
from participants
inner join registers
    on
        participants.department_code = registers.department_code
        and participants.fiscal_year = registers.fiscal_year
left join mandates
    on
        participants.department_code = mandates.department_code
        and participants.fiscal_year = mandates.fiscal_year
        and participants.deputy_no = mandates.deputy_no
        and participants.took_part_on >= mandates.mandate_from
        and participants.took_part_on <= mandates.held_until
where mandates.deputy_no is null
