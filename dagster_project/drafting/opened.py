"""What an opened file is, whatever its format: sheets of text cells, the first rows as lists, the rest as columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pyarrow as pa

from dagster_project.ingestion.text_table import trimmed

HEAD_ROWS = 200
"""Rows looked at one by one, to find the header; all others are only looked at by column."""
ROW = "_row"

Cell = str | None
Format = Literal["csv", "workbook", "jsonl"]


class CannotOpen(ValueError):
    """A file that cannot be opened by any reader; the message says why, in Chinese."""


@dataclass(frozen=True)
class OpenedSheet:
    """One sheet: ``head`` are its first rows; ``below`` gives the rows below the first so many, ``c0`` to ``c<width-1>`` and ``_row``.

    ``keys`` are set where the cells come from JSON records: then there is no header row, and column ``n`` is the n-th key.
    ``merged`` are the first and the last (row, column) of merged cells, counted from 0.
    """

    name: str
    head: Sequence[Sequence[Cell]]
    below: Callable[[int, int], pa.Table]
    is_visible: bool = True
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenedFile:
    """A file and its sheets; a text file is one sheet without a name. ``notes`` is what a person should know, in Chinese."""

    path: Path
    format: Format
    sheets: Sequence[OpenedSheet]
    encoding: str | None = None
    delimiter: str | None = None
    records_path: str | None = None
    notes: list[str] = field(default_factory=list)


def columns_of_rows(rows: Sequence[Sequence[Cell]], width: int, first_row: int) -> pa.Table:
    """Rows as columns ``c0`` …, with ``_row`` counting from ``first_row``; short rows end in empty cells, long ones are cut."""
    padded = [tuple(row[:width]) + (None,) * (width - len(row)) for row in rows]
    columns = list(zip(*padded, strict=True)) if padded else [()] * width
    arrays = [trimmed(pa.array(column, pa.string())) for column in columns]
    numbers = pa.array(range(first_row, first_row + len(rows)), pa.int64())
    return pa.table([*arrays, numbers], names=[*[f"c{place}" for place in range(width)], ROW])


def trimmed_row(cells: Sequence[Cell]) -> list[Cell]:
    """A row with blanks taken off each cell; an empty cell is None."""
    return [(cell.strip() or None) if cell else None for cell in cells]
