-- Grain: one row per year, competent department and figure: the figure of the department with its units.
-- Summed from the evidence of all of them, each amount once. Left out: rows that a department reports for a unit that
-- hands them in itself; accounts of a unit where the register says that the department's hold them; payments from one
-- to another of them, and as much of the allocations that paid them. Rates are made of the sums. A growth over a break
-- in the series of any of them is not computed, nor one from a base of zero.
with

evidence as (
    select * from {{ ref('evidence') }}
),

figures as (
    select * from {{ ref('figures') }}
),

catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

departments as (
    select * from {{ ref('dim_department_yearly') }}
),

tree as (
    select * from {{ ref('department_tree') }}
),

submissions as (
    select * from {{ ref('stg_quality__current_submissions') }}
),

whole_ledgers as (
    select * from {{ ref('consolidation_ledgers') }}
),

transfers as (
    select * from {{ ref('int_bureau__transfers') }}
),

allocations as (
    select * from {{ ref('fct_budget_allocations') }}
),

twice as (
    select distinct
        submission_id,
        sheet,
        row_number
    from {{ ref('int_bureau__rows_handed_in_twice') }}
),

reported_above as (
    -- Accounts of units that stand in those of the department above.
    select distinct submissions.submission_id
    from submissions
    inner join whole_ledgers
        on
            submissions.ledger = whole_ledgers.ledger
            and {{ valid_in('submissions.fiscal_year', 'whole_ledgers') }}
    inner join tree
        on
            submissions.fiscal_year = tree.fiscal_year
            and submissions.department_code = tree.department_code
            and tree.distance > 0
    inner join departments as above
        on
            tree.fiscal_year = above.fiscal_year
            and tree.ancestor_code = above.department_code
            and above.reports_units
            and above.is_handing_in
),

kept as (
    -- A transfer that stands in both files is taken from the unit's own.
    select transfers.* from transfers
    left join twice
        on
            transfers.submission_id = twice.submission_id
            and transfers.row_number = twice.row_number
            and transfers.sheet is not distinct from twice.sheet
    where twice.submission_id is null
),

judged as (
    select
        departments.competent_code,
        evidence.fiscal_year,
        evidence.department_code,
        evidence.figure_id,
        evidence.fact_key,
        evidence.measure,
        case
            when twice.submission_id is not null then 'TWICE'
            when reported_above.submission_id is not null then 'TWICE'
            when kept.submission_id is not null then 'TRANSFER'
            else 'COUNTED'
        end as standing
    from evidence
    inner join departments
        on
            evidence.department_code = departments.department_code
            and evidence.fiscal_year = departments.fiscal_year
    left join twice
        on
            evidence.submission_id = twice.submission_id
            and evidence.row_number = twice.row_number
            and evidence.sheet is not distinct from twice.sheet
    left join reported_above on evidence.submission_id = reported_above.submission_id
    left join kept
        on
            evidence.submission_id = kept.submission_id
            and evidence.row_number = kept.row_number
            and evidence.sheet is not distinct from kept.sheet
),

reduced as (
    -- An allocation that paid a transfer is smaller by as much, wherever it counts with its amount.
    select
        kept.competent_code,
        kept.fiscal_year,
        evidence.figure_id,
        sum(kept.amount_yuan) as reduction
    from kept
    inner join allocations
        on
            kept.department_code = allocations.department_code
            and kept.fiscal_year = allocations.fiscal_year
            and kept.allocation_no = allocations.allocation_no
    inner join evidence
        on
            allocations.submission_id = evidence.submission_id
            and allocations.row_number = evidence.row_number
            and allocations.sheet is not distinct from evidence.sheet
            and allocations.amount_yuan = evidence.measure
    group by kept.competent_code, kept.fiscal_year, evidence.figure_id
),

summed as (
    select
        competent_code,
        fiscal_year,
        figure_id,
        sum(case when standing = 'COUNTED' then measure end) as summed,
        count(case when standing = 'COUNTED' then measure end) as counted,
        count(distinct case when standing = 'COUNTED' then department_code || '|' || fact_key end) as counted_distinct,
        sum(case when standing = 'TWICE' then measure end) as twice,
        sum(case when standing = 'TRANSFER' then measure end) as transferred,
        sum(case when standing = 'TWICE' then 1 else 0 end) as twice_count
    from judged
    group by competent_code, fiscal_year, figure_id
),

members as (
    select
        departments.competent_code,
        figures.fiscal_year,
        figures.figure_id,
        count(*) as department_count,
        sum(case when figures.status = 'NOT_APPLICABLE' then 1 else 0 end) as not_applicable_count,
        sum(case when figures.status = 'MISSING' then 1 else 0 end) as missing_count,
        sum(case when figures.status = 'PARTIAL' then 1 else 0 end) as partial_count,
        -- Over a break a figure says why; from a base of zero it has no reason beside its status.
        max(case when figures.status = 'NOT_COMPARABLE' then figures.reason_zh end) is not null as is_over_a_break
    from figures
    inner join departments
        on
            figures.department_code = departments.department_code
            and figures.fiscal_year = departments.fiscal_year
    group by departments.competent_code, figures.fiscal_year, figures.figure_id
),

basic as (
    select
        members.*,
        catalogue.label_zh,
        catalogue.unit,
        catalogue.aggregation,
        catalogue.numerator_figure,
        catalogue.denominator_figure,
        catalogue.units_per_figure_unit,
        case
            when members.missing_count + members.not_applicable_count < members.department_count
                then {{ measured_of('catalogue.aggregation', 'summed', less='coalesce(reduced.reduction, 0)') }}
        end as measured,
        case when catalogue.aggregation = 'sum' then coalesce(summed.twice, 0) end as twice,
        case
            when catalogue.aggregation = 'sum' then coalesce(summed.transferred, 0) + coalesce(reduced.reduction, 0)
        end as transferred,
        coalesce(summed.twice_count, 0) as twice_count
    from members
    inner join catalogue
        on
            members.figure_id = catalogue.figure_id
            and {{ valid_in('members.fiscal_year', 'catalogue') }}
    left join summed
        on
            members.competent_code = summed.competent_code
            and members.fiscal_year = summed.fiscal_year
            and members.figure_id = summed.figure_id
    left join reduced
        on
            members.competent_code = reduced.competent_code
            and members.fiscal_year = reduced.fiscal_year
            and members.figure_id = reduced.figure_id
),

ratios as (
    select
        basic.competent_code,
        basic.fiscal_year,
        basic.figure_id,
        {{ value_of_two('basic', 'numerators', 'denominators') }} as value,
        {{ is_base_zero('basic', 'numerators', 'denominators') }} as is_base_zero
    from basic
    inner join basic as numerators
        on
            basic.competent_code = numerators.competent_code
            and basic.fiscal_year = numerators.fiscal_year
            and basic.numerator_figure = numerators.figure_id
    inner join basic as denominators
        on
            basic.competent_code = denominators.competent_code
            and basic.fiscal_year = denominators.fiscal_year
            and basic.denominator_figure = denominators.figure_id
),

valued as (
    select
        basic.*,
        coalesce(ratios.is_base_zero, false) as is_base_zero,
        case
            when not basic.is_over_a_break
                then coalesce(ratios.value, {{ exact_quotient('basic.measured', 'basic.units_per_figure_unit') }})
        end as value
    from basic
    left join ratios
        on
            basic.competent_code = ratios.competent_code
            and basic.fiscal_year = ratios.fiscal_year
            and basic.figure_id = ratios.figure_id
)

select
    valued.fiscal_year,
    valued.competent_code as department_code,
    departments.department_name,
    valued.figure_id,
    valued.label_zh,
    cast(valued.value as decimal(28, 8)) as value,
    valued.unit,
    case
        when valued.not_applicable_count = valued.department_count then 'NOT_APPLICABLE'
        when valued.is_over_a_break then 'NOT_COMPARABLE'
        when valued.value is null and valued.is_base_zero and valued.missing_count + valued.partial_count = 0
            then 'NOT_COMPARABLE'
        when valued.value is null then 'MISSING'
        when valued.missing_count + valued.partial_count > 0 then 'PARTIAL'
        else 'OK'
    end as status,
    cast(valued.department_count as integer) as department_count,
    cast(valued.missing_count as integer) as missing_count,
    {{ exact_quotient('valued.twice', 'valued.units_per_figure_unit') }} as twice_value,
    cast(valued.twice_count as integer) as twice_count,
    {{ exact_quotient('valued.transferred', 'valued.units_per_figure_unit') }} as transferred_value
from valued
left join departments
    on
        valued.fiscal_year = departments.fiscal_year
        and valued.competent_code = departments.department_code
