"""Land a table that memory holds, alone or judged together with others that read alike: several short queries instead of one long stream."""

from __future__ import annotations

import os
from typing import Any

import pyarrow as pa

from dagster_project.ingestion.dates_sql import first_and_last_day
from dagster_project.ingestion.sheet import Sheet
from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.text_table import HEADS, PERIOD_DAYS, PLACE, SHEET
from dagster_project.ingestion.zone import PARQUET, SHEET_COLUMNS


class SmallSheet(Sheet):
    """The landing of a sheet that memory holds: its rows are a table until they are done, looked at first and then judged."""

    @property
    def _rows(self) -> str:
        return "landed"

    def _keep(self, query: str) -> None:
        self.connection.execute(f"create or replace temp table landed as {query}")

    def _put_in_place(self) -> None:
        left_out = f" exclude ({', '.join(SHEET_COLUMNS)})" if self.is_plain_in_sheets else ""
        self.connection.execute(f"copy (select *{left_out} from landed) to {literal(str(self.unfinished))} ({PARQUET})")
        os.replace(self.unfinished, self.target)

    def _stream(self) -> pa.RecordBatchReader:
        return self.table.batches()

    def _judge_rows(self) -> None:
        self.connection.execute(
            f"create or replace temp table looked_at as {self.checks.looked_at(self.table.relation)}"
        )
        self._keep(self._landed_rows("looked_at", self.checks.doubts(self.connection, "looked_at")))


class SheetOfSeveral(SmallSheet):
    """The landing of a small sheet whose rows were judged together with those of others that read alike (`together`).

    ``cells`` are its rows as text. ``judged`` holds the rows of all once they are judged, and ``place`` is its place there.
    """

    cells: pa.Table
    judged = ""
    place = 0

    def read(self) -> None:
        """Read the rows as text.

        Raises:
            Refused: they cannot be read.
        """
        with self.table.batches() as stream:
            self.cells = stream.read_all()

    @property
    def likeness(self) -> tuple[Any, ...]:
        """Sheets for which this is equal are judged by the same query."""
        return *self.checks.likeness, self.table.relation, self.cells.schema

    def cells_at(self, place: int) -> pa.Table:
        """The rows as text, with what the rows of several sheets have beside."""
        first, last = first_and_last_day(self.entry.period)
        beside = {
            PLACE: pa.scalar(place, pa.int32()),
            PERIOD_DAYS[0]: pa.scalar(first, pa.date32()),
            PERIOD_DAYS[1]: pa.scalar(last, pa.date32()),
            HEADS: pa.scalar(self.checks.heads, pa.list_(pa.string())),
        }
        cells = self.cells
        for name, value in beside.items():
            cells = cells.append_column(name, pa.repeat(value, cells.num_rows))
        return cells

    def _read_rows(self) -> None:
        sheet = "" if SHEET in self.table.own_columns else f", {literal(self.table.sheet)} as {SHEET}"
        own = f"{literal(self.entry.submission_id)} as _submission_id{sheet}"
        self._keep(f"select * exclude ({PLACE}) replace ({own}) from {self.judged} where {PLACE} = {self.place}")
