-- Grain: one row per campaign, deputy and day; a deputy who came on two days has two rows.
with

ledger as (
    select * from {{ ref('stg_deputies__campaign_participations') }}
)

select
    department_code,
    cast(extract(year from took_part_on) as integer) as fiscal_year,
    campaign,
    deputy_no,
    took_part_on,
    station_code,
    submission_id,
    sheet,
    row_number
from ledger
