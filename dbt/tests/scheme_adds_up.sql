-- A failure means that a scoring scheme is not sound: points do not add up, an indicator has no or two rules, a
-- figure is not in the catalogue, or the number of indicators is wrong. Whoever loaded the scheme corrects its seeds.
with

schemes as (
    select * from {{ ref('evaluation_schemes') }}
),

scheme_groups as (
    select * from {{ ref('evaluation_groups') }}
),

indicators as (
    select * from {{ ref('evaluation_indicators') }}
),

components as (
    select * from {{ ref('evaluation_components') }}
),

catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

target_kinds as (
    select * from {{ ref('evaluation_target_kinds') }}
),

of_targets as (
    select
        scheme_id,
        indicator_no,
        variant,
        count(*) as component_count,
        sum(case when method = 'approved_targets' then 1 else 0 end) as target_count
    from components
    group by scheme_id, indicator_no, variant
),

named_figures as (
    {% for column in ['numerator_figure', 'denominator_figure', 'case_figure', 'zero_if_figure'] %}
        {% if not loop.first %} union all {% endif %}
        select
            scheme_id,
            indicator_no,
            {{ column }} as figure_id
        from components
        where {{ column }} is not null
    {% endfor %}
)

select
    'points of the indicators differ from the total' as fault,
    schemes.scheme_id,
    cast(sum(indicators.weight) as string) as detail
from schemes
inner join indicators on schemes.scheme_id = indicators.scheme_id
group by schemes.scheme_id, schemes.total_points
having sum(indicators.weight) != schemes.total_points
union all
select
    'number of indicators differs from what the scheme says' as fault,
    schemes.scheme_id,
    cast(count(distinct indicators.indicator_no) as string) as detail
from schemes
inner join indicators on schemes.scheme_id = indicators.scheme_id
group by schemes.scheme_id, schemes.indicator_count
having count(*) != schemes.indicator_count or count(distinct indicators.indicator_no) != schemes.indicator_count
union all
select
    'points of the indicators differ from those of their level-2 group' as fault,
    scheme_groups.scheme_id,
    scheme_groups.level2 as detail
from scheme_groups
left join indicators
    on
        scheme_groups.scheme_id = indicators.scheme_id
        and scheme_groups.level2_no = indicators.level2_no
group by scheme_groups.scheme_id, scheme_groups.level2, scheme_groups.level2_weight
having coalesce(sum(indicators.weight), 0) != scheme_groups.level2_weight
union all
select
    'points of the level-2 groups differ from those of their level-1 part' as fault,
    scheme_id,
    level1 as detail
from scheme_groups
group by scheme_id, level1, level1_weight
having sum(level2_weight) != level1_weight
union all
select
    'points of the components differ from those of the indicator in its variant' as fault,
    indicators.scheme_id,
    indicators.level3 as detail
from indicators
left join components
    on
        indicators.scheme_id = components.scheme_id
        and indicators.indicator_no = components.indicator_no
        and indicators.variant = components.variant
group by indicators.scheme_id, indicators.level3, indicators.weight
having coalesce(sum(components.weight), 0) != indicators.weight
union all
select
    'figure is not in the catalogue' as fault,
    named_figures.scheme_id,
    named_figures.figure_id as detail
from named_figures
left join catalogue on named_figures.figure_id = catalogue.figure_id
where catalogue.figure_id is null
union all
select
    'an indicator of approved targets has other components, or no kind of target' as fault,
    of_targets.scheme_id,
    cast(of_targets.indicator_no as string) as detail
from of_targets
left join target_kinds
    on
        of_targets.scheme_id = target_kinds.scheme_id
        and of_targets.indicator_no = target_kinds.indicator_no
where of_targets.target_count > 0 and (of_targets.component_count != 1 or target_kinds.indicator_kind is null)
union all
select
    'a kind of target counts for no indicator or for two' as fault,
    target_kinds.scheme_id,
    target_kinds.indicator_kind as detail
from target_kinds
left join of_targets
    on
        target_kinds.scheme_id = of_targets.scheme_id
        and target_kinds.indicator_no = of_targets.indicator_no
        and of_targets.target_count > 0
group by target_kinds.scheme_id, target_kinds.indicator_kind
having count(distinct of_targets.indicator_no) != 1
