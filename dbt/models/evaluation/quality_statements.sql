-- Grain: one row per scheme, fiscal year, department and level-3 indicator:
-- five parts that say how far its numbers can be trusted. How it was verified and where it comes from are filled
-- from what landing and the checks found; the rest is told by the scheme.
with

components as (
    select * from {{ ref('int_evaluation__component_inputs') }}
),

catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

row_counts as (
    select * from {{ ref('stg_quality__row_counts') }}
),

submissions as (
    -- Rows that an answer mended count with the file that they were rejected from.
    select
        current_submissions.submission_id,
        current_submissions.department_code,
        current_submissions.fiscal_year,
        current_submissions.ledger,
        row_counts.rows_accepted,
        row_counts.rows_rejected
    from {{ ref('stg_quality__current_submissions') }} as current_submissions
    inner join row_counts on current_submissions.submission_id = row_counts.submission_id
),

findings as (
    select * from {{ ref('stg_quality__findings') }}
),

notes as (
    select * from {{ ref('evaluation_quality_notes') }}
),

rules as (
    select * from {{ ref('evaluation_indicators') }}
),

named_figures as (
    {% for column in ['numerator_figure', 'denominator_figure', 'case_figure', 'zero_if_figure', 'target_figure'] %}
        {% if not loop.first %} union {% endif %}
        select
            scheme_id,
            fiscal_year,
            department_code,
            indicator_no,
            {{ column }} as figure_id
        from components
        where {{ column }} is not null
    {% endfor %}
    union
    select
        scheme_id,
        fiscal_year,
        department_code,
        indicator_no,
        'manual_judgements' as figure_id
    from components
    where method = 'manual'
),

needed_ledgers as (
    select distinct
        named_figures.scheme_id,
        named_figures.fiscal_year,
        named_figures.department_code,
        named_figures.indicator_no,
        submissions.submission_id,
        submissions.ledger,
        submissions.rows_accepted,
        submissions.rows_rejected
    from named_figures
    left join catalogue on named_figures.figure_id = catalogue.figure_id
    inner join submissions
        on
            named_figures.department_code = submissions.department_code
            and named_figures.fiscal_year + coalesce(catalogue.ledger_year_offset, 0) = submissions.fiscal_year
            and '|' || coalesce(catalogue.source_ledgers, named_figures.figure_id) || '|'
            like '%|' || submissions.ledger || '|%'
),

findings_of_files as (
    select
        submission_id,
        count(*) as finding_count
    from findings
    group by submission_id
),

checked as (
    select
        needed_ledgers.scheme_id,
        needed_ledgers.fiscal_year,
        needed_ledgers.department_code,
        needed_ledgers.indicator_no,
        count(distinct needed_ledgers.ledger) as ledger_count,
        count(*) as file_count,
        sum(needed_ledgers.rows_accepted) as rows_accepted,
        sum(needed_ledgers.rows_rejected) as rows_rejected,
        sum(coalesce(findings_of_files.finding_count, 0)) as finding_count
    from needed_ledgers
    left join findings_of_files on needed_ledgers.submission_id = findings_of_files.submission_id
    group by
        needed_ledgers.scheme_id,
        needed_ledgers.fiscal_year,
        needed_ledgers.department_code,
        needed_ledgers.indicator_no
),

evaluated as (
    select distinct
        scheme_id,
        fiscal_year,
        department_code,
        indicator_no
    from components
)

select
    evaluated.scheme_id,
    cast(evaluated.fiscal_year as integer) as fiscal_year,
    evaluated.department_code,
    cast(evaluated.indicator_no as integer) as indicator_no,
    rules.level3,
    case
        when checked.file_count is null then '没有收到所需台账,未能核验'
        else
            '逐行核对表头、类型、代码和主键:载入 '
            || cast(checked.rows_accepted as string) || ' 行,退回 ' || cast(checked.rows_rejected as string)
            || ' 行,提示 ' || cast(checked.finding_count as string) || ' 条'
    end as verification_zh,
    -- Filled when all checks have been made, by dagster_project/quality: nobody knows before what they find.
    cast(null as string) as checks_zh,
    rules.data_source_zh
    || case
        when checked.file_count is null then ''
        else '(' || cast(checked.ledger_count as string) || ' 本台账,' || cast(checked.file_count as string) || ' 个文件)'
    end as source_zh,
    notes.accuracy_zh,
    notes.limits_zh,
    notes.compensation_zh,
    cast(coalesce(checked.file_count, 0) as bigint) as file_count,
    cast(coalesce(checked.rows_accepted, 0) as bigint) as rows_accepted,
    cast(coalesce(checked.rows_rejected, 0) as bigint) as rows_rejected,
    cast(coalesce(checked.finding_count, 0) as bigint) as finding_count
from evaluated
inner join rules
    on
        evaluated.scheme_id = rules.scheme_id
        and evaluated.indicator_no = rules.indicator_no
left join notes
    on
        evaluated.scheme_id = notes.scheme_id
        and evaluated.indicator_no = notes.indicator_no
left join checked
    on
        evaluated.scheme_id = checked.scheme_id
        and evaluated.fiscal_year = checked.fiscal_year
        and evaluated.department_code = checked.department_code
        and evaluated.indicator_no = checked.indicator_no
