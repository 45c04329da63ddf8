"""What is handed in: files with sheets of plain rows, and the habits of whoever fills them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from dagster_project.contracts import Contract
from dagster_project.ingestion.receipt import rows_of_file, sheet_of
from simulation.world.organisation import DEPARTMENT
from simulation.world.values import Row

CodeStyle = Literal["code", "name", "pair"]
DateForm = Literal["iso", "slash", "dot", "compact", "chinese", "cell"]
Unit = Literal["元", "万元"]


@dataclass(frozen=True)
class Group:
    """A merged cell above the column names, from one contract column to another."""

    text: str
    first: str
    last: str


@dataclass(frozen=True)
class Habits:
    """How one person fills in one sheet.

    ``..._every`` counts data rows (0: never). ``subtotal_by`` names the column whose change closes a group with a
    subtotal row. ``header_choice`` takes the n-th header text the contract knows, or the last there is.
    ``date_forms`` take turns by row. ``has_byte_order_mark`` is for UTF-8 text as spreadsheets save it. In forms ``label_ending`` stands behind each label, equal cells of the columns
    ``merged_down`` become one, and the sheets are named after the column ``sheet_named_by`` (or the first of the key).
    """

    title: str | None = None
    unit: Unit = "元"
    has_unit_row: bool = False
    groups: Sequence[Group] = ()
    header_choice: int = 0
    code_style: CodeStyle = "pair"
    code_style_of: Mapping[str, CodeStyle] = field(default_factory=dict)
    date_forms: Sequence[DateForm] = ("iso",)
    indented_column: str | None = None
    nil_text: str | None = None
    nil_columns: Sequence[str] = ()
    subtotal_by: str | None = None
    has_total_row: bool = False
    footnotes: Sequence[str] = ()
    blank_row_every: int = 0
    thousands_every: int = 0
    fullwidth_every: int = 0
    has_parentheses: bool = False
    has_byte_order_mark: bool = False
    label_ending: str = ""
    merged_down: Sequence[str] = ()
    sheet_named_by: str | None = None


@dataclass(frozen=True)
class Sheet:
    """Plain rows of one ledger, in the order they are written; ``layout`` counts the contract's layouts from 0."""

    ledger: str
    rows: Sequence[Row]
    habits: Habits
    layout: int = 0


@dataclass(frozen=True)
class HandedFile:
    """One file as a department hands it in; ``path`` is relative to the landing folder, with slashes."""

    path: str
    period: str
    received_at: datetime
    sheets: Sequence[Sheet]
    department: str = DEPARTMENT
    row_count: str = ""
    """What received.csv says of its rows, of a workbook of several ledgers by sheet; empty: nothing."""


def registered(file: HandedFile, contracts: Mapping[str, Contract]) -> HandedFile:
    """A file without its rows: what received.csv says of it, with their number where the contract of the ledger asks for it."""
    counted: dict[str, int] = {}
    for sheet in file.sheets:
        if contracts[sheet.ledger].row_count == "required":
            name = sheet_of(contracts[sheet.ledger])
            counted[name] = counted.get(name, 0) + len(sheet.rows)
    is_one_list = len({sheet.ledger for sheet in file.sheets}) == 1
    return replace(file, sheets=(), row_count=rows_of_file(counted, is_one_list=is_one_list))
