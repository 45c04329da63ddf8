-- Grain: one row per review of an indicator that was handed in.
-- Differences are points of the review less points of the self-evaluation. A deadline runs until its day is over; today
-- is the day the warehouse is built for, so that a look back tells what was late then.
with

ledger as (
    select * from {{ ref('stg_budget__evaluation_reviews') }}
),

official_schemes as (
    select * from {{ ref('evaluation_scheme_years') }}
    where not is_trial
),

indicators as (
    select * from {{ ref('indicators_all_schemes') }}
),

submissions as (
    select * from {{ ref('stg_quality__submissions') }}
),

built_for as (
    select {{ built_for_day('effective_at') }} as built_for_day from submissions
),

of_a_scheme as (
    select
        ledger.*,
        coalesce(ledger.scheme_id, official_schemes.scheme_id) as reviewed_scheme_id
    from ledger
    left join official_schemes
        on
            ledger.scheme_id is null
            and ledger.fiscal_year = official_schemes.fiscal_year
)

select
    of_a_scheme.department_code,
    of_a_scheme.reviewed_scheme_id as scheme_id,
    cast(of_a_scheme.fiscal_year as integer) as fiscal_year,
    of_a_scheme.review_no,
    cast(of_a_scheme.indicator_no as integer) as indicator_no,
    indicators.level3,
    indicators.weight,
    indicators.score as self_score,
    cast(of_a_scheme.review_score as decimal(9, 2)) as review_score,
    cast(cast(of_a_scheme.review_score as decimal(9, 2)) - indicators.score as decimal(9, 2)) as difference_points,
    of_a_scheme.reason,
    of_a_scheme.reviewer,
    of_a_scheme.reviewed_on,
    of_a_scheme.is_adopted,
    row_number() over (
        partition by
            of_a_scheme.department_code, of_a_scheme.reviewed_scheme_id, of_a_scheme.fiscal_year,
            of_a_scheme.indicator_no
        order by of_a_scheme.reviewed_on desc, of_a_scheme.review_no desc
    ) = 1 as is_latest,
    of_a_scheme.rectification,
    of_a_scheme.rectify_by,
    of_a_scheme.answer,
    of_a_scheme.evidence_no,
    of_a_scheme.closed_on,
    case
        when of_a_scheme.rectification is null then '不要求整改'
        when of_a_scheme.closed_on is not null then '已销号'
        when built_for.built_for_day > of_a_scheme.rectify_by then '逾期未销号'
        else '整改中'
    end as rectification_state,
    of_a_scheme.submission_id,
    of_a_scheme.sheet,
    of_a_scheme.row_number
from of_a_scheme
cross join built_for
left join indicators
    on
        of_a_scheme.department_code = indicators.department_code
        and of_a_scheme.reviewed_scheme_id = indicators.scheme_id
        and of_a_scheme.fiscal_year = indicators.fiscal_year
        and of_a_scheme.indicator_no = indicators.indicator_no
