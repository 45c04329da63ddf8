-- Grain: one row per year and department with a total score: its points of risk, and whether it is drawn for a review.
-- How many are drawn: a share of the departments, rounded up, at least so many (parameters). Drawn by their risk: each
-- gets a number from the seed, the year and its code, raised to one over its points; the largest are drawn (Efraimidis
-- and Spirakis 2006). Departments from so many points on are reviewed in any case, beside those that are drawn.
with

scorecard as (
    select * from {{ ref('scorecard') }}
    where level = 'total' and not is_trial
),

departments as (
    select * from {{ ref('dim_department_yearly') }}
),

lateness as (
    select * from {{ ref('bureau_lateness') }}
),

ranking as (
    select * from {{ ref('bureau_ranking') }}
),

risks as (
    select * from {{ ref('sampling_risks') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

spending as (
    select * from {{ ref('figures') }}
    where figure_id = 'spending.total' and value is not null
),

spending_places as (
    select
        fiscal_year,
        department_code,
        value as spending_wan,
        100 * percent_rank() over (
            partition by fiscal_year
            order by value
        ) as amount_place
    from spending
),

unusual as (
    select
        fiscal_year,
        department_code,
        sum(case when is_unusual then 1 else 0 end) as unusual_count
    from ranking
    group by fiscal_year, department_code
),

measured as (
    select
        scorecard.fiscal_year,
        scorecard.department_code,
        departments.department_name,
        departments.competent_code,
        scorecard.score,
        spending_places.spending_wan,
        lateness.late_pct,
        coalesce(lateness.late_pct, 0) as late_or_nought_pct,
        coalesce(unusual.unusual_count, 0) as unusual_count,
        coalesce(spending_places.amount_place, 0) as amount_place
    from scorecard
    inner join departments
        on
            scorecard.fiscal_year = departments.fiscal_year
            and scorecard.department_code = departments.department_code
    left join spending_places
        on
            scorecard.fiscal_year = spending_places.fiscal_year
            and scorecard.department_code = spending_places.department_code
    left join lateness
        on
            scorecard.fiscal_year = lateness.fiscal_year
            and scorecard.department_code = lateness.department_code
    left join unusual
        on
            scorecard.fiscal_year = unusual.fiscal_year
            and scorecard.department_code = unusual.department_code
),

pointed as (
    select
        measured.*,
        {% for risk, measure in [
            ('amount', 'amount_place'), ('score', 'score'), ('lateness', 'late_or_nought_pct'), ('unusual', 'unusual_count')
        ] %}
            (
                select risks.points from risks
                where
                    risks.risk = '{{ risk }}'
                    and {{ valid_in('measured.fiscal_year', 'risks') }}
                    and measured.{{ measure }} >= risks.low
                    and measured.{{ measure }} < risks.below
            ) as {{ risk }}_points{% if not loop.last %},{% endif %}
        {% endfor %}
    from measured
),

weighed as (
    select
        *,
        amount_points + score_points + lateness_points + unusual_points as risk_points,
        {{ parameter_value('sampling_share', 'fiscal_year') }} as sampling_share,
        {{ parameter_value('sampling_least', 'fiscal_year') }} as sampling_least,
        {{ parameter_value('sampling_certain_points', 'fiscal_year') }} as certain_points,
        {{ uniform_of("cast(cast(" ~ parameter_value('sampling_seed', 'fiscal_year')
            ~ " as integer) as string) || '/' || cast(fiscal_year as string) || '/' || department_code") }} as drawn_number
    from pointed
),

ordered as (
    select
        *,
        risk_points >= certain_points as is_certain,
        cast(
            greatest(sampling_least, ceiling(sampling_share * count(*) over (partition by fiscal_year))) as integer
        ) as sample_size,
        row_number() over (
            partition by fiscal_year, risk_points >= certain_points
            order by ln(drawn_number) / risk_points desc, department_code asc
        ) as place
    from weighed
)

select
    fiscal_year,
    department_code,
    department_name,
    competent_code,
    cast(score as decimal(9, 2)) as score,
    cast(spending_wan as decimal(18, 2)) as spending_wan,
    cast(late_pct as decimal(18, 2)) as late_pct,
    cast(unusual_count as integer) as unusual_count,
    cast(amount_points as decimal(9, 2)) as amount_points,
    cast(score_points as decimal(9, 2)) as score_points,
    cast(lateness_points as decimal(9, 2)) as lateness_points,
    cast(unusual_points as decimal(9, 2)) as unusual_points,
    cast(risk_points as decimal(9, 2)) as risk_points,
    sample_size,
    is_certain,
    is_certain or place <= sample_size as is_drawn,
    case
        when is_certain then '风险分达到必查线'
        when place <= sample_size then '按风险随机抽取'
        else '本年未抽中'
    end as reason_zh
from ordered
