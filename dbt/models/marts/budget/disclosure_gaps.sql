-- Grain: one row per required item that a published budget or final account lacks on a platform.
with

disclosures as (
    select * from {{ ref('fct_disclosures') }}
),

duties as (
    select * from {{ ref('disclosure_duties') }}
    where is_published
),

required as (
    select * from {{ ref('required_disclosure_contents') }}
)

select
    duties.department_code,
    duties.fiscal_year,
    duties.disclosure_no,
    duties.document_kind,
    duties.document_year,
    duties.platform,
    required.item,
    duties.submission_id,
    duties.sheet,
    duties.row_number
from duties
inner join disclosures
    on
        duties.department_code = disclosures.department_code
        and duties.fiscal_year = disclosures.fiscal_year
        and duties.disclosure_no = disclosures.disclosure_no
inner join required
    on
        duties.document_kind = required.document_kind
        and {{ valid_in('duties.fiscal_year', 'required') }}
where '、' || coalesce(disclosures.contents, '') || '、' not like '%、' || required.item || '、%'
