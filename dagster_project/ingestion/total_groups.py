"""Sums of the rows of a group, looked up by the name that a printed total bears: a project, a department, a month, a quarter."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

import duckdb

from dagster_project.contracts import DATE_TYPES, Column
from dagster_project.ingestion.named_months import months_named
from dagster_project.ingestion.sql import literal

HUNDREDTHS = 100
AROUND_NAME = re.compile(r"^[^::((]*(?:合计|小计|总计)[::((]?|[))]$")
"""What stands around the name of a group in the cell of the marker: 小计(会议费), 小计:会议费."""
BEHIND_NAME = re.compile(r"\s*(?:小\s*计|合\s*计|总\s*计|累\s*计|共\s*计)(?:数|金额)?(?:[((].*[))])?[::]?$")
"""What stands behind it: 会议费小计, 3月合计(元)."""
MONTH_MARK = "chr(0)"
IS_DATA = "_status in ('accepted', 'rejected')"
"""Rows that were rejected count where their number could be read."""
Sums = dict[tuple[str, str], int]


class Groups:
    """The sums of the rows of a group, looked up by the name that a subtotal row bears; asked only for totals that fit no place."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, rows: str, columns: Sequence[Column]):
        self._connection, self._rows = connection, rows
        self._columns = columns
        self._cells: dict[tuple[str, int], list[str]] = {}
        self._sums: dict[str, Sums] = {}
        self._totals: dict[str, int] = {}

    def sums_of(self, sheet: str, row: int, column: str) -> tuple[str, list[int]]:
        """The name of the group that a subtotal row bears, and the sums of its rows in hundredths, by each column that has such a name."""
        return self.sums_by(self._cells_of(sheet, row), column) if self._columns else ("", [])

    def total(self, column: str) -> int:
        """The sum of all rows of the file, in hundredths."""
        if column not in self._totals:
            query = (
                f"select coalesce(sum(cast({column} * {HUNDREDTHS} as hugeint)), 0) from {self._rows} where {IS_DATA}"
            )
            self._totals[column] = int(self._connection.execute(query).fetchall()[0][0])
        return self._totals[column]

    def sums_by(self, cells: Iterable[str], column: str) -> tuple[str, list[int]]:
        """The first of these texts that names a group, and the sums of its rows in hundredths, by each column that has such a name."""
        for cell in cells:
            sums = self._by_name(column)
            by_name = [total for (_, name), total in sums.items() if name == cell]
            by_month = _sums_of_months(sums, months_named(cell))
            if found := by_name or by_month:
                return cell, found
        return "", []

    def _cells_of(self, sheet: str, row: int) -> list[str]:
        if not self._cells:
            query = f"select _sheet, _row, _raw from {self._rows} where _status = 'subtotal'"
            for at_sheet, at_row, raw in self._connection.execute(query).fetchall():
                texts = [(cell or "").strip() for cell in raw or []]
                self._cells[at_sheet, at_row] = [name for text in texts if text for name in names_in(text)]
        return self._cells.get((sheet, row), [])

    def _by_name(self, amount: str) -> Sums:
        """The sums of a column by column and value, of every column that may group it; of days by their month, as a number of two digits."""
        if amount not in self._sums:
            names = {
                column.name: f"{MONTH_MARK} || month({column.name})"
                if column.type in DATE_TYPES
                else f"cast({column.name} as varchar)"
                for column in self._columns
            }
            parts = " union all ".join(
                f"select {literal(column)} as by, {sql} as name, sum(cast({amount} * {HUNDREDTHS} as hugeint)) as total "
                f"from {self._rows} where {IS_DATA} and {sql} is not null group by 2"
                for column, sql in names.items()
            )
            found = self._connection.execute(parts).fetchall()
            self._sums[amount] = {(by, name): int(total) for by, name, total in found if total is not None}
        return self._sums[amount]


def _sums_of_months(sums: Sums, months: Collection[int]) -> list[int]:
    """By each column of dates, the sum of these months; none where it has no day in them."""
    found: dict[str, int] = {}
    for (by, name), total in sums.items():
        if name.startswith("\0") and int(name[1:]) in months:
            found[by] = found.get(by, 0) + total
    return list(found.values())


def names_in(text: str) -> list[str]:
    """The names that a cell of a subtotal row may bear: itself, and what stands before or behind its marker."""
    inner = AROUND_NAME.sub("", AROUND_NAME.sub("", text).strip())
    outer = BEHIND_NAME.sub("", text).strip()
    return [name for name in dict.fromkeys((inner, outer)) if name]
