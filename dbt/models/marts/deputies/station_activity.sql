-- Grain: one row per department, fiscal year and liaison station of the year-end register.
-- 0 where a ledger of the year says nothing of the station; null where it says nothing of any station.
with

stations as (
    select * from {{ ref('dim_liaison_station_yearly') }}
),

districts as (
    select * from {{ ref('dim_district') }}
),

station_assignments as (
    select * from {{ ref('fct_station_assignments') }}
),

feedback as (
    select * from {{ ref('fct_station_feedback') }}
),

campaign_participations as (
    select * from {{ ref('fct_campaign_participations') }}
),

assigned as (
    select
        department_code,
        fiscal_year,
        station_code,
        count(distinct deputy_no) as deputies
    from station_assignments
    where
        assigned_from <= {{ last_day_of('fiscal_year') }}
        and (assigned_to is null or assigned_to >= {{ last_day_of('fiscal_year') }})
    group by department_code, fiscal_year, station_code
),

opinions as (
    select
        department_code,
        fiscal_year,
        station_code,
        count(*) as opinions,
        sum(case when is_accepted then 1 else 0 end) as accepted,
        {{ handling_counts('cast(finished_at as date)', 'due_on', 'satisfaction') }}
    from feedback
    group by department_code, fiscal_year, station_code
),

campaigns as (
    select
        department_code,
        fiscal_year,
        station_code,
        count(distinct deputy_no) as campaign_deputies
    from campaign_participations
    group by department_code, fiscal_year, station_code
),

counted as (
    select
        stations.department_code,
        stations.fiscal_year,
        stations.station_code,
        stations.station_name,
        stations.district_code,
        districts.district_name,
        stations.street_name,
        {{ zero_where_known('assigned.deputies', 'stations') }} as deputies,
        {{ zero_where_known('opinions.opinions', 'stations') }} as opinions,
        {{ zero_where_known('opinions.accepted', 'stations') }} as accepted,
        {{ zero_where_known('opinions.answered_count', 'stations') }} as answered_count,
        {{ zero_where_known('opinions.due_count', 'stations') }} as due_count,
        {{ zero_where_known('opinions.on_time_count', 'stations') }} as on_time_count,
        {{ zero_where_known('opinions.rated_count', 'stations') }} as rated_count,
        {{ zero_where_known('opinions.satisfied_count', 'stations') }} as satisfied_count,
        {{ zero_where_known('campaigns.campaign_deputies', 'stations') }} as campaign_deputies
    from stations
    left join districts on stations.district_code = districts.district_code
    left join assigned
        on
            stations.department_code = assigned.department_code
            and stations.fiscal_year = assigned.fiscal_year
            and stations.station_code = assigned.station_code
    left join opinions
        on
            stations.department_code = opinions.department_code
            and stations.fiscal_year = opinions.fiscal_year
            and stations.station_code = opinions.station_code
    left join campaigns
        on
            stations.department_code = campaigns.department_code
            and stations.fiscal_year = campaigns.fiscal_year
            and stations.station_code = campaigns.station_code
)

select
    department_code,
    fiscal_year,
    station_code,
    station_name,
    district_code,
    district_name,
    street_name,
    cast(deputies as integer) as deputy_count,
    cast(campaign_deputies as integer) as campaign_deputy_count,
    cast(opinions as integer) as opinion_count,
    cast(accepted as integer) as accepted_count,
    {{ handling_rates() }}
from counted
