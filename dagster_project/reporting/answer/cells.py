"""The rejected rows of a file as they were handed in: read once more from its original, with the columns that no contract claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.contracts import Column, Contract
from dagster_project.contracts.strict import Bilingual
from dagster_project.ingestion.answering import CHOICE, CODE, answer_contract, taken_header
from dagster_project.ingestion.drop import DroppedFile
from dagster_project.ingestion.fingerprint import fingerprint
from dagster_project.ingestion.header_names import normalise
from dagster_project.ingestion.land_file import fitting_table, with_names
from dagster_project.ingestion.row_notes import split_cells
from dagster_project.ingestion.sql import literal, literals
from dagster_project.ingestion.text_table import IRREGULAR, ROW, SHEET, SPREADSHEET_EPOCH, TextTable

EXTRA = "extra_"
GROUPED_VERDICTS = ("refused_sheet", "rows_above_header", "another_header")
"""Rows that were rejected together, with a whole sheet or table: they cannot be mended one by one."""
Place = tuple[str, int]
"""Sheet and row."""


@dataclass(frozen=True)
class Layout:
    """The columns of a file, from left to right: names (of the contract, or of columns of the department's own) with their headers.

    ``unit`` is the money unit that has to be stated above them, empty where there is none or each header says it.
    ``counts_from_1904`` says from which day the workbook counts its dates.
    """

    columns: Mapping[str, str]
    unit: str = ""
    counts_from_1904: bool = False


def layout_of(file: DroppedFile) -> tuple[Layout, Contract]:
    """How a file is laid out, and its contract with a text column for each of the department's own.

    Raises:
        Refused: the file cannot be read any more.
    """
    contract, seen = file.contract, fingerprint(file.path)
    chosen, table = fitting_table(file.path, contract, file.layouts, seen, file.elsewhere)
    header = table.header
    is_flat = chosen.is_plain and not table.parts
    own = _own_columns(header.extra, contract) if is_flat else {}
    texts = {
        name: header.texts[name]
        if is_flat and chosen.header_rows == 1
        else _header_of(contract.column(name), header.column_units)
        for name in sorted(header.positions, key=header.positions.__getitem__)
    }
    placed = {**{header.positions[name]: (name, text) for name, text in texts.items()}, **own}
    columns = dict(placed[place] for place in sorted(placed))
    columns |= {c.name: taken_header(c) for c in contract.columns if c.taken_from}
    money = [c.name for c in contract.columns if c.type == "money" and c.name in header.positions]
    needs_unit = header.unit and any(name not in header.column_units for name in money)
    extended = contract.model_copy(
        update={"columns": [*contract.columns, *(_text_column(name, text) for name, text in own.values())]}
    )
    from_1904 = table.serial_epoch != SPREADSHEET_EPOCH
    return Layout(columns, header.unit or "" if needs_unit else "", from_1904), extended


def rejected_cells(file: DroppedFile, contract: Contract, landed: Path) -> dict[Place, dict[str, str | None]]:
    """The cells of the rejected rows of a file that can be mended one by one, by place, in the order of the file.

    Args:
        file: its original.
        contract: with every column that is wanted.
        landed: the Parquet of its rows, which says which are rejected.
    """
    return _cells(file, contract, landed, f"split_part(landed._verdict, ':', 1) not in ({literals(GROUPED_VERDICTS)})")


def tried_cells(file: DroppedFile, landed: Path, rows: Sequence[int]) -> dict[int, dict[str, str | None]]:
    """The cells of rows of an answer, by row."""
    if not rows:
        return {}
    found = _cells(file, answer_contract(file.contract), landed, f"landed._row in ({', '.join(map(str, rows))})")
    return {row: {k: v for k, v in cells.items() if k not in (CHOICE, CODE)} for (_, row), cells in found.items()}


def _cells(file: DroppedFile, contract: Contract, landed: Path, where: str) -> dict[Place, dict[str, str | None]]:
    layout, table = fitting_table(file.path, contract, file.layouts, fingerprint(file.path), file.elsewhere)
    places = dict(table.header.positions)
    table = with_names(table, contract, file.name)
    names = list(table.header.positions)
    with duckdb.connect() as connection:
        rows = _rejected_rows(connection, table, names, landed, where)
    found = {}
    for sheet, row, irregular, *cells in rows:
        values: list[str | None] = list(cells)
        if irregular is not None and layout.format == "csv":
            values = _laid_out(split_cells(irregular, layout.delimiter), names, places)
        found[sheet or "", row] = dict(zip(names, values, strict=True))
    return found


def _rejected_rows(
    connection: duckdb.DuckDBPyConnection, table: TextTable, names: Sequence[str], landed: Path, where: str
) -> list[tuple[Any, ...]]:
    has_sheets = SHEET in table.own_columns
    same_sheet = f"and landed._sheet = handed.{SHEET}" if has_sheets else ""
    connection.register("cells", table.batches())
    return connection.execute(
        f"""
        select landed._sheet, landed._row, handed.{IRREGULAR}, {", ".join(f"handed.{name}" for name in names)}
        from {table.relation} as handed
        join read_parquet({literal(str(landed))}) as landed on landed._row = handed.{ROW} {same_sheet}
        where landed._status = 'rejected' and {where}
        order by landed._sheet, landed._row
        """
    ).fetchall()


def _laid_out(cells: Sequence[str], names: Sequence[str], places: Mapping[str, int]) -> list[str | None]:
    """The cells of a line that has too many or too few of them, from the left."""
    return [
        cells[places[name]].strip() or None if places.get(name, len(cells)) < len(cells) else None for name in names
    ]


def _own_columns(extra: Mapping[int, str], contract: Contract) -> dict[int, tuple[str, str]]:
    """The columns that no contract claims, by place; of two with one header the first."""
    taken = {normalise(header) for column in contract.columns for header in (*column.headers, *column.fallback_headers)}
    found = {}
    for place, text in extra.items():
        if (plain := normalise(text)) and plain not in taken:
            taken.add(plain)
            found[place] = (f"{EXTRA}{place}", text)
    return found


def _text_column(name: str, header: str) -> Column:
    return Column(name=name, headers=[header], type="text", description=Bilingual(zh=header, en=name.replace("_", " ")))


def _header_of(column: Column, units: Mapping[str, str]) -> str:
    """The header of a column where the file had more than one row of them: the name that the contract knows it by."""
    unit = units.get(column.name, "")
    header = column.headers[0]
    return f"{header}({unit})" if unit and unit not in header else header
