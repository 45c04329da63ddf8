"""Printed counts: 共 320 条, 记录数:320, 合计 320 笔. Whether a table has as many rows as it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from dagster_project.ingestion.header_names import normalise
from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.text_table import Part

COUNTED = "(?:条|笔|行)(?:记录|明细|数据)?"
"""Units that count rows and nothing else; 3 项 or 3 人 may be anything."""
MAY_COUNT = "(?:项|件|户|宗|张)"
"""Units that count rows where the whole cell says nothing but the count."""
BEFORE_COUNT = "(?:本[表页]|全表|以上|合计|小计|总计|总共|共计|共有|共)+[::]?"
CELL = re.compile(
    rf"[((]?(?:{BEFORE_COUNT}([0-9,]+)(?:{COUNTED}|{MAY_COUNT})|(?:总?记录条?数|总?条数|总?笔数)[::]?([0-9,]+)条?)[))]?(?:[。.;;,,].*)?"
)
IN_TITLE = re.compile(rf"[((]共计?([0-9,]+){COUNTED}[))]")
BARE = re.compile(rf"([0-9,]+){COUNTED}")
"""Beside the marker of a subtotal row."""


@dataclass(frozen=True)
class WrongCount:
    """A printed count that is not the number of rows of the table, nor of any part of it that it may be about."""

    sheet: str
    row: int
    said: int
    found: int


def count_in(cells: Iterable[str | None], *, is_title: bool = False, is_subtotal: bool = False) -> int | None:
    """The count that a row of notes prints, None where it prints none; the number of pages is none."""
    for cell in cells:
        text = normalise(cell or "")
        match = CELL.fullmatch(text) or (IN_TITLE.search(text) if is_title else None)
        match = match or (BARE.fullmatch(text) if is_subtotal else None)
        if match:
            digits = next((group for group in match.groups() if group), "").replace(",", "")
            return int(digits) if digits else None
    return None


def wrong_counts(
    connection: duckdb.DuckDBPyConnection, rows: str, number: str, parts: Iterable[Part], *, has_notes: bool
) -> Iterator[WrongCount]:
    """The printed counts that are neither the rows above, of the sheet, of the file, nor those since an earlier count.

    Args:
        connection: to the database that holds the rows.
        rows: the landed rows, as a relation; rejected rows are rows too.
        number: the column that orders them.
        parts: the tables of the file with their heads, in which titles may print a count.
        has_notes: whether there are subtotal or footnote rows.
    """
    said: dict[tuple[str, int], int] = {}
    for part in parts:
        for head in part.header.head:
            if (count := count_in(head.cells, is_title=True)) is not None:
                said[part.sheet, head.row] = count
    if has_notes:
        query = f"select _sheet, _row, _raw, _status from {rows} where _status in ('subtotal', 'footnote') order by {number}"
        for sheet, row, raw, status in connection.execute(query).fetchall():
            if (count := count_in(raw or [], is_subtotal=status == "subtotal")) is not None:
                said[sheet, row] = count
    if not said:
        return
    places = ", ".join(f"({literal(sheet)}, {row})" for sheet, row in said)
    found = connection.execute(
        f"""
        select * from (
            select
                _sheet, _row, sum(data) over (partition by _sheet order by {number}) as above,
                sum(data) over (partition by _sheet) as in_sheet, sum(data) over () as in_file
            from (select _sheet, _row, {number}, cast(_status in ('accepted', 'rejected') as integer) as data from {rows})
        ) where (_sheet, _row) in ({places}) order by _sheet, above, _row
        """
    ).fetchall()
    earlier: dict[str, list[int]] = {}
    for sheet, row, above, in_sheet, in_file in found:
        before = earlier.setdefault(sheet, [])
        fitting = {above, in_sheet, in_file, in_sheet - above, *(above - each for each in before)} - {0}
        if (count := said[sheet, row]) not in fitting and not (count == 0 and in_sheet == 0):
            nearest = min(fitting or {0}, key=lambda each: abs(each - count))
            yield WrongCount(sheet, row, count, int(nearest))
        before.append(above)
