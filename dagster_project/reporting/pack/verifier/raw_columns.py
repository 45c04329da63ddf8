"""The copies of a pack, and in which of their columns the amounts and dates of rows that count stand."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from dagster_project.reporting.pack.verifier.files import Pack
from dagster_project.reporting.pack.verifier.raw_files import NotRead, amounts, day_of, rows_of_file, to_cents

if TYPE_CHECKING:
    from dagster_project.reporting.pack.verifier.numbers import Row, Table

    Columns = dict[tuple[str, str], list[int]]


class RawCopies:
    """The copies of a pack by their hash, each sheet read once."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self.copies = {row["sha256"]: row for row in pack.table("files.csv") if row["copy"]}
        self._read: dict[tuple[str, str], dict[int, dict[int, str]]] = {}
        self.not_read: dict[str, str] = {}

    def sheet(self, row: Row) -> dict[int, dict[int, str]] | None:
        """All rows of the sheet that a row stands in; None where its file cannot be read here."""
        key = (row["sha256"], row["sheet"])
        if row["file"] in self.not_read or row["sha256"] not in self.copies:
            return None
        if key not in self._read:
            name = self.copies[row["sha256"]]["copy"]
            try:
                self._read[key] = rows_of_file(self._pack.read(name), name[name.rfind(".") :], row["sheet"])
            except NotRead as error:
                self.not_read[row["file"]] = str(error)
                return None
        return self._read[key]

    def cells(self, row: Row) -> dict[int, str]:
        """The cells of a row; none where the file cannot be read or has no such row."""
        return (self.sheet(row) or {}).get(int(row["row_number"]), {})


def date_columns(dates: dict[str, str], rows: Table, raw: RawCopies, most: int) -> Columns:
    """The columns of each sheet where the dates of facts stand: those where most of them do, by hash and sheet.

    With ``most`` 2, a second column for the facts whose date is not in the first: the later of the two is meant.
    """
    votes: dict[tuple[str, str], list[set[int]]] = {}
    for row in rows:
        if dates.get(row["fact_key"]):
            found = {place for place, text in raw.cells(row).items() if day_of(text) == dates[row["fact_key"]]}
            votes.setdefault((row["sha256"], row["sheet"]), []).append(found)
    return {sheet: columns for sheet, found_in in votes.items() for columns in [_elected(found_in, most)] if columns}


def amount_columns(rows: Table, raw: RawCopies) -> Columns:
    """The column of each sheet where the amounts of the rows of a figure stand: the one where most of them do."""
    votes: dict[tuple[str, str], list[set[int]]] = {}
    for row in rows:
        if row["measure"]:
            amount = to_cents(abs(Decimal(row["measure"])))
            found = {place for place, text in raw.cells(row).items() if amount in amounts([text])}
            votes.setdefault((row["sha256"], row["sheet"]), []).append(found)
    return {sheet: columns for sheet, found_in in votes.items() for columns in [_elected(found_in, 1)] if columns}


def _elected(found_in: list[set[int]], most: int) -> list[int]:
    """The column that most rows have in common, and a second one for the others; none where that is not even half of them."""
    chosen: list[int] = []
    left = found_in
    for _ in range(most):
        count = Counter(place for found in left for place in found)
        if count:
            best = min(count, key=lambda place, count=count: (-count[place], place))  # type: ignore[misc]
            chosen.append(best)
            left = [found for found in left if best not in found]
    return [] if 2 * len(left) > len(found_in) else chosen
