"""Which departments' rows break the checks that stop publishing: of a build that dbt broke off, and of rules before publishing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dagster_project.ingestion.sql import quoted
from dagster_project.quality.broken_rows import AGAIN, PLACE_IN_TEXT, RowNames
from dagster_project.quality.held_back import FaultRow
from dagster_project.quality.issue_checks import ERROR, IssueCheck, all_checks
from dagster_project.quality.issue_listing import OWN_COLUMNS
from dagster_project.quality.issue_places import places_sql
from dagster_project.quality.row_places import Place, columns_of
from dagster_project.quality.suites import SuiteResult

FILES = """(
    select submission_id, max_by(department_code, log_no) as department_code, max_by(ledger, log_no) as ledger,
        max_by(file, log_no) as file, max_by(fiscal_year, log_no) as fiscal_year
    from staging.stg_quality__submissions group by submission_id
)"""
LOOKED_AT = ("pass", "warn", "fail")
"""What dbt says of a test that it ran; the others waited for something that broke."""


@dataclass(frozen=True)
class AtFault:
    """What stops publishing: for each row that breaks a check the departments that it may be laid to, and rows in words.

    A set without departments is something that nobody in particular can mend.
    """

    departments: frozenset[frozenset[str]]
    rows: tuple[FaultRow, ...]


def departments_at_fault(
    names: RowNames,
    suites: Iterable[SuiteResult],
    manifest: Mapping[str, Any],
    run: Mapping[str, Any],
    shown: int,
) -> AtFault:
    """Lay everything that stops publishing to departments.

    Args:
        names: of the warehouse, which a build may have left half made.
        suites: what the rules before publishing found; none where it did not come to that.
        manifest: of dbt.
        run: dbt's results of the last build.
        shown: so many rows of a check and department are listed.
    """
    departments: set[frozenset[str]] = set()
    rows: list[FaultRow] = []
    ran = {"results": [one for one in run["results"] if one["status"] in LOOKED_AT]}
    checks = [check for check in all_checks(suites, manifest, ran, names) if check.severity == ERROR and check.sql]
    finder = _Finder(names, shown)
    for found in (
        *(finder.of_check(check) for check in checks),
        *(finder.of_message(one["message"]) for one in run["results"] if one["status"] == "error"),
    ):
        departments |= found.departments
        rows += found.rows
    return AtFault(frozenset(departments), tuple(rows))


class _Finder:
    def __init__(self, names: RowNames, shown: int):
        self._names, self._shown = names, shown
        self._run = names.connection.execute
        self._columns = columns_of(names.connection)

    def of_check(self, check: IssueCheck) -> AtFault:
        """Whose the rows of a check are: by their own department, by that of their file, or by the rows they were made from."""
        columns = self._names.columns(f"({check.sql})")
        order = ", ".join(map(quoted, columns))
        self._run(
            f"create or replace temp table broken as select row_number() over (order by {order}) as issue_no, * from ({check.sql})"
        )
        places = places_sql(columns, check.tables, self._names.tables, self._columns)
        self._run(
            "create or replace temp table places as "
            + (places or "select issue_no, '' as submission_id, '' as sheet, 0 as row_number from broken where false")
        )
        blamed = [
            f"select places.issue_no, files.department_code from places inner join {FILES} as files using (submission_id)"
        ]
        if "department_code" in columns:
            blamed.append("select issue_no, department_code from broken where department_code is not null")
        self._run(f"create or replace temp table blamed as {' union '.join(blamed)}")
        sets = self._run(
            """
            select distinct list(blamed.department_code order by blamed.department_code) filter (blamed.department_code is not null)
            from broken left join blamed using (issue_no) group by broken.issue_no
            """
        ).fetchall()
        return AtFault(frozenset(frozenset(found or ()) for (found,) in sets), tuple(self._rows(check, columns)))

    def of_message(self, message: str) -> AtFault:
        """Whose the rows are that an error of dbt names by their places: rows of a table that share its key."""
        places = [Place(submission, sheet, int(row)) for submission, sheet, row in PLACE_IN_TEXT.findall(message)]
        files = {identity: told for identity, *told in self._run(f"select * from {FILES}").fetchall()}
        error = " ".join(message.split()).rpartition("Invalid Input Error: ")[2]
        words = PLACE_IN_TEXT.sub("", error).rstrip(" ,")
        rows = []
        for place in places:
            if place.submission_id in files:
                department, ledger, file, year = files[place.submission_id]
                where = (place.submission_id, place.sheet, place.row_number)
                rows.append(FaultRow(department, year, ledger, file, *where, words, self._remedy(place, ())))
        return AtFault(frozenset({frozenset(row.department_code for row in rows)}), tuple(rows))

    def _rows(self, check: IssueCheck, columns: Sequence[str]) -> Iterable[FaultRow]:
        """The first rows of each department, with their first place."""
        found = self._run(
            f"""
            select blamed.department_code as blamed_department, count(*) over (partition by blamed.department_code) as all_rows,
                row_number() over (partition by blamed.department_code order by broken.issue_no) as place_in_department,
                first.place.submission_id as place_submission, first.place.sheet as place_sheet, first.place.row_number as place_row,
                files.ledger as place_ledger, files.file as place_file, files.fiscal_year as place_year, broken.* exclude (issue_no)
            from blamed
            inner join broken using (issue_no)
            left join (
                select issue_no, min(struct_pack(submission_id := submission_id, sheet := sheet, row_number := row_number)) as place
                from places group by issue_no
            ) as first using (issue_no)
            left join {FILES} as files on first.place.submission_id = files.submission_id
            qualify place_in_department <= {self._shown}
            order by blamed_department, place_in_department
            """
        )
        for department, total, number, submission, sheet, line, ledger, file, year, *cells in found.fetchall():
            row = dict(zip(columns, cells, strict=True))
            place = Place(submission, sheet or "", line) if submission else None
            told = {name: cell for name, cell in row.items() if name not in OWN_COLUMNS}
            key, values = self._names.cells(told, place, check.tables, check.columns)
            words = f"{check.rule}:{','.join(filter(None, (key, values)))}"
            if number == self._shown < total:
                words += f"(该规则共有 {total:,} 行不符,只列出前 {self._shown:,} 行)"
            own_year = row.get("fiscal_year")
            yield FaultRow(
                department,
                int(own_year) if own_year is not None else year,
                ledger or str(row.get("ledger") or ""),
                file or str(row.get("file") or ""),
                submission or "",
                sheet or "",
                line,
                re.sub(r"\s+", " ", words),
                self._remedy(place, check.tables),
            )

    def _remedy(self, place: Place | None, tables: Sequence[str]) -> str:
        if owner := self._names.owner(place):
            return f"请{owner}{AGAIN}"
        return f"请看 {self._names.tables_to_look_at(*tables)}" if tables else AGAIN
