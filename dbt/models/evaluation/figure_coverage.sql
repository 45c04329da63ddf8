-- Grain: one row per figure, fiscal year, department, ledger, kind of file and period that it needs: what became of it.
-- A ratio needs what its two figures need. A ledger that a department does not owe has one row, for its year.
with

catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

ledger_coverage as (
    select * from {{ ref('int_coverage__ledger_periods') }}
),

row_counts as (
    select * from {{ ref('stg_quality__row_counts') }}
),

current_files as (
    -- Rows that an answer mended count with the file that they were rejected from.
    select
        current_submissions.department_code,
        current_submissions.fiscal_year,
        current_submissions.ledger,
        current_submissions.file,
        row_counts.rows_accepted,
        row_counts.rows_rejected
    from {{ ref('stg_quality__current_submissions') }} as current_submissions
    inner join row_counts on current_submissions.submission_id = row_counts.submission_id
),

coverage_states as (
    select * from {{ ref('coverage_states') }}
),

calendar_lines as (
    select
        ledger,
        max(ledger_zh) as ledger_zh,
        max(owner) as owner
    from {{ ref('submission_calendar') }}
    group by ledger
),

department_years as (
    select distinct
        department_code,
        fiscal_year
    from current_files
),

files_of_years as (
    select
        department_code,
        fiscal_year,
        ledger,
        sum(rows_accepted) as rows_accepted,
        sum(rows_rejected) as rows_rejected,
        {{ dbt.listagg('file', "'、'", 'order by file') }} as file
    from current_files
    group by department_code, fiscal_year, ledger
),

parts as (
    select
        figure_id,
        valid_from,
        valid_to,
        figure_id as part
    from catalogue
    where numerator_figure is null
    {% for column in ['numerator_figure', 'denominator_figure'] %}
        union
        select
            figure_id,
            valid_from,
            valid_to,
            {{ column }} as part
        from catalogue
        where {{ column }} is not null
    {% endfor %}
),

needed as (
    select distinct
        parts.figure_id,
        department_years.fiscal_year,
        department_years.department_code,
        calendar_lines.ledger,
        calendar_lines.ledger_zh,
        calendar_lines.owner,
        department_years.fiscal_year + catalogue.ledger_year_offset as ledger_year
    from department_years
    inner join parts on {{ valid_in('department_years.fiscal_year', 'parts') }}
    inner join catalogue
        on
            parts.part = catalogue.figure_id
            and {{ valid_in('department_years.fiscal_year', 'catalogue') }}
    inner join calendar_lines
        on '|' || catalogue.source_ledgers || '|' like '%|' || calendar_lines.ledger || '|%'
),

covered as (
    select
        needed.figure_id,
        cast(needed.fiscal_year as integer) as fiscal_year,
        needed.department_code,
        needed.ledger,
        coalesce(ledger_coverage.kind_zh, '') as kind_zh,
        coalesce(ledger_coverage.period, cast(needed.ledger_year as string)) as period,
        coalesce(ledger_coverage.period_kind, 'year') as period_kind,
        coalesce(
            ledger_coverage.state,
            case when files_of_years.rows_accepted > 0 then 'landed' else 'not_owed' end
        ) as state,
        coalesce(ledger_coverage.is_lacking, false) as is_lacking,
        ledger_coverage.due_on,
        needed.ledger_zh,
        needed.owner,
        cast(coalesce(ledger_coverage.rows_accepted, files_of_years.rows_accepted, 0) as bigint) as rows_accepted,
        cast(coalesce(ledger_coverage.rows_rejected, files_of_years.rows_rejected, 0) as bigint) as rows_rejected,
        cast(coalesce(files_of_years.rows_accepted, 0) as bigint) as ledger_rows,
        -- A year before the calendar owes nothing; what came in all the same is told with its files.
        case when ledger_coverage.state is null then files_of_years.file else ledger_coverage.file end as file
    from needed
    left join ledger_coverage
        on
            needed.department_code = ledger_coverage.department_code
            and needed.ledger = ledger_coverage.ledger
            and needed.ledger_year = ledger_coverage.fiscal_year
    left join files_of_years
        on
            needed.department_code = files_of_years.department_code
            and needed.ledger = files_of_years.ledger
            and needed.ledger_year = files_of_years.fiscal_year
)

select
    covered.*,
    coverage_states.words_zh as state_zh,
    replace(
        replace(coverage_states.remedy_zh, '{file}', coalesce(covered.file, '')),
        '{due_on}',
        coalesce(cast(covered.due_on as string), '—')
    ) as remedy_zh
from covered
inner join coverage_states on covered.state = coverage_states.state
