"""Where a file states a money unit beside its header, and what that means for its amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from dagster_project.contracts import Contract
from dagster_project.ingestion.findings import FileFindings
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet_totals import FIRST_CELL
from dagster_project.ingestion.text_table import TextTable
from dagster_project.ingestion.units import other_units, unit_of_column, units_in

NUMBER = re.compile(r"[-+(]?[\d,.]+[)%]?")
MOST_NUMBERS = 0.2
"""Of the cells of a cover or a guide: dates and years; a sheet with more of them is a table with a unit of its own."""


@dataclass(frozen=True)
class SheetUnits:
    """The units of a table whose rows are landed as ``rows``, numbered by the column ``no``."""

    connection: duckdb.DuckDBPyConnection
    contract: Contract
    table: TextTable
    rows: str
    no: str

    @property
    def in_force(self) -> set[str]:
        """The units by which the amounts of the table are read; empty where it has none."""
        header = self.table.header
        money = (column.name for column in self.contract.columns if column.type == "money")
        read = {header.column_units.get(name, header.unit) for name in money if name in header.positions}
        return {unit for unit in read if unit is not None}

    def refuse_another(self, file: str, *, has_notes: bool) -> None:
        """The name of the file or of a sheet, or a note below the table, may state a unit: another one leaves a doubt.

        Args:
            file: the name of the file without its ending.
            has_notes: whether there are notes below the table.

        Raises:
            Refused: one of them names a unit by which no amount is read.
        """
        if not (units := self.in_force):
            return
        sheets = dict.fromkeys(part.sheet for part in self.table.places if part.sheet)
        texts: list[tuple[str, str, int | None]] = [
            ("文件名", file, None),
            *(("工作表", each, None) for each in sheets),
            *((f"工作表“{sheet}”{where}", text, None) for sheet, where, text in self.table.beside),
        ]
        if has_notes:
            query = f"select distinct _row, array_to_string(_raw, ' ') from {self.rows} where _status = 'footnote' order by 1"
            texts += [("说明", text, row) for row, text in self.connection.execute(query).fetchall()]
        for where, text, row in texts:
            if others := [each for line in text.splitlines() for each in other_units(line, units)]:
                self._refuse(where, text, others[0], row)
        for where, text, other in [*self._in_headers(units), *self._in_columns(units), *self._in_guides(units)]:
            self._refuse(where, text, other, None)

    def _in_headers(self, units: set[str]) -> Iterator[tuple[str, str, str]]:
        """Units stated in the row of the header itself, in a cell of no column."""
        for part in self.table.places:
            for text in part.header.extra.values():
                if others := [unit for unit in units_in(text) if unit not in units]:
                    yield "表头中的单元格", text, others[0]

    def _in_columns(self, units: set[str]) -> Iterator[tuple[str, str, str]]:
        """Columns of units and currencies that no column of the contract claims."""
        for header, words in {**self.table.unit_words, **self.table.tally.unit_words}.items():
            for word in sorted(words):
                if (unit := unit_of_column(word)) and unit not in units:
                    yield f"列“{header}”", word, unit

    def _in_guides(self, units: set[str]) -> Iterator[tuple[str, str, str]]:
        """Sheets of nothing but words, such as a cover: what they state holds where the table itself states nothing."""
        is_stated = any(
            part.header.column_units or any(row.verdict == "unit" for row in part.header.head)
            for part in self.table.places
        )
        for sheet, rows in self.table.unread if not is_stated else ():
            cells = [cell for row in rows for cell in row if cell]
            if sum(NUMBER.fullmatch(cell) is not None for cell in cells) > MOST_NUMBERS * len(cells):
                continue
            for cell in cells:
                if others := [unit for unit in units_in(cell) if unit not in units]:
                    yield f"工作表“{sheet}”", cell, others[0]

    def rows_of_another_unit(self, findings: FileFindings) -> dict[str, tuple[int, int]]:
        """The first row of each sheet that states another unit, by its number and its place in the sheet; each is told.

        Raises:
            Refused: such a row stands below all others, so that it means those above it.
        """
        if not (units := self.in_force):
            return {}
        unit_rows = self.connection.execute(
            f"""
            select {self.no}, _sheet, _row, array_to_string(_raw, ' '), {FIRST_CELL},
                {self.no} > (
                    select max(others.{self.no}) from {self.rows} as others
                    where others._sheet is not distinct from stated._sheet and _status in ('accepted', 'rejected')
                )
            from {self.rows} as stated where _status = 'unit' order by {self.no}
            """
        ).fetchall()
        found: dict[str, tuple[int, int]] = {}
        for number, sheet, row, text, first, is_last in unit_rows:
            stated = units_in(text)
            if sheet in found or (len(stated) == 1 and stated[0] in units):
                continue
            if is_last:
                self._refuse("表尾", first, "、".join(stated), row)
            found[sheet] = (number, row)
            findings.add("mixed_unit_row", sheet=sheet, row=row, value=first)
        return found

    def _refuse(self, where: str, text: str, other: str, row: int | None) -> None:
        used = "、".join(sorted(self.in_force))
        raise Refused(
            "ambiguous_unit", detail=f"金额按{used}读入,而{where}“{' '.join(text.split())}”写的是{other}", row=row
        )
