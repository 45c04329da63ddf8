-- Grain: one row per procurement that names an intention which was published.
-- The version that describes a procurement is the last one published by its notice (else the first one after it). The
-- clock runs from the earliest version with the same project name since the last one that described something else.
with

procurements as (
    select * from {{ ref('stg_procurement__procurements') }}
),

versions_in_order as (
    select
        *,
        lag(project_name) over (
            partition by department_code, intention_no
            order by published_on asc, version_no asc
        ) as name_before
    from {{ ref('stg_procurement__procurement_intentions') }}
),

intentions as (
    -- Versions that follow each other with one name have one number.
    select
        *,
        sum(case when coalesce(project_name, '') <> coalesce(name_before, '') then 1 else 0 end) over (
            partition by department_code, intention_no
            order by published_on asc, version_no asc
            rows between unbounded preceding and current row
        ) as same_project_no
    from versions_in_order
),

by_distance as (
    select
        procurements.procurement_no,
        procurements.notice_on,
        intentions.*,
        row_number() over (
            partition by procurements.department_code, procurements.procurement_no
            order by
                case when intentions.published_on > procurements.notice_on then 1 else 0 end,
                case
                    when intentions.published_on > procurements.notice_on
                        then {{ dbt.datediff('procurements.notice_on', 'intentions.published_on', 'day') }}
                    else -{{ dbt.datediff("cast('2000-01-01' as date)", 'intentions.published_on', 'day') }}
                end,
                intentions.version_no desc
        ) as distance
    from procurements
    inner join intentions
        on
            procurements.department_code = intentions.department_code
            and procurements.intention_no = intentions.intention_no
),

describing as (
    select * from by_distance
    where distance = 1
),

by_age as (
    select
        describing.department_code,
        describing.procurement_no,
        describing.intention_no,
        describing.version_no,
        describing.project_name is not null
        and describing.requirement is not null
        and describing.budget_yuan is not null
        and describing.expected_month is not null as is_complete,
        versions.published_on,
        versions.submission_id,
        versions.sheet,
        versions.row_number,
        row_number() over (
            partition by describing.department_code, describing.procurement_no
            order by versions.published_on asc, versions.version_no asc
        ) as age
    from describing
    inner join intentions as versions
        on
            describing.department_code = versions.department_code
            and describing.intention_no = versions.intention_no
            and describing.same_project_no = versions.same_project_no
)

select
    department_code,
    procurement_no,
    intention_no,
    version_no,
    is_complete,
    published_on,
    submission_id,
    sheet,
    row_number
from by_age
where age = 1
