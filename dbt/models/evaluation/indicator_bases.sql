-- Grain: one row per scheme, evaluated or tried year and level-3 indicator: on what ground it is scored in that year.
-- Laws are renumbered and standards replaced while a scheme stays: its own words are read with the changes of the year.
with

indicators as (
    select * from {{ ref('evaluation_indicators') }}
),

scheme_years as (
    select * from {{ ref('evaluation_scheme_years') }}
),

changes as (
    select * from {{ ref('basis_changes') }}
),

in_year as (
    select
        indicators.scheme_id,
        scheme_years.fiscal_year,
        indicators.indicator_no,
        indicators.basis_zh
    from indicators
    inner join scheme_years on indicators.scheme_id = scheme_years.scheme_id
),

replaced as (
    select
        in_year.scheme_id,
        in_year.fiscal_year,
        in_year.indicator_no,
        coalesce(replace(in_year.basis_zh, changes.replaces, changes.basis_zh), in_year.basis_zh) as basis_zh
    from in_year
    left join changes
        on
            in_year.indicator_no = changes.indicator_no
            and changes.replaces is not null
            and {{ valid_in('in_year.fiscal_year', 'changes') }}
),

added as (
    select
        in_year.scheme_id,
        in_year.fiscal_year,
        in_year.indicator_no,
        {{ dbt.listagg('changes.basis_zh', "';'", 'order by changes.effective_on, changes.basis_zh') }} as basis_zh
    from in_year
    inner join changes
        on
            in_year.indicator_no = changes.indicator_no
            and changes.replaces is null
            and {{ valid_in('in_year.fiscal_year', 'changes') }}
    group by in_year.scheme_id, in_year.fiscal_year, in_year.indicator_no
)

select
    replaced.scheme_id,
    cast(replaced.fiscal_year as integer) as fiscal_year,
    cast(replaced.indicator_no as integer) as indicator_no,
    replaced.basis_zh || coalesce(';' || added.basis_zh, '') as basis_zh
from replaced
left join added
    on
        replaced.scheme_id = added.scheme_id
        and replaced.fiscal_year = added.fiscal_year
        and replaced.indicator_no = added.indicator_no
