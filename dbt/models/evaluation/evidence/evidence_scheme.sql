-- Grain: one row per figure and indicator of the scheme that counts for it.
-- The rows come from the scheme, not from a ledger.
with

figure_catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

scheme_years as (
    select * from {{ ref('evaluation_scheme_years') }}
    where not is_trial
),

scheme_groups as (
    select * from {{ ref('evaluation_groups') }}
),

scheme_indicators as (
    select * from {{ ref('evaluation_indicators') }}
),

departments as (
    select distinct
        department_code,
        fiscal_year
    from {{ ref('stg_quality__current_submissions') }}
),

scheme_rows as (
    select
        departments.department_code,
        departments.fiscal_year,
        scheme_groups.level1,
        scheme_groups.level2,
        scheme_indicators.level3,
        'scheme' as submission_id,
        scheme_indicators.scheme_id as sheet,
        cast(scheme_indicators.indicator_no as integer) as row_number
    from departments
    inner join scheme_years on departments.fiscal_year = scheme_years.fiscal_year
    inner join scheme_indicators on scheme_years.scheme_id = scheme_indicators.scheme_id
    inner join scheme_groups
        on
            scheme_indicators.scheme_id = scheme_groups.scheme_id
            and scheme_indicators.level2_no = scheme_groups.level2_no
)

{% for level in ['level1', 'level2', 'level3'] %}
    {% if not loop.first %} union all {% endif %}
    {{ evidence_of('scheme.' ~ level, 'scheme_rows', 'facts.' ~ level) }}
{% endfor %}
