"""What the totals of one table say: subtotals and printed counts, sheets that sum it up, what the sender said, percentages that may be shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb

from dagster_project.contracts import Column, Contract
from dagster_project.ingestion.control import Control, controlled
from dagster_project.ingestion.findings import FileFindings
from dagster_project.ingestion.printed_counts import wrong_counts
from dagster_project.ingestion.row_notes import FIRST_CELL
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.summary_sheets import wrong_summaries
from dagster_project.ingestion.text_table import Note, TextTable
from dagster_project.ingestion.total_groups import Groups
from dagster_project.ingestion.totals import is_carried, wrong_totals
from dagster_project.ingestion.units import UNIT_IN_YUAN

HAS_DIGITS, NUMBER_LIKE = "[0-9\uff10-\uff19]", "^[-+]?[0-9,.]+$"
"""What a cell looks like that should be a number."""
LEAST_SHARES = 3
"""Fewer numbers than these may all be below one per cent by chance."""
REFUSED_FOR = {
    "total_differs": "total_refused",
    "summary_differs": "total_refused",
    "printed_count_differs": "count_refused",
}
"""What a file is refused for where its contract says that wrong totals refuse it."""


@dataclass
class SheetTotals:
    """The totals of the landed rows of one table; ``present`` are its columns, ``rows`` the relation that holds them."""

    connection: duckdb.DuckDBPyConnection
    contract: Contract
    table: TextTable
    present: Sequence[Column]
    findings: FileFindings
    rows: str

    @property
    def number(self) -> str:
        """The column that orders the rows."""
        return self.table.number

    def tell(self, counts: Mapping[str, int], control: Control) -> None:
        """Tell of every total that does not agree.

        Raises:
            Refused: one does not, and the contract says that the file is refused for it.
        """
        self._tell_of_shares()
        if counts.get("subtotal"):
            self._tell_of_subtotals()
        if counts.get("subtotal") or (counts.get("footnote") and self._is_carried()):
            self._tell_of_wrong_totals()
        if self.table.unread:
            self._tell_of_summaries()
        self._tell_of_counts(counts)
        self._tell_of_control(control, counts.get("accepted", 0))

    def _tell_of_control(self, control: Control, accepted: int) -> None:
        """Compare what the sender said of the file with what was accepted of it."""
        if control.rows is None and self.contract.row_count == "required":
            self.findings.add("row_count_missing")
        if control.rows is not None and control.rows != accepted:
            self.findings.add("control_rows_differ", value=f"{control.rows:,}", detail=f"{accepted:,}")
        amount = controlled(self.present)
        if control.total is None or amount is None:
            return
        query = f"select coalesce(sum({amount.name}), 0) from {self.rows} where _status = 'accepted'"
        ((total,),) = self.connection.execute(query).fetchall()
        if total != control.total:
            self.findings.add("control_total_differs", value=f"{control.total:,}", detail=f"{total:,}")

    def _tell_of_subtotals(self) -> None:
        self.findings.add_query(
            "sheet, row_number, value, rule",
            f"select _sheet, _row, {FIRST_CELL}, 'subtotal_row' from {self.rows} where _status = 'subtotal'",
        )
        self._tell_of_unread_totals()

    def _is_carried(self) -> bool:
        """Whether an amount is carried from page to page."""
        marker = f"coalesce({FIRST_CELL}, '')"
        query = f"select 1 from {self.rows} where {is_carried(marker)} limit 1"
        return bool(self.connection.execute(query).fetchall())

    def _tell_of_wrong_totals(self) -> None:
        """Hold subtotals, and what is carried from page to page, against the rows."""
        tolerances = {
            name: UNIT_IN_YUAN[unit or "元"] * self.contract.totals_tolerance for name, unit in self._units.items()
        }
        tolerances |= {c.name: 0 for c in self._counts_of_things}
        marker = f"coalesce({FIRST_CELL}, '')"
        for wrong in wrong_totals(self.connection, self.rows, self.number, marker, tolerances, self._groups):
            unit = " 元" if wrong.column in self._units else ""
            self._tell_or_refuse(
                Note("total_differs", f"{wrong.amount:,.2f}{unit}" if unit else f"{wrong.amount:,.0f}",
                     wrong.in_words(unit), wrong.sheet, wrong.row), wrong.column,
            )  # fmt: skip

    def _tell_of_unread_totals(self) -> None:
        """A total with digits that are no amount or number of its column cannot be held against its rows.

        In a column of numbers that are no money a text is a marker (共12行), and nothing else is told.
        """
        looks = dict.fromkeys((c.name for c in self._counts_of_things), NUMBER_LIKE) | dict.fromkeys(
            self._units, HAS_DIGITS
        )
        found = [
            f"""
            select _sheet, _row, {literal(name)}, trim(_raw[{self._places[name]}]), 'total_unread' from {self.rows}
            where _status = 'subtotal' and {name} is null and regexp_matches(trim(_raw[{self._places[name]}]), '{look}')
            """
            for name, look in looks.items()
        ]
        if found:
            self.findings.add_query("sheet, row_number, column_name, value, rule", " union all ".join(found))

    @property
    def _places(self) -> dict[str, int]:
        """Where the cells of columns stand in what is kept of a row that is no data, from 1."""
        positions = self.table.header.positions
        return {name: place for place, name in enumerate(sorted(positions, key=positions.__getitem__), start=1)}

    def _tell_of_shares(self) -> None:
        """A column of percentages in which no number is above one may hold shares: 0.31 for 31 %."""
        for column in (c for c in self.present if c.type == "decimal" and c.percent):
            name = column.name
            found = self.connection.execute(
                f"""
                select count(*), max({name}), min({name}), first({name}) filter ({name} not in (0, 1)) from {self.rows}
                where _status = 'accepted' and {name} is not null
                """
            ).fetchall()
            ((count, most, least, example),) = found
            if count >= LEAST_SHARES and example is not None and most <= 1 and least >= 0:
                header = self.table.header.texts[name]
                shown = f"{example:f}".rstrip("0").rstrip(".")
                self.findings.add("percent_as_share", column=name, header=header, value=f"{count:,}", detail=shown)

    def _tell_of_summaries(self) -> None:
        """Hold sheets that sum up the rows against them."""
        money = [c for c in self.present if c.name in self._units]
        columns = [*money, *self._counts_of_things]
        tolerance = self.contract.totals_tolerance
        for wrong in wrong_summaries(self.table.unread, columns, self._units, self._groups, tolerance):
            unit = " 元" if wrong.column in self._units else ""
            shown, expected = (
                f"{number:,.2f}{unit}" if unit else f"{number:,.0f}" for number in (wrong.amount, wrong.expected)
            )
            of = f"“{wrong.group}”各行" if wrong.group else "全部明细行"
            self._tell_or_refuse(
                Note("summary_differs", shown, f"{of}合计 {expected}", wrong.sheet, wrong.row), wrong.column
            )

    @property
    def _units(self) -> dict[str, str | None]:
        """The units of the columns of money, by name."""
        header = self.table.header
        return {c.name: header.column_units.get(c.name, header.unit) for c in self.present if c.type == "money"}

    @property
    def _counts_of_things(self) -> list[Column]:
        return [c for c in self.present if c.type == "integer" and c.name not in self.contract.key]

    @cached_property
    def _groups(self) -> Groups:
        """The sums of the groups of rows whose names totals may bear."""
        names = [c for c in self.present if c.type in ("text", "code", "date", "month") and not c.personal]
        return Groups(self.connection, self.rows, names)

    def _tell_of_counts(self, counts: Mapping[str, int]) -> None:
        has_notes = bool(counts.get("subtotal") or counts.get("footnote"))
        for wrong in wrong_counts(self.connection, self.rows, self.number, self.table.places, has_notes=has_notes):
            off = f"{'少' if wrong.found < wrong.said else '多'} {abs(wrong.said - wrong.found):,} 行"
            self._tell_or_refuse(
                Note("printed_count_differs", f"{wrong.said:,}", f"{wrong.found:,} 行,{off}", wrong.sheet, wrong.row)
            )

    def _tell_or_refuse(self, note: Note, column: str | None = None) -> None:
        """Tell of a total or count that does not agree, or refuse the file for it, as its contract says."""
        header = self.table.header.texts.get(column or "", "")
        if self.contract.wrong_totals == "refuse":
            rule = REFUSED_FOR[note.rule]
            raise Refused(rule, value=header + note.value, detail=note.detail, sheet=note.sheet or "", row=note.row)
        self.findings.add(
            note.rule,
            sheet=note.sheet,
            row=note.row,
            column=column,
            header=header,
            value=note.value,
            detail=note.detail,
        )
