-- Grain: one row per finding of landing about a submission that was received up to `as_of`.
-- seeds.rule_severities raises a note of a department to a warning, or lowers a warning to a note; what is not loaded
-- stays an error, whatever a line says. Of several lines in force the one that was decided last counts.
with

findings as (
    select
        *,
        {{ door_rule_id('ledger', 'column_name', 'rule') }} as rule_id
    from {{ ref('stg_quality__findings') }}
),

all_submissions as (
    select * from {{ ref('stg_quality__submissions') }}
),

submissions as (
    select distinct submission_id from all_submissions
),

built_for as (
    select {{ built_for_day('effective_at') }} as built_for_day from all_submissions
),

severity_lines as (
    select * from {{ ref('rule_severities') }}
),

changes as (
    select
        severity_lines.rule_id,
        severity_lines.department_code,
        severity_lines.severity,
        severity_lines.reason_zh,
        row_number() over (
            partition by severity_lines.rule_id, severity_lines.department_code
            order by severity_lines.valid_from desc, severity_lines.severity asc
        ) as place
    from severity_lines
    cross join built_for
    where
        built_for.built_for_day between severity_lines.valid_from and severity_lines.valid_to
        and severity_lines.severity in ('warning', 'info')
        and severity_lines.reason_zh is not null
        and severity_lines.decided_by is not null
)

select
    findings.submission_id,
    findings.ledger,
    findings.department_code,
    findings.period,
    findings.file,
    findings.sheet,
    findings.row_number,
    findings.column_name,
    findings.header,
    findings.column_ref,
    findings.value,
    findings.rule,
    findings.rule_id,
    case
        when findings.severity in ('warning', 'info') then coalesce(changes.severity, findings.severity)
        else findings.severity
    end as severity,
    findings.severity as usual_severity,
    case
        when findings.severity in ('warning', 'info') and changes.severity <> findings.severity then changes.reason_zh
    end as severity_reason_zh,
    findings.message_zh,
    findings.remedy_zh
from findings
inner join submissions on findings.submission_id = submissions.submission_id
left join changes
    on
        findings.rule_id = changes.rule_id
        and findings.department_code = changes.department_code
        and changes.place = 1
