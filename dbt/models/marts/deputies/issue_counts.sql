-- Grain: one row per department, fiscal year and ledger, and one over the three ledgers (合计).
-- 件次 are reports as the ledgers have them; 件 are issues: reports that a ledger or a decision joins count once, also
-- along a chain. Proposals that nobody decided join nothing.
with recursive

{% set ledgers = [
    ('联络站群众意见', 'fct_station_feedback', 'feedback_no'),
    ('代表随手拍', 'fct_snapshot_cases', 'case_no'),
    ('代表建议', 'fct_suggestions', 'suggestion_no'),
] %}
reports as (
    {% for ledger, facts, number in ledgers %}
        {% if not loop.first %} union all {% endif %}
        select
            department_code,
            '{{ ledger }}' as ledger,
            '{{ ledger }}|' || {{ number }} as report_key,
            fiscal_year
        from {{ ref(facts) }}
    {% endfor %}
),

pairs as (
    select
        department_code,
        ledger || '|' || report_no as one,
        other_ledger || '|' || other_no as two,
        state
    from {{ ref('same_issues') }}
),

joined_both_ways as (
    select
        department_code,
        one,
        two
    from pairs
    where state = '同一事项'
    union all
    select
        department_code,
        two as one,
        one as two
    from pairs
    where state = '同一事项'
),

{{ reached_ctes('joined_both_ways') }},

issues as (
    select
        department_code,
        one as report_key,
        min(least(one, reached_key)) as issue_key
    from reached
    group by department_code, one
),

of_an_issue as (
    select
        reports.*,
        coalesce(issues.issue_key, reports.report_key) as issue_key
    from reports
    left join issues on reports.department_code = issues.department_code and reports.report_key = issues.report_key
),

undecided as (
    select
        department_code,
        fiscal_year,
        ledger,
        count(*) as pair_count
    from {{ ref('same_issues') }}
    where state = '待认定'
    group by department_code, fiscal_year, ledger
),

by_ledger as (
    select
        department_code,
        fiscal_year,
        ledger,
        count(*) as report_count,
        count(distinct issue_key) as issue_count
    from of_an_issue
    group by department_code, fiscal_year, ledger
    union all
    select
        department_code,
        fiscal_year,
        '合计' as ledger,
        count(*) as report_count,
        count(distinct issue_key) as issue_count
    from of_an_issue
    group by department_code, fiscal_year
)

select
    by_ledger.department_code,
    by_ledger.fiscal_year,
    by_ledger.ledger,
    cast(by_ledger.report_count as integer) as report_count,
    cast(by_ledger.issue_count as integer) as issue_count,
    cast(by_ledger.report_count - by_ledger.issue_count as integer) as repeated_count,
    cast(coalesce(sum(undecided.pair_count), 0) as integer) as undecided_pair_count
from by_ledger
left join undecided
    on
        by_ledger.department_code = undecided.department_code
        and by_ledger.fiscal_year = undecided.fiscal_year
        and by_ledger.ledger in (undecided.ledger, '合计')
group by
    by_ledger.department_code, by_ledger.fiscal_year, by_ledger.ledger, by_ledger.report_count, by_ledger.issue_count
