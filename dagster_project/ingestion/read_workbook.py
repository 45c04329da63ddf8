"""Read workbooks (xlsx, xlsm, xlsb, xls, ods): each cell as the text that the program which made it would show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.header import SEARCHED_ROWS, find_header
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.text_table import Header, TextTable, column_letter, text_schema, trimmed
from dagster_project.ingestion.workbook import Value, cell_text

BATCH_ROWS = 50_000


def read_workbook(path: Path, contract: Contract, layout: FileLayout, seen: Fingerprint) -> TextTable:
    """Open the sheet of a workbook that the contract names, or the only one that has its header.

    Raises:
        Refused: the file is no workbook, the sheet is missing, or no complete header was found.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        names = [layout.sheet] if layout.sheet else book.sheet_names
        if layout.sheet and layout.sheet not in book.sheet_names:
            raise Refused("missing_sheet", value=layout.sheet, detail="、".join(book.sheet_names))
        sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except (CalamineError, OSError, ValueError) as error:
        raise Refused("unreadable_file", detail=str(error) or type(error).__name__) from error
    refusals: list[Refused] = []
    for name, rows in sheets.items():
        try:
            header = find_header([[cell_text(v) for v in row] for row in rows[:SEARCHED_ROWS]], contract, layout)
        except Refused as refusal:
            refusal.sheet = name
            refusals.append(refusal)
            continue
        return _table(name, rows, header)
    raise refusals[0] if refusals else Refused("missing_sheet", detail="(空)")


def _table(sheet: str, rows: Sequence[Sequence[Value]], header: Header) -> TextTable:
    schema = text_schema(list(header.positions))

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(header.rows, len(rows), BATCH_ROWS):
            chunk = rows[start : start + BATCH_ROWS]
            columns = list(zip(*chunk, strict=True))
            arrays = [
                trimmed(pa.array(map(cell_text, columns[place]), pa.string())) for place in header.positions.values()
            ]
            numbers = pa.array(range(start + 1, start + len(chunk) + 1), pa.int64())
            yield pa.RecordBatch.from_arrays(
                [*arrays, numbers, *[pa.nulls(len(chunk), pa.string())] * 2], schema=schema
            )

    refs = {name: f"{column_letter(place)}列" for name, place in header.positions.items()}
    return TextTable(sheet, header, refs, lambda: pa.RecordBatchReader.from_batches(schema, batches()))
