"""Issues as the tables of a version tell them: the first of each check in words, the counts of all checks, what is accepted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dagster_project.ingestion.sql import literal, literals
from dagster_project.quality.broken_rows import AGAIN, RowNames
from dagster_project.quality.issue_effects import OF_ISSUES
from dagster_project.quality.issue_texts import FEN_OF, effect_text, without_place
from dagster_project.quality.row_places import Place
from dagster_project.quality.statements import tell_statements

if TYPE_CHECKING:
    import duckdb

    from dagster_project.quality.issue_checks import IssueCheck
    from dagster_project.quality.issues import Found

TABLES = ("checks", "issues", "issue_effects", "acceptances")
SHOWN_FIGURES = 3
OWN_COLUMNS = ("department_code", "fiscal_year")
"""They stand in columns of their own, so that the key of an issue is what tells it apart within a department and year."""
OF_THE_ISSUE = (
    "state", "severity", "severity_reason_zh", "department_code", "fiscal_year", "ledger", "file", "row_number", "reason_zh",
)  # fmt: skip
TOLD = 13
"""So many columns stand before those of the row that breaks the check."""
FIRST_PLACE = "min(struct_pack(submission_id := submission_id, sheet := sheet, row_number := row_number))"


def write_issues(
    connection: duckdb.DuckDBPyConnection, names: RowNames, found: Found, kept: int, manifest: Mapping[str, Any]
) -> None:
    """Put what was found into the tables of the warehouse, each where it differs from what is there.

    Args:
        connection: in whose temporary tables `IssueFinder` left all issues.
        names: says rows in words.
        found: what it found.
        kept: so many issues of each check are listed, open ones first.
        manifest: of dbt.
    """
    _Lister(connection, names, found, kept).make_tables()
    tell_statements(connection, manifest)
    for table in TABLES:
        columns = ", ".join(_types(connection, table))
        fresh, there = f"select {columns} from found_{table}", f"select {columns} from quality.{table}"
        (differs,) = connection.execute(
            f"select exists (({fresh}) except all ({there})) or exists (({there}) except all ({fresh}))"
        ).fetchall()[0]
        if differs:
            connection.execute(f"delete from quality.{table}")
            connection.execute(f"insert into quality.{table} {fresh}")


def _types(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"describe quality.{table}").fetchall()}


class _Lister:
    def __init__(self, connection: duckdb.DuckDBPyConnection, names: RowNames, found: Found, kept: int):
        self._connection, self._names, self._found, self._kept = connection, names, found, kept

    def make_tables(self) -> None:
        """Make ``found_<table>`` for each table: the first issues of each check, and the counts of all checks."""
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
        self._make("acceptances", self._found.acceptances)
        effects = self._effect_texts()
        self._make("issues", [row for check in self._found.checks if check.sql for row in self._listed(check, effects)])
        counts = {
            row[0]: row[1:]
            for row in run(
                """
                select check_id, count(*), count(*) filter (state = 'open'), count(*) filter (state = 'accepted')
                from all_issues group by all
                """
            ).fetchall()
        }
        self._make(
            "checks", [self._counted(check, *counts.get(check.check_id, (0, 0, 0))) for check in self._found.checks]
        )

    def _make(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Make a temporary table like a published one; as one text, since binding many values one by one takes seconds."""
        types = _types(self._connection, table)
        content = json.dumps(list(rows), ensure_ascii=False, default=str)
        self._connection.execute(
            f"""
            create or replace temp table found_{table} as
            select unnest(from_json(?, {literal(json.dumps([types]))}), recursive := true)
            """,
            [content],
        )

    def _counted(self, check: IssueCheck, total: int, opened: int, accepted: int) -> dict[str, Any]:
        return {
            "check_id": check.check_id,
            "check_kind": check.kind,
            "subject": "、".join(check.tables),
            "rule_zh": check.rule,
            "severity": check.severity,
            "is_passed": total == 0,
            "issue_count": total,
            "open_count": opened,
            "accepted_count": accepted,
            "kept_count": min(total, self._kept),
            "remedy_zh": self._remedy(check, None) if total else None,
        }

    def _listed(self, check: IssueCheck, effects: Mapping[tuple[str, int], str]) -> list[dict[str, Any]]:
        cursor = self._connection.execute(
            f"""
            select kept.place, issues.state, issues.department_code, issues.fiscal_year, issues.ledger, issues.file, issues.row_number,
                issues.severity, issues.severity_reason_zh, acceptances.reason_zh, places.first, places.source_row_count, broken.*
            from kept_issues as kept
            inner join all_issues as issues using (check_id, issue_no)
            inner join {self._found.rows[check.check_id]} as broken on kept.issue_no = broken.issue_no
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
        names, rows = [column[0] for column in cursor.description], cursor.fetchall()
        listed = []
        for cells in rows:
            own = dict(zip(names[:TOLD], cells[:TOLD], strict=True))
            row = dict(zip(names[TOLD:], cells[TOLD:], strict=True))
            row = {name: cell for name, cell in row.items() if name not in OWN_COLUMNS}
            place = Place(**own["first"]) if own["first"] else None
            key, values = self._names.cells(row, place, check.tables, check.columns)
            if row.get("message_zh"):
                sheet = (place.sheet if place else row.get("sheet")) or ""
                key, values = "", without_place(str(row["message_zh"]), own["file"] or "", sheet)
            elif row.get("observed"):  # of a rule about the whole table, in words
                key, values = "", str(row["observed"])
            listed.append(
                {
                    "check_id": check.check_id,
                    "issue_no": own["place"],
                    **{name: own[name] for name in OF_THE_ISSUE},
                    "owner_zh": self._names.owner(place) or self._owner(own["ledger"]),
                    "submission_id": place.submission_id if place else row.get("submission_id"),
                    "sheet": place.sheet if place else row.get("sheet"),
                    "source_row_count": own["source_row_count"] or (1 if row.get("row_number") else 0),
                    "key_text": key or None,
                    "value_zh": values or None,
                    "effect_zh": effects.get((check.check_id, own["issue_no"])),
                    "remedy_zh": row.get("remedy_zh") or self._remedy(check, place),
                }
            )
        return listed

    def _owner(self, ledger: str | None) -> str | None:
        return self._names.owner_of_ledger(ledger) if ledger else None

    def _effect_texts(self) -> dict[tuple[str, int], str]:
        found: dict[tuple[str, int], list[Sequence[Any]]] = {}
        for check_id, issue_no, *effect in self._connection.execute(
            f"select * from ({OF_ISSUES}) order by check_id, issue_no, unit not in ({literals(FEN_OF)}), abs(share_pct) desc nulls last, figure_id, fiscal_year"
        ).fetchall():
            found.setdefault((check_id, issue_no), []).append(effect)
        texts = {}
        for issue, effects in found.items():
            shown = [
                effect_text(label, amount, unit, share)
                for _, label, unit, _, _, amount, share in effects[:SHOWN_FIGURES]
            ]
            more = f"等 {len(effects)} 个数字" if len(effects) > SHOWN_FIGURES else ""
            texts[issue] = "、".join(shown) + more
        return texts

    def _remedy(self, check: IssueCheck, place: Place | None) -> str:
        if check.remedy:
            return check.remedy
        owner = self._names.owner(place)
        if owner:
            return f"请{owner}{AGAIN}"
        return f"请看 {self._names.tables_to_look_at(*check.tables)}"
