-- Grain: one row per pair of reports that are, may be, or were said to be of one issue.
-- A proposal changes nothing: a pair counts once only when its ledger says so or a person decided it. Texts stay in
-- staging.
with

stations as (
    select * from {{ ref('dim_liaison_station') }}
),

suggestions as (
    select * from {{ ref('fct_suggestions') }}
),

settings as (
    select * from {{ ref('same_issue_settings') }}
    where valid_to is null
),

feedback as (
    select * from {{ ref('stg_deputies__station_feedback') }}
),

cases as (
    select * from {{ ref('stg_deputies__snapshot_cases') }}
),

decisions_of_a_pair as (
    select
        *,
        report_ledger || '|' || report_no as one,
        other_ledger || '|' || other_no as two
    from {{ ref('stg_deputies__same_issue_decisions') }}
),

-- What was refused has no text, so that it is compared with nothing.
every_report as (
    select
        feedback.department_code,
        '联络站群众意见' as ledger,
        feedback.feedback_no as report_no,
        cast(feedback.received_at as date) as reported_on,
        feedback.station_code,
        stations.district_code,
        feedback.category,
        cast(null as decimal(12, 6)) as longitude,
        cast(null as decimal(12, 6)) as latitude,
        case when feedback.is_accepted then {{ plain_text('feedback.content') }} end as plain_text
    from feedback
    left join stations
        on feedback.department_code = stations.department_code and feedback.station_code = stations.station_code
    union all
    select
        department_code,
        '代表随手拍' as ledger,
        case_no as report_no,
        cast(submitted_at as date) as reported_on,
        null as station_code,
        district_code,
        category,
        longitude,
        latitude,
        null as plain_text
    from cases
    union all
    select
        department_code,
        '代表建议' as ledger,
        suggestion_no as report_no,
        submitted_on as reported_on,
        null as station_code,
        district_code,
        null as category,
        null as longitude,
        null as latitude,
        {{ plain_text('title') }} as plain_text
    from suggestions
),

reports as (
    select
        *,
        ledger || '|' || report_no as report_key,
        row_number() over (order by department_code, ledger, report_no, reported_on) as report_id
    from every_report
),

-- Whichever of the two stands first in the ledger; the last decision on a pair holds.
decisions as (
    select
        *,
        least(one, two) as first_of_pair,
        greatest(one, two) as second_of_pair
    from decisions_of_a_pair
    where one <> two
    qualify row_number() over (
        partition by department_code, least(one, two), greatest(one, two)
        order by decided_on desc, decision_no desc
    ) = 1
),

{{ same_issue_ctes('reports', 'settings') }},

said_by_ledgers as (
    select
        department_code,
        '联络站群众意见|' || feedback_no as one,
        '联络站群众意见|' || duplicate_of as two
    from feedback
    where duplicate_of is not null
    union
    select
        department_code,
        '联络站群众意见|' || feedback_no as one,
        '代表建议|' || suggestion_no as two
    from feedback
    where suggestion_no is not null
    union
    select
        department_code,
        '代表随手拍|' || case_no as one,
        '代表随手拍|' || duplicate_of as two
    from cases
    where duplicate_of is not null
),

found as (
    select
        same_issue_pairs.department_code,
        least(one.report_key, other.report_key) as first_of_pair,
        greatest(one.report_key, other.report_key) as second_of_pair,
        same_issue_pairs.distance_m,
        same_issue_pairs.place_kind,
        same_issue_pairs.similarity,
        same_issue_pairs.chance,
        same_issue_pairs.score
    from same_issue_pairs
    inner join reports as one on same_issue_pairs.report_id = one.report_id
    inner join reports as other on same_issue_pairs.other_id = other.report_id
),

said as (
    select distinct
        department_code,
        least(one, two) as first_of_pair,
        greatest(one, two) as second_of_pair
    from said_by_ledgers
    where one <> two
),

pairs as (
    select
        department_code,
        first_of_pair,
        second_of_pair
    from found
    union
    select
        department_code,
        first_of_pair,
        second_of_pair
    from said
    union
    select
        department_code,
        first_of_pair,
        second_of_pair
    from decisions
)

select
    pairs.department_code,
    cast(extract(year from greatest(one.reported_on, two.reported_on)) as integer) as fiscal_year,
    one.ledger,
    one.report_no,
    two.ledger as other_ledger,
    two.report_no as other_no,
    one.reported_on,
    two.reported_on as other_reported_on,
    cast(abs({{ dbt.datediff('one.reported_on', 'two.reported_on', 'day') }}) as integer) as days_apart,
    found.place_kind,
    cast(found.distance_m as integer) as distance_m,
    cast(100 * found.similarity as decimal(5, 1)) as similarity_pct,
    cast(found.chance as decimal(9, 6)) as chance_count,
    cast(100 * found.score as decimal(5, 1)) as score_pct,
    concat_ws(
        ';',
        case when said.department_code is not null then '台账写明' end,
        case
            when found.place_kind = '地点'
                then '类别相同、相距 ' || cast(cast(found.distance_m as integer) as string) || ' 米'
            when found.similarity >= 1 then '同一' || found.place_kind || '、文字相同'
            else
                '同一' || found.place_kind || '、文字相似 '
                || cast(cast(floor(100 * found.similarity) as integer) as string) || '%'
        end,
        case
            when found.department_code is not null
                then
                    '相隔 '
                    || cast(abs({{ dbt.datediff('one.reported_on', 'two.reported_on', 'day') }}) as string) || ' 天'
        end,
        case when said.department_code is null and found.department_code is null then '人工提出' end
    ) as why_zh,
    case
        when decisions.decision is not null then decisions.decision
        when said.department_code is not null then '同一事项'
        else '待认定'
    end as state,
    case
        when decisions.decision is not null then '认定台账'
        when said.department_code is not null then '原台账'
    end as decided_in,
    decisions.decided_on,
    decisions.decided_by,
    decisions.reason as decision_reason,
    decisions.submission_id,
    decisions.sheet,
    decisions.row_number
from pairs
inner join reports as one
    on pairs.department_code = one.department_code and pairs.first_of_pair = one.report_key
inner join reports as two
    on pairs.department_code = two.department_code and pairs.second_of_pair = two.report_key
left join found
    on
        pairs.department_code = found.department_code
        and pairs.first_of_pair = found.first_of_pair
        and pairs.second_of_pair = found.second_of_pair
left join said
    on
        pairs.department_code = said.department_code
        and pairs.first_of_pair = said.first_of_pair
        and pairs.second_of_pair = said.second_of_pair
left join decisions
    on
        pairs.department_code = decisions.department_code
        and pairs.first_of_pair = decisions.first_of_pair
        and pairs.second_of_pair = decisions.second_of_pair
