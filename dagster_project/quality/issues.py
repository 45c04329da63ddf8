"""Data quality issues (疑点) of a warehouse: every row that breaks a check, what stands on it, and whether the office accepts it.

Written into the tables ``quality.checks``, ``issues``, ``issue_effects`` and ``acceptances`` when all checks have been made and
before anything is published, so that a version tells them itself. The same warehouse and acceptances give the same rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dagster_project.ingestion.sql import literal, quoted
from dagster_project.quality.acceptances import Acceptance, read_acceptances
from dagster_project.quality.broken_rows import AGAIN, RowNames
from dagster_project.quality.issue_checks import INFO, NOT_LOADED, IssueCheck, all_checks
from dagster_project.quality.issue_effects import EFFECTS, OF_ISSUES, REST, STATES_OF_PLACES, WITHOUT
from dagster_project.quality.issue_places import NUMBER_COLUMNS, places_sql
from dagster_project.quality.issue_texts import effect_text
from dagster_project.quality.row_places import FIGURE_COLUMNS, Place
from dagster_project.quality.statements import tell_statements
from dagster_project.quality.suites import SuiteResult

if TYPE_CHECKING:
    import duckdb

    from dagster_project.settings import Settings

TABLES = ("checks", "issues", "issue_effects", "acceptances")
SHOWN_FIGURES = 3
FIRST_PLACE = "min(struct_pack(submission_id := submission_id, sheet := sheet, row_number := row_number))"
FILES = """(
    select submission_id, max_by(file, log_no) as file, max_by(ledger, log_no) as ledger,
        max_by(department_code, log_no) as department_code, max_by(fiscal_year, log_no) as fiscal_year
    from quality.submissions group by submission_id
)"""


def tell_issues(
    settings: Settings, suites: Iterable[SuiteResult], manifest: Mapping[str, Any], run: Mapping[str, Any]
) -> None:
    """Find the issues of the warehouse and write them into it; what is there already stays untouched.

    Args:
        settings: where the warehouse, the log of submissions and accepted.csv are; how many rows of a check are listed.
        suites: what the rules before publishing found.
        manifest: of dbt.
        run: dbt's results of the last build.
    """
    import duckdb

    with duckdb.connect(str(settings.warehouse_path)) as connection:
        finder = IssueFinder(connection, settings, manifest, run)
        finder.find(suites)
        finder.write()


class IssueFinder:
    """Finds issues in one warehouse, in temporary tables of its connection, and writes them."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        settings: Settings,
        manifest: Mapping[str, Any],
        run: Mapping[str, Any],
    ):
        self._connection = connection
        self._names = RowNames(settings, manifest["nodes"], connection=connection)
        self._manifest, self._run = manifest, run
        self._kept = settings.issue_rows
        self._acceptances = read_acceptances(settings.raw_dir)
        self._as_of, self._made_for = self._moments()
        self._columns: dict[str, set[str]] = {}
        for table, column in connection.execute(
            "select table_schema || '.' || table_name, column_name from information_schema.columns"
        ).fetchall():
            self._columns.setdefault(table, set()).add(column)

    def find(self, suites: Iterable[SuiteResult]) -> None:
        """Find all issues, their places, their acceptance and their effects."""
        self._connection.execute("set threads = 2")
        for statement in (
            """create or replace temp table all_issues (check_id varchar, issue_no bigint, state varchar, department_code varchar,
                fiscal_year integer, ledger varchar, file varchar, row_number bigint, keys varchar[], line_no bigint)""",
            """create or replace temp table all_places (
                check_id varchar, issue_no bigint, submission_id varchar, sheet varchar, row_number bigint)""",
        ):
            self._connection.execute(statement)
        self._checks = all_checks(suites, self._manifest, self._run, self._names)
        self._rows: dict[str, str] = {}
        for number, check in enumerate(check for check in self._checks if check.sql):
            self._find(check, f"broken_{number}")
        self._accept()
        for statement in (STATES_OF_PLACES, REST, WITHOUT):
            self._connection.execute(statement)
        self._connection.execute(f"create or replace temp table found_issue_effects as {EFFECTS}")
        self._list()

    def write(self) -> None:
        """Put what was found into the tables of the warehouse, each where it differs from what is there."""
        tell_statements(self._connection, self._manifest)
        for table in TABLES:
            found = f"select * from found_{table}"
            there = f"select * from quality.{table}"
            columns = [row[0] for row in self._connection.execute(f"describe quality.{table}").fetchall()]
            found = f"select {', '.join(columns)} from found_{table}"
            (differs,) = self._connection.execute(
                f"select exists (({found}) except all ({there})) or exists (({there}) except all ({found}))"
            ).fetchall()[0]
            if differs:
                self._connection.execute(f"delete from quality.{table}")
                self._connection.execute(f"insert into quality.{table} {found}")

    def _moments(self) -> tuple[dt.date | None, dt.date]:
        """The day that the build looks back at, if it does, and the day that it is made for: that of the last hand-in."""
        noted = "schema_name = 'building' and table_name = 'as_of'"
        as_of = None
        if self._connection.execute(f"select 1 from duckdb_tables() where {noted}").fetchall():
            as_of = self._connection.execute("select cast(max(as_of)::timestamp as date) from building.as_of").fetchall()[0][0]
        last = self._connection.execute("select cast(max(received_at) as date) from quality.submissions").fetchall()[0][0]
        return as_of, as_of or last or dt.date.min

    def _find(self, check: IssueCheck, broken: str) -> None:
        """Note the rows that break a check and the rows of files that they stand on."""
        run = self._connection.execute
        run(f"create or replace temp table {broken} as select row_number() over () as issue_no, * from (select * from ({check.sql}) order by all)")
        columns = [row[0] for row in run(f"describe {broken}").fetchall()][1:]
        self._rows[check.check_id] = broken
        run(f"create or replace temp view broken as from {broken}")
        if places := places_sql(columns, check.tables, self._names.tables, self._columns):
            run(f"insert into all_places select {literal(check.check_id)}, * from ({places})")
        keys = [*self._names.key_of(columns, check.tables), *(c for c in (*NUMBER_COLUMNS, *FIGURE_COLUMNS) if c in columns)]
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
                coalesce(places.row_number, {own("row_number", "bigint")}), [{listed}]::varchar[], null
            from broken
            left join (
                select issue_no, ({FIRST_PLACE}).submission_id as submission_id, ({FIRST_PLACE}).row_number as row_number
                from all_places where check_id = {literal(check.check_id)} group by issue_no
            ) as places on broken.issue_no = places.issue_no
            left join {FILES} as files on files.submission_id = coalesce(places.submission_id, {own("submission_id", "varchar")})
            """
        )

    def _accept(self) -> None:
        """Mark what the office accepts; a line of accepted.csv that narrows more comes first. Rejected rows that no figure needs are told only."""
        run = self._connection.execute
        run(
            f"""
            update all_issues set state = 'noted'
            where check_id in ({', '.join(map(literal, NOT_LOADED))}) and not exists (
                select 1 from evaluation.figure_definitions as definitions
                where '|' || definitions.source_ledgers || '|' like '%|' || all_issues.ledger || '|%'
            )
            """
        )
        run(
            """create or replace temp table found_acceptances (line_no bigint, check_id varchar, department_code varchar, fiscal_year integer,
                key_text varchar, file varchar, row_number bigint, reason_zh varchar, accepted_on date, accepted_by varchar,
                valid_until date, state varchar, issue_count bigint, fault_zh varchar)"""
        )
        known = {check.check_id for check in self._checks}
        for line in sorted(self._acceptances, key=lambda each: (-_narrowness(each), each.line_no)):
            state, count, fault = line.state_at(self._made_for, self._as_of), 0, line.fault
            if state == "in_force":
                run(*_accepting(line))
                count = run("select count(*) from all_issues where line_no = ?", [line.line_no]).fetchall()[0][0]
                if not count:
                    state = "unmatched"
                    fault = "没有这样的疑点" if line.check in known else f"没有名为“{line.check}”的检查;检查名称见 quality.checks"
            run(
                "insert into found_acceptances values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    line.line_no, line.check, line.department or None, line.year, line.key or None, line.file or None, line.row,
                    line.reason, line.accepted_on, line.accepted_by, line.until, state, count, fault or None,
                ],
            )  # fmt: skip

    def _list(self) -> None:
        """The first issues of each check, open ones first, and the counts of all checks."""
        run = self._connection.execute
        run(
            f"""
            create or replace temp table kept_issues as
            select check_id, issue_no, row_number() over (
                partition by check_id order by case state when 'open' then 0 when 'accepted' then 1 else 2 end, issue_no
            ) as place
            from all_issues qualify place <= {self._kept}
            """
        )
        run("create or replace temp table found_issues as select * from quality.issues limit 0")
        effects = self._effect_texts()
        for check in self._checks:
            if check.sql:
                self._list_check(check, effects)
        counts = {row[0]: row[1:] for row in run(
            """select check_id, count(*), count(*) filter (state = 'open'), count(*) filter (state = 'accepted') from all_issues group by all"""
        ).fetchall()}  # fmt: skip
        run("create or replace temp table found_checks as select * from quality.checks limit 0")
        for check in self._checks:
            total, opened, accepted = counts.get(check.check_id, (0, 0, 0))
            run(
                "insert into found_checks values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    check.check_id, check.kind, "、".join(check.tables), check.rule, check.severity, total == 0, total, opened,
                    accepted, min(total, self._kept), self._remedy(check, None) if total else None,
                ],
            )  # fmt: skip

    def _list_check(self, check: IssueCheck, effects: Mapping[tuple[str, int], str]) -> None:
        cursor = self._connection.execute(
            f"""
            select kept.place, issues.state, issues.department_code, issues.fiscal_year, issues.ledger, issues.file, issues.row_number,
                acceptances.reason_zh, places.first, places.source_row_count, broken.*
            from kept_issues as kept
            inner join all_issues as issues using (check_id, issue_no)
            inner join {self._rows[check.check_id]} as broken on kept.issue_no = broken.issue_no
            left join found_acceptances as acceptances on issues.line_no = acceptances.line_no
            left join (
                select check_id, issue_no, count(*) as source_row_count, {FIRST_PLACE} as first
                from all_places group by all
            ) as places on kept.check_id = places.check_id and kept.issue_no = places.issue_no
            where kept.check_id = ?
            order by kept.place
            """,
            [check.check_id],
        )
        names = [column[0] for column in cursor.description]
        listed = []
        for place_no, state, department, year, ledger, file, row_number, reason, first, count, number, *cells in cursor.fetchall():
            row = dict(zip(names[11:], cells, strict=True))
            place = Place(**first) if first else None
            key, values = self._names.cells(row, place, check.tables, check.columns)
            if row.get("message_zh"):
                key, values = "", str(row["message_zh"])
            listed.append([
                check.check_id, place_no, state, department, year, ledger, self._names.owner(place) or self._owner_of(ledger),
                place.submission_id if place else row.get("submission_id"), file, place.sheet if place else row.get("sheet"),
                row_number, count or (1 if row.get("row_number") else 0), key or None, values or None,
                effects.get((check.check_id, number)), reason, row.get("remedy_zh") or self._remedy(check, place),
            ])  # fmt: skip
        if listed:
            self._connection.executemany(f"insert into found_issues values ({', '.join('?' * 17)})", listed)

    def _effect_texts(self) -> dict[tuple[str, int], str]:
        found: dict[tuple[str, int], list[Sequence[Any]]] = {}
        for check_id, issue_no, *effect in self._connection.execute(
            f"select * from ({OF_ISSUES}) order by check_id, issue_no, abs(share_pct) desc nulls last, figure_id, fiscal_year"
        ).fetchall():
            found.setdefault((check_id, issue_no), []).append(effect)
        texts = {}
        for issue, effects in found.items():
            shown = [effect_text(label, amount, unit, share) for _, label, unit, _, _, amount, share in effects[:SHOWN_FIGURES]]
            more = f"等 {len(effects)} 个数字" if len(effects) > SHOWN_FIGURES else ""
            texts[issue] = "、".join(shown) + more
        return texts

    def _owner_of(self, ledger: str | None) -> str | None:
        return self._names.owner_of_ledger(ledger) if ledger else None

    def _remedy(self, check: IssueCheck, place: Place | None) -> str:
        if check.remedy:
            return check.remedy
        owner = self._names.owner(place)
        if owner:
            return f"请{owner}{AGAIN}"
        return f"请看 {self._names.tables_to_look_at(*check.tables)}"


def _narrowness(line: Acceptance) -> int:
    return sum(bool(part) for part in (line.key, line.file, line.row, line.department, line.year))


def _accepting(line: Acceptance) -> tuple[str, list[Any]]:
    """The update that gives open issues to a line of accepted.csv."""
    conditions = ["check_id = ?", "state = 'open'"]
    values: list[Any] = [line.check]
    for value, condition in (
        (line.department, "department_code = ?"),
        (line.year, "fiscal_year = ?"),
        (line.key, "list_contains(keys, ?)"),
    ):
        if value:
            conditions.append(condition)
            values.append(value)
    if line.file or line.row:
        places = "select check_id, issue_no from all_places inner join quality.submissions using (submission_id) where true"
        if line.file:
            places += " and file = ?"
            values.append(line.file)
        if line.row:
            places += " and all_places.row_number = ?"
            values.append(line.row)
        own = " and ".join(c for c, v in (("file = ?", line.file), ("row_number = ?", line.row)) if v)
        conditions.append(f"((check_id, issue_no) in ({places}) or ({own}))")
        values += [value for value in (line.file, line.row) if value]
    where = " and ".join(conditions)
    return f"update all_issues set state = 'accepted', line_no = {line.line_no} where {where}", values
