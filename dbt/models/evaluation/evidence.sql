{{ config(materialized='table', contract={'enforced': true}) }}
-- Grain: one row per figure and source row that counts for it.
-- The measure is carried once per fact; further source rows of the same fact have no measure.
with

organisation as (
    select * from {{ ref('evidence_organisation') }}
),

budget as (
    select * from {{ ref('evidence_budget') }}
),

deputies as (
    select * from {{ ref('evidence_deputies') }}
),

everything as (
    select * from organisation
    union all
    select * from budget
    union all
    select * from deputies
)

select
    figure_id,
    cast(fiscal_year as integer) as fiscal_year,
    department_code,
    fact_key,
    measure,
    submission_id,
    sheet,
    row_number
from everything
