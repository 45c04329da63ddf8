"""Rows that are no data: subtotals, footnotes, unit rows. How they are told apart, in Python for odd rows and in SQL for the rest."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from dagster_project.contracts import Contract
from dagster_project.ingestion.header import normalise
from dagster_project.ingestion.spellings import half_width
from dagster_project.ingestion.sql import literal, literals
from dagster_project.ingestion.units import UNIT_STATEMENT

NOTE_STATUSES = ("blank", "subtotal", "footnote", "unit", "label")
"""What a row is that is no data; `label` is a row of the head of a form."""


def judge_irregular(text: str, width: int, delimiter: str, contract: Contract, ends_mid_row: bool) -> str:
    """What a row is whose cells do not fit under the header: one of NOTE_STATUSES, or ``rule:detail``."""
    try:
        cells = next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        cells = [text]
    filled = [normalise(cell) for cell in cells if cell.strip()]
    if not filled:
        return "blank"
    if len(cells) < width and (status := note_status(filled, contract)):
        return status
    counts = f"应有 {width} 个单元格,实有 {len(cells)} 个"
    if len(cells) > width:
        return f"too_many_cells:{counts}"
    return f"truncated_row:{counts}" if ends_mid_row else f"too_few_cells:{counts}"


def note_status(filled: Sequence[str], contract: Contract) -> str | None:
    """What the marker in the first of these normalised cells makes of a row: one of NOTE_STATUSES, or None for data."""
    first = filled[0]
    if first.startswith(tuple(contract.subtotal_markers)):
        return "subtotal"
    if first.startswith(tuple(contract.footnote_markers)):
        return "footnote"
    return "unit" if UNIT_STATEMENT.search(first) else None


def may_be_note_sql(first: str, contract: Contract) -> str:
    """Whether the first cell of a row begins like a marker, as SQL."""
    starts, before, behind = _starts(contract)
    return f"not ({first} < {before} or {first} >= {behind}) and left({first}, 1) in ({starts})"


def note_status_sql(first: str, key_cells: Sequence[str], contract: Contract) -> str:
    """One of NOTE_STATUSES for a row by its first cell, else null, as SQL.

    A row is a note only where no key column has a value, apart from the cell with the marker itself.
    """
    starts, before, behind = _starts(contract)
    no_key = " and ".join(f"({cell} is null or {cell} = {first})" for cell in key_cells)
    text = f"regexp_replace({half_width(first)}, '\\s', '', 'g')"

    def begins(words: Sequence[str]) -> str:
        return f"regexp_matches({text}, {literal('^(' + '|'.join(map(re.escape, words)) + ')')})"

    return f"""case
        when {first} is null then 'blank'
        when {first} < {before} or {first} >= {behind} then null
        when left({first}, 1) not in ({starts}) or not ({no_key}) then null
        when {begins(contract.subtotal_markers)} then 'subtotal'
        when {begins(contract.footnote_markers)} then 'footnote'
        when regexp_matches({text}, {literal("^(金额)?" + UNIT_STATEMENT.pattern)}) then 'unit'
    end"""


def _starts(contract: Contract) -> tuple[str, str, str]:
    """The first letters of the markers, and texts that sort before and behind them all: most cells lie outside."""
    markers = [*contract.subtotal_markers, *contract.footnote_markers, "单位", "金额单位"]
    starts = sorted({marker[0] for marker in markers})
    return literals(starts), literal(starts[0]), literal(chr(ord(starts[-1]) + 1))
