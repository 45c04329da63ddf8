"""Write a handed-in file by its contract: CSV, workbook or JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from dagster_project.contracts.model import Contract
from simulation.paper.cells import Cell, headers
from simulation.paper.handed_in import HandedFile, Sheet
from simulation.paper.pages import Line, lay_out
from simulation.paper.workbooks import write_workbook
from simulation.world.values import Value


def write_file(handed: HandedFile, contracts: Mapping[str, Contract], out: Path) -> None:
    """Write one file below ``out``.

    Raises:
        ValueError: if the path does not match the pattern of the layout, or the format cannot hold several sheets.
    """
    path = out / handed.path
    contracts = {sheet.ledger: _as_kept(contracts[sheet.ledger], sheet) for sheet in handed.sheets}
    layouts = [contracts[sheet.ledger].files[sheet.layout] for sheet in handed.sheets]
    for layout in layouts:
        if not Path(handed.path).match(layout.pattern):
            raise ValueError(f"{handed.path} does not match {layout.pattern}")
    path.parent.mkdir(parents=True, exist_ok=True)
    if layouts[0].format == "workbook":
        write_workbook(path, handed.sheets, contracts)
        return
    if len(handed.sheets) != 1:
        raise ValueError(f"{handed.path}: a {layouts[0].format} file has one sheet")
    sheet = handed.sheets[0]
    contract = contracts[sheet.ledger]
    if layouts[0].format == "csv":
        encoding = "utf-8-sig" if sheet.habits.has_byte_order_mark else layouts[0].encodings[0]
        with path.open("w", encoding=encoding, newline="") as stream:
            write_csv(stream, lay_out(contract, sheet, is_workbook=False))
    else:
        with path.open("w", encoding="utf-8", newline="\n") as stream:
            _write_jsonl(stream, contract, sheet)


def _as_kept(contract: Contract, sheet: Sheet) -> Contract:
    """The contract without the columns that the office does not keep: optional ones of which no row says anything."""
    rows = list(sheet.rows)
    told = {name for row in rows for name in row}
    kept = [column for column in contract.columns if column.required or not rows or column.name in told]
    return contract if len(kept) == len(contract.columns) else contract.model_copy(update={"columns": kept})


def write_csv(stream: io.TextIOBase, lines: Iterable[Line]) -> None:
    """Write lines as CSV with CRLF, quoting what has a comma in it."""
    csv.writer(stream, lineterminator="\r\n").writerows(_texts(line.cells) for line in lines)


def _texts(cells: list[Cell]) -> list[str]:
    return ["" if cell is None else str(cell) for cell in cells]


def _write_jsonl(stream: io.TextIOBase, contract: Contract, sheet: Sheet) -> None:
    keys = headers(contract.columns, sheet.habits.header_choice, ascii_keys=True)
    styles = sheet.habits.code_style_of
    names: dict[str, dict[str, str]] = {}
    for column in contract.columns:
        if column.codes and styles.get(column.name, sheet.habits.code_style) == "name":
            names[column.name] = {c.code: c.name_zh for c in contract.codes(column.codes)}
    plan = [(key, column.name, names.get(column.name)) for key, column in zip(keys, contract.columns, strict=True)]
    encode: Callable[[object], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for row in sheet.rows:
        record: dict[str, object] = {}
        for key, name, of_code in plan:
            value = row[name]
            if value is not None:  # the apps leave out what is not there yet
                record[key] = of_code[value] if of_code and isinstance(value, str) else _json_value(value)
        stream.write(encode(record) + "\n")


def _json_value(value: Value) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
