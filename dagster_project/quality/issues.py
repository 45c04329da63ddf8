"""Data quality issues (疑点) of a warehouse: every row that breaks a check, what stands on it, and whether the office accepts it.

Written into the tables ``quality.checks``, ``issues``, ``issue_effects`` and ``acceptances`` when all checks have been made and
before anything is published, so that a version tells them itself. The same warehouse and acceptances give the same rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dagster_project.ingestion.sql import literal, literals, quoted
from dagster_project.quality.acceptances import Acceptance, read_acceptances
from dagster_project.quality.broken_rows import RowNames
from dagster_project.quality.issue_checks import (
    DOUBTS,
    HELD_BACK_FILE,
    HELD_BACK_ROW,
    INFO,
    MISSING_PERIOD,
    NOT_LOADED,
    WARNING,
    IssueCheck,
    all_checks,
)
from dagster_project.quality.issue_effects import EFFECTS, REST, STATES_OF_PLACES, WITHOUT
from dagster_project.quality.issue_listing import FIRST_PLACE, write_issues
from dagster_project.quality.issue_places import NUMBER_COLUMNS, places_sql
from dagster_project.quality.row_places import FIGURE_COLUMNS, columns_of
from dagster_project.quality.rules_table import tell_rules
from dagster_project.quality.severity_changes import IN_FORCE, last_day, read_changes
from dagster_project.quality.suites import SuiteResult

if TYPE_CHECKING:
    import duckdb

    from dagster_project.quality.held_back import Hold
    from dagster_project.quality.rule_catalogue import CatalogueRule
    from dagster_project.settings import Settings

FILES = """(
    select submission_id, max_by(file, log_no) as file, max_by(ledger, log_no) as ledger,
        max_by(department_code, log_no) as department_code, max_by(fiscal_year, log_no) as fiscal_year
    from quality.submissions group by submission_id
)"""


def tell_issues(
    settings: Settings,
    suites: Iterable[SuiteResult],
    manifest: Mapping[str, Any],
    run: Mapping[str, Any],
    as_of: str = "",
    holds: Sequence[Hold] = (),
    rules: Sequence[CatalogueRule] = (),
) -> None:
    """Find the issues of the warehouse and write them into it, with the catalogue of rules; what is there already stays untouched.

    Args:
        settings: where the warehouse, the log of submissions and accepted.csv are; how many rows of a check are listed.
        suites: what the rules before publishing found.
        manifest: of dbt.
        run: dbt's results of the last build.
        as_of: the moment that the build looks back at (ISO); empty where it does not.
        holds: the departments that the build holds back.
        rules: the catalogue of rules; none leaves its table as it is.
    """
    import duckdb

    with duckdb.connect(str(settings.warehouse_path)) as connection:
        names = RowNames(settings, manifest["nodes"], connection=connection)
        finder = IssueFinder(connection, settings, names, as_of, rules)
        found = finder.find(all_checks(suites, manifest, run, names, holds))
        write_issues(connection, names, found, settings.issue_rows, manifest)
        if rules:
            tell_rules(connection, rules, finder.changes, finder.changed, finder.made_for)


@dataclass(frozen=True)
class Found:
    """What was found: every check, the temporary table of the rows that break one, by its name, and what became of accepted.csv."""

    checks: tuple[IssueCheck, ...]
    rows: Mapping[str, str]
    acceptances: tuple[Mapping[str, Any], ...]


class IssueFinder:
    """Finds issues in one warehouse, in temporary tables of its connection, and writes them."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        settings: Settings,
        names: RowNames,
        as_of: str,
        rules: Sequence[CatalogueRule] = (),
    ):
        self._connection = connection
        self._names = names
        self._acceptances = read_acceptances(settings.raw_dir)
        self._as_of = dt.datetime.fromisoformat(as_of).date() if as_of else None
        self.made_for = self._as_of or last_day(connection)
        self.changes = read_changes(settings.dbt_project_dir / "seeds", rules, self.made_for)
        self.changed: dict[int, int] = {}
        self._columns = columns_of(connection)

    def find(self, checks: Sequence[IssueCheck]) -> Found:
        """Find all issues, their places, their acceptance and their effects."""
        self._connection.execute("set threads = 2")
        for statement in (
            """create or replace temp table all_issues (check_id varchar, issue_no bigint, state varchar, department_code varchar,
                fiscal_year integer, ledger varchar, file varchar, row_number bigint, keys varchar[], line_no bigint,
                severity varchar, severity_reason_zh varchar)""",
            """create or replace temp table all_places (
                check_id varchar, issue_no bigint, submission_id varchar, sheet varchar, row_number bigint)""",
        ):
            self._connection.execute(statement)
        rows = {check.check_id: f"broken_{number}" for number, check in enumerate(checks) if check.sql}
        for check in checks:
            if check.sql:
                self._find(check, rows[check.check_id])
        self._change_severities(INFO, WARNING, "open")
        told = self._accept({check.check_id for check in checks})
        self._change_severities(WARNING, INFO, "noted")
        for statement in (STATES_OF_PLACES, REST, WITHOUT):
            self._connection.execute(statement)
        self._connection.execute(f"create or replace temp table found_issue_effects as {EFFECTS}")
        return Found(tuple(checks), rows, tuple(told))

    def _change_severities(self, usual: str, severity: str, state: str) -> None:
        """Raise or lower the issues of a department, as the office decided; what it accepted stays accepted."""
        for line in self.changes:
            if (line.state, line.usual, line.severity) != (IN_FORCE, usual, severity):
                continue
            changed = self._connection.execute(
                f"""
                update all_issues set severity = {literal(severity)}, severity_reason_zh = {literal(line.text_zh)},
                    state = case state when 'accepted' then state else {literal(state)} end
                where check_id = {literal(line.rule_id)} and department_code = {literal(line.department)}
                """
            )
            self.changed[line.line_no] = changed.fetchall()[0][0]

    def _find(self, check: IssueCheck, broken: str) -> None:
        """Note the rows that break a check and the rows of files that they stand on."""
        run = self._connection.execute
        columns = self._names.columns(f"({check.sql})")
        order = ", ".join(map(quoted, columns))
        run(
            f"""
            create or replace temp table {broken} as
            select row_number() over (order by {order}) as issue_no, * from ({check.sql})
            """
        )
        run(f"create or replace temp view broken as from {broken}")
        # Of a missing period what is there is right; rows that are held back, or break with those, do not stand in doubt.
        is_absent = check.check_id in (MISSING_PERIOD, HELD_BACK_ROW)
        if places := "" if is_absent else places_sql(columns, check.tables, self._names.tables, self._columns):
            run(f"insert into all_places select {literal(check.check_id)}, * from ({places})")
        keys = [
            *self._names.key_of(columns, check.tables),
            *(c for c in (*NUMBER_COLUMNS, *FIGURE_COLUMNS) if c in columns),
        ]
        listed = ", ".join(f"cast(broken.{quoted(name)} as varchar)" for name in dict.fromkeys(keys))

        def own(name: str, kind: str) -> str:
            return f"cast(broken.{name} as {kind})" if name in columns else f"cast(null as {kind})"

        run(
            f"""
            insert into all_issues
            select
                {literal(check.check_id)}, broken.issue_no, '{"noted" if check.severity == INFO else "open"}',
                coalesce({own("department_code", "varchar")}, files.department_code),
                coalesce({own("fiscal_year", "integer")}, files.fiscal_year),
                coalesce(files.ledger, {own("ledger", "varchar")}), coalesce(files.file, {own("file", "varchar")}),
                coalesce(places.row_number, {own("row_number", "bigint")}), [{listed}]::varchar[], null, {literal(check.severity)}, null
            from broken
            left join (
                select issue_no, ({FIRST_PLACE}).submission_id as submission_id, ({FIRST_PLACE}).row_number as row_number
                from all_places where check_id = {literal(check.check_id)} group by issue_no
            ) as places on broken.issue_no = places.issue_no
            left join {FILES} as files on files.submission_id = coalesce(places.submission_id, {own("submission_id", "varchar")})
            """
        )

    def _accept(self, known: Collection[str]) -> list[dict[str, Any]]:
        """Mark what the office accepts; a line of accepted.csv that narrows more comes first. Rejected rows that no figure needs are told only."""
        run = self._connection.execute
        run(
            f"""
            update all_issues set state = 'noted'
            where check_id in ({", ".join(map(literal, (*NOT_LOADED, *DOUBTS)))}) and not exists (
                select 1 from evaluation.figure_definitions as definitions
                where '|' || definitions.source_ledgers || '|' like '%|' || all_issues.ledger || '|%'
            )
            """
        )
        told = []
        for line in sorted(self._acceptances, key=lambda each: (-_narrowness(each), each.line_no)):
            state, count, fault = line.state_at(self.made_for, self._as_of), 0, line.fault
            if state == "in_force":
                count = run(_accepting(line)).fetchall()[0][0]
            if state == "in_force" and not count:
                state = "unmatched"
                no_check = f"没有名为“{line.check}”的检查;检查名称见 quality.checks"
                fault = "没有这样的疑点" if line.check in known else no_check
            told.append(_told(line, state, count, fault))
        return told


def _narrowness(line: Acceptance) -> int:
    return sum(bool(part) for part in (line.key, line.file, line.row, line.department, line.year))


def _accepting(line: Acceptance) -> str:
    """The update that gives open issues to a line of accepted.csv. Values stand in its text: binding them loads half a second of imports."""
    conditions = [
        f"check_id = {literal(line.check)}",
        f"check_id not in ({literals((HELD_BACK_FILE, HELD_BACK_ROW))})",
        "state = 'open'",
    ]
    if line.department:
        conditions.append(f"department_code = {literal(line.department)}")
    if line.year:
        conditions.append(f"fiscal_year = {line.year}")
    if line.key:
        conditions.append(f"list_contains(keys, {literal(line.key)})")
    if line.file or line.row:
        named = [f"{{files}}file = {literal(line.file)}"] if line.file else []
        named += [f"{{rows}}row_number = {line.row}"] if line.row else []
        where = " and ".join(named)
        places = f"""
            select check_id, issue_no from all_places inner join {FILES} as files using (submission_id)
            where {where.format(files="files.", rows="all_places.")}
        """
        own = where.format(files="", rows="")
        conditions.append(f"((check_id, issue_no) in ({places}) or ({own}))")
    return f"update all_issues set state = 'accepted', line_no = {line.line_no} where {' and '.join(conditions)}"


def _told(line: Acceptance, state: str, count: int, fault: str) -> dict[str, Any]:
    """A row of ``quality.acceptances``."""
    return {
        "line_no": line.line_no,
        "check_id": line.check,
        "department_code": line.department or None,
        "fiscal_year": line.year,
        "key_text": line.key or None,
        "file": line.file or None,
        "row_number": line.row,
        "reason_zh": line.reason,
        "accepted_on": line.accepted_on,
        "accepted_by": line.accepted_by,
        "valid_until": line.until,
        "state": state,
        "issue_count": count,
        "fault_zh": fault or None,
    }
