"""Workbooks as other programs save them: changed in place, with everything else of the package kept, or written anew from the cells alone.

No spreadsheet program is at hand where the tests run. In place is what Excel and WPS do that keep parts they know; anew is the
worst that any program does: styles, comments, defined names and validations are gone, texts are shared, sheets keep name and visibility.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

import xlsxwriter
from python_calamine import CalamineWorkbook

Changes = Mapping[tuple[int, int], str | None]
"""Texts by row and column, from 1; None empties a cell."""
Program = Callable[[bytes, str, Changes], bytes]


def cells(content: bytes, sheet: str) -> list[list[str]]:
    """The texts of a sheet from A1 on."""
    book = CalamineWorkbook.from_object(io.BytesIO(content))
    return [[str(value) for value in row] for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]


def sheet_names(content: bytes) -> list[str]:
    """The names of all sheets."""
    return list(CalamineWorkbook.from_object(io.BytesIO(content)).sheet_names)


def in_place(content: bytes, sheet: str, changes: Changes) -> bytes:
    """The workbook with some cells changed in the part of one sheet; all else stays as it is."""
    part = f"xl/worksheets/sheet{sheet_names(content).index(sheet) + 1}.xml"
    copy = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                text = data.decode()
                for (row, column), value in changes.items():
                    text = _with_cell(text, f"{_letter(column)}{row}", value)
                data = text.encode()
            new.writestr(name, data)
    return copy.getvalue()


def anew(content: bytes, sheet: str, changes: Changes) -> bytes:
    """A workbook with the same texts, sheets and visibility, and nothing else of the old one; some cells changed."""
    book = CalamineWorkbook.from_object(io.BytesIO(content))
    hidden = {each.name for each in book.sheets_metadata if not str(each.visible).endswith(".Visible")}
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_numbers": False}) as fresh:
        for name in book.sheet_names:
            written = fresh.add_worksheet(name)
            if name in hidden:
                written.hide()
            own = dict(changes) if name == sheet else {}
            for row, texts in enumerate(cells(content, name), start=1):
                for column, text in enumerate(texts, start=1):
                    value = own.pop((row, column), text)
                    if value:
                        written.write_string(row - 1, column - 1, value)
            for (row, column), value in own.items():
                if value:
                    written.write_string(row - 1, column - 1, value)
    return stream.getvalue()


def _with_cell(text: str, address: str, value: str | None) -> str:
    found = re.search(rf'<c r="{address}"( s="\d+")?[^>]*?(/>|>.*?</c>)', text)
    assert found, f"no cell {address} in the sheet"
    style = found[1] or ""
    fresh = (
        f'<c r="{address}"{style} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        if value
        else (f'<c r="{address}"{style}/>')
    )
    return text[: found.start()] + fresh + text[found.end() :]


def _letter(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
