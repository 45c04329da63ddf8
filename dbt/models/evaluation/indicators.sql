-- Grain: one row per fiscal year, department and level-3 indicator, by the scheme that is official in the year.
with

all_schemes as (
    select * from {{ ref('indicators_all_schemes') }}
),

official_schemes as (
    select * from {{ ref('evaluation_scheme_years') }}
    where not is_trial
)

select
    all_schemes.scheme_id,
    all_schemes.fiscal_year,
    all_schemes.department_code,
    all_schemes.indicator_no,
    all_schemes.level1,
    all_schemes.level2,
    all_schemes.level3,
    all_schemes.weight,
    all_schemes.numerator_figure,
    all_schemes.denominator_figure,
    all_schemes.value,
    all_schemes.target,
    all_schemes.score,
    all_schemes.score_status,
    all_schemes.deduction_reason_zh,
    all_schemes.evidence_count
from all_schemes
inner join official_schemes
    on
        all_schemes.scheme_id = official_schemes.scheme_id
        and all_schemes.fiscal_year = official_schemes.fiscal_year
