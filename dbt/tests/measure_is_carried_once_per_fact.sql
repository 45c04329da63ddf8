-- A failure means that a fact adds twice to a sum or a count, or not at all: several of its source rows carry the
-- measure, or none does. The data engineer looks at the evidence model of the figure.
with

evidence as (
    select * from {{ ref('evidence') }}
),

catalogue as (
    select * from {{ ref('figure_catalogue') }}
)

select
    evidence.figure_id,
    evidence.fiscal_year,
    evidence.department_code,
    evidence.fact_key,
    count(evidence.measure) as measures
from evidence
inner join catalogue
    on
        evidence.figure_id = catalogue.figure_id
        and {{ valid_in('evidence.fiscal_year', 'catalogue') }}
where catalogue.aggregation in ('sum', 'count')
group by evidence.figure_id, evidence.fiscal_year, evidence.department_code, evidence.fact_key
having count(evidence.measure) <> 1
