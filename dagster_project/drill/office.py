"""What faults can be planted into: the files of a drop that count in its last year, with their landed rows, after a clean night."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb

from dagster_project.contracts import Contract, load_contracts
from dagster_project.drill.paper import Paper, open_paper
from dagster_project.ingestion.drop import DroppedFile, scan_drop
from dagster_project.ingestion.proof import landed_path
from dagster_project.ingestion.sql import literal, named_rows
from dagster_project.ingestion.standing import in_force
from dagster_project.ingestion.submissions import LOG_NAME, Submission, SubmissionLog
from dagster_project.settings import Settings

Row = dict[str, Any]
PLACE = ("_sheet", "_row")


@dataclass(frozen=True)
class Handed:
    """A file of the drop as it counts: its entry in the log, and where it lies."""

    entry: Submission
    dropped: DroppedFile

    @property
    def name(self) -> str:
        """Its path below the drop."""
        return self.entry.file

    @property
    def contract(self) -> Contract:
        """The contract that claims it."""
        return self.dropped.contract

    def paper(self) -> Paper | None:
        """The file to be changed; None where it is no plain table."""
        return open_paper(self.dropped.path, self.contract, self.dropped.layouts, self.dropped.elsewhere)


class Office:
    """A drop and the warehouse that a clean night made of it.

    Args:
        settings: say where both are; nothing of them is changed.
    """

    def __init__(self, settings: Settings):
        self.settings = settings
        self.contracts = load_contracts(settings.contracts_dir)
        dropped, _ = scan_drop(settings.raw_dir, self.contracts)
        self._dropped = {(file.contract.ledger, file.name): file for file in dropped}
        self._rows: dict[tuple[str, str], list[Row]] = {}

    @cached_property
    def handed(self) -> list[Handed]:
        """The files in force, by ledger and name."""
        entries = in_force(SubmissionLog(self.settings.landing_dir / LOG_NAME).entries)
        found = [
            Handed(entry, self._dropped[entry.ledger, entry.file])
            for entry in entries
            if (entry.ledger, entry.file) in self._dropped
        ]
        return sorted(found, key=lambda each: (each.entry.ledger, each.name))

    @cached_property
    def year(self) -> int:
        """The last year that has figures, or files where nothing was built: there faults are to be found."""
        if not self.settings.warehouse_path.is_file():
            return max((each.entry.fiscal_year for each in self.handed), default=0)
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as connection:
            (year,) = connection.execute("select max(fiscal_year) from evaluation.figures").fetchone() or (0,)
        return int(year)

    @cached_property
    def counted(self) -> Collection[tuple[str, str, int]]:
        """Submission, sheet and row of everything that counts for a figure of that year; nothing where nothing was built."""
        if not self.settings.warehouse_path.is_file():
            return set()
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as connection:
            query = "select distinct submission_id, sheet, row_number from evaluation.evidence where fiscal_year = ?"
            return set(connection.execute(query, [self.year]).fetchall())

    def of_year(self, ledgers: Collection[str] = (), year: int | None = None) -> list[Handed]:
        """The files in force of a year, of these ledgers or of all."""
        wanted = self.year if year is None else year
        return [
            each for each in self.handed if each.entry.fiscal_year == wanted and _is_one(each.entry.ledger, ledgers)
        ]

    def rows(self, handed: Handed, where: str = "") -> list[Row]:
        """The accepted rows of a file that meet a condition in SQL, by sheet and row; ``_sheet`` and ``_row`` say where."""
        key = (handed.entry.submission_id, where)
        if key not in self._rows:
            path = landed_path(self.settings.landing_dir, handed.entry)
            with duckdb.connect() as connection:
                found = connection.execute(
                    f"select * from read_parquet({literal(str(path))}) "
                    f"where _status = 'accepted' {f'and ({where})' if where else ''} order by _sheet, _row"
                )
                self._rows[key] = named_rows(found)
        return self._rows[key]

    def counts(self, handed: Handed, row: Mapping[str, Any]) -> bool:
        """Whether a row counts for a figure."""
        return (handed.entry.submission_id, row["_sheet"] or "", row["_row"]) in self.counted


def _is_one(ledger: str, ledgers: Collection[str]) -> bool:
    return not ledgers or ledger in ledgers
