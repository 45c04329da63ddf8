"""The tables ``quality.rules`` and ``quality.severity_changes``: the catalogue with how often each rule fired, and what was raised or lowered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dagster_project.ingestion.sql import literal
from dagster_project.quality.rule_catalogue import CatalogueRule
from dagster_project.quality.severity_changes import IN_FORCE, SeverityChange

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

RULES = """
    with received as (
        select submission_id, max(cast(received_at as date)) as received_on from quality.submissions group by submission_id
    ),
    fired as (
        select rule_id, count(*) as fired_count, max(received_on) as last_fired_on
        from quality.findings left join received using (submission_id) group by rule_id
        union all
        select check_id, issue_count, date {made_for} from quality.checks where issue_count > 0
        union all
        select rule_id, count(*), date {made_for} from marts.hand_in_calendar where state in ('迟报', '缺报') group by rule_id
    )
    select told_rules.*, coalesce(fired_count, 0) as fired_count, last_fired_on
    from told_rules left join fired using (rule_id)
"""
"""How often a rule of the door fired counts all submissions ever landed, since findings are kept of each; the others hold of the warehouse as it is."""


def tell_rules(
    connection: duckdb.DuckDBPyConnection,
    rules: Sequence[CatalogueRule],
    changes: Sequence[SeverityChange],
    changed: Mapping[int, int],
    made_for: dt.date,
) -> None:
    """Put the catalogue and the changes into the warehouse, each table where it differs from what is there.

    Args:
        connection: to the warehouse, in which the checks stand already.
        rules: the catalogue.
        changes: the lines of rule_severities.csv.
        changed: how many issues each line changed, by its number; findings are counted here.
        made_for: the day that the build is made for.
    """
    told = _table([_rule(rule, changes) for rule in rules])
    connection.register("told_rules", told)
    _replace(connection, "rules", RULES.format(made_for=literal(str(made_for))))
    connection.unregister("told_rules")
    if changes:
        findings = dict(_findings(connection))
        rows = [_change(line, changed.get(line.line_no, 0) + findings.get(_of(line), 0)) for line in changes]
        connection.register("told_changes", _table(rows))
        _replace(connection, "severity_changes", "select * from told_changes")
        connection.unregister("told_changes")
    else:
        connection.execute("delete from quality.severity_changes")


def _rule(rule: CatalogueRule, changes: Sequence[SeverityChange]) -> dict[str, Any]:
    of_ledger = rule.is_about_a_ledger
    told = [line.text_zh for line in changes if line.rule_id == rule.rule_id and line.state == IN_FORCE]
    return {
        "rule_id": rule.rule_id,
        "category": rule.scope,
        "severity": rule.severity,
        "ledger": rule.subject if of_ledger else None,
        "table_name": None if of_ledger else rule.subject,
        "column_name": rule.column,
        "message_zh": rule.message_zh,
        "message_en": rule.message_en,
        "remedy_zh": rule.remedy_zh,
        "owner_zh": rule.owner,
        "source": rule.reference,
        "valid_from": rule.valid_from,
        "valid_to": rule.valid_to,
        "changed_zh": ";".join(told),
    }


def _change(line: SeverityChange, count: int) -> dict[str, Any]:
    return {
        "line_no": line.line_no,
        "rule_id": line.rule_id,
        "department_code": line.department,
        "usual_severity": line.usual,
        "severity": line.severity,
        "reason_zh": line.reason,
        "decided_by": line.decided_by,
        "valid_from": line.valid_from,
        "valid_to": line.valid_to,
        "state": line.state,
        "changed_count": count if line.state == IN_FORCE else 0,
        "fault_zh": line.fault,
    }


def _of(line: SeverityChange) -> tuple[str, str]:
    return line.rule_id, line.department


def _findings(connection: duckdb.DuckDBPyConnection) -> list[tuple[tuple[str, str], int]]:
    """How many findings of landing a change has touched, by rule and department."""
    found = connection.execute(
        "select rule_id, department_code, count(*) from quality.findings where severity <> usual_severity group by all"
    ).fetchall()
    return [((rule_id, department), count) for rule_id, department, count in found]


def _table(rows: Sequence[Mapping[str, Any]]) -> Any:
    """The rows as Arrow columns, empty texts as nulls: thousands of values bound one by one would take a second."""
    import pyarrow as pa

    return pa.table({name: [row[name] if row[name] != "" else None for row in rows] for name in rows[0]})


def _replace(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    columns = ", ".join(row[0] for row in connection.execute(f"describe quality.{table}").fetchall())
    connection.execute(
        f"create or replace temp table fresh_{table} as select {columns} from ({query}) order by {columns.split(',')[0]}"
    )
    same = "count(*), bit_xor(hash(told))"
    fresh, there = (
        connection.execute(f"select {same} from (select {columns} from {each}) as told").fetchall()
        for each in (f"fresh_{table}", f"quality.{table}")
    )
    if fresh != there:
        connection.execute(f"delete from quality.{table}")
        connection.execute(f"insert into quality.{table} from fresh_{table}")
