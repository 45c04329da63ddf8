"""One sheet of an .xlsx file in which cells are changed one by one; the other parts of the file stay byte for byte."""

from __future__ import annotations

import copy
import datetime as dt
import io
import re
import zipfile
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree

from dagster_project.drill.paper import GridPaper, Value, in_the_form_of
from dagster_project.ingestion.text_table import SPREADSHEET_EPOCH, column_letter

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
REFERENCE = re.compile(r"([A-Z]+)(\d+)")
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


class WorkbookPaper(GridPaper):
    """A sheet of a workbook."""

    def __init__(self, path: Path, sheet: str, places: Mapping[str, int], header_row: int, unit: str | None):
        super().__init__(sheet, places, header_row, unit)
        with zipfile.ZipFile(path) as book:
            self._parts = [(info, book.read(info)) for info in book.infolist()]
        contents = {info.filename: content for info, content in self._parts}
        self._name = _part_of(contents, sheet)
        self._root = etree.fromstring(contents[self._name], PARSER)
        self._data = self._root.find(_tag("sheetData"))
        self._texts = _shared_texts(contents.get("xl/sharedStrings.xml"))
        self._index()

    def _index(self) -> None:
        self._rows: dict[int, Any] = {int(row.get("r")): row for row in self._data}

    def cell(self, row: int, position: int) -> str:
        """What a cell holds, as a text; a day is its serial number."""
        cell = self._find(row, position)
        if cell is None:
            return ""
        if cell.get("t") == "inlineStr":
            return "".join(cell.itertext())
        value = cell.findtext(_tag("v")) or ""
        return self._texts[int(value)] if cell.get("t") == "s" else value

    def write(self, row: int, column: str, value: Value) -> None:
        """Put a value: a number where a number stood, a day where a day stood, else a text."""
        position = self._position(column)
        old, cell = self.cell(row, position), self._find(row, position)
        is_number = cell is not None and cell.get("t") in (None, "n") and _is_number(old)
        if is_number and isinstance(value, dt.date):
            self._set(row, position, str((value - SPREADSHEET_EPOCH).days), None)
        elif isinstance(value, Decimal) and (is_number or not old):
            self._set(row, position, f"{value:f}", None)
        else:
            self.put(row, position, in_the_form_of(old, value))

    def put(self, row: int, position: int, text: str) -> None:
        """Put a text, or what a spreadsheet program shows of a broken formula."""
        self._set(row, position, text, "e" if re.fullmatch(r"#[A-Z/0]+[!?A]", text) else "inlineStr")

    def shift(self, row: int, column: str, text: str) -> None:
        """Put one more cell before that of a column."""
        first = self._position(column)
        for cell in self._rows[row]:
            at = _position_of(cell.get("r"))
            if at >= first:
                cell.set("r", f"{column_letter(at + 1)}{row}")
        self.put(row, first, text)

    def remove(self, rows: Collection[int]) -> None:
        """Take rows out; those below and what is merged there move up."""
        gone = sorted(set(rows) & set(self._rows))
        for number in gone:
            self._data.remove(self._rows[number])
        self._renumber(lambda number: number - sum(1 for each in gone if each < number))

    def repeat(self, row: int, below: int) -> int:
        """Copy a row."""
        twin = copy.deepcopy(self._rows[row])
        self._renumber(lambda number: number + (number > below))
        _number(twin, below + 1)
        self._data.insert(self._data.index(self._rows[below]) + 1, twin)
        self._index()
        return below + 1

    @property
    def last_row(self) -> int:
        """The number of the last row that has any cell."""
        return max(self._rows)

    def content(self) -> bytes:
        """The file, with this one part written anew."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
            for info, content in self._parts:
                written = (
                    etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
                    if info.filename == self._name
                    else content
                )
                book.writestr(info, written)
        return stream.getvalue()

    def _find(self, row: int, position: int) -> Any:
        reference = f"{column_letter(position)}{row}"
        return next((cell for cell in self._rows.get(row, ()) if cell.get("r") == reference), None)

    def _set(self, row: int, position: int, text: str, kind: str | None) -> None:
        cell = self._find(row, position)
        if cell is None:
            cell = etree.Element(_tag("c"), r=f"{column_letter(position)}{row}")
            line = self._rows[row]
            line.insert(sum(1 for each in line if _position_of(each.get("r")) < position), cell)
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if not text:
            return
        if kind:
            cell.set("t", kind)
        if kind == "inlineStr":
            etree.SubElement(etree.SubElement(cell, _tag("is")), _tag("t")).text = text
        else:
            etree.SubElement(cell, _tag("v")).text = text

    def _renumber(self, of: Any) -> None:
        for row in self._data:
            _number(row, of(int(row.get("r"))))
        for merged in self._root.iter(_tag("mergeCell")):
            merged.set("ref", REFERENCE.sub(lambda m: f"{m[1]}{of(int(m[2]))}", merged.get("ref")))
        dimension = self._root.find(_tag("dimension"))
        if dimension is not None:
            dimension.set("ref", REFERENCE.sub(lambda m: f"{m[1]}{max(1, of(int(m[2])))}", dimension.get("ref")))
        self._index()


def _number(row: Any, number: int) -> None:
    row.set("r", str(number))
    for cell in row:
        cell.set("r", REFERENCE.sub(rf"\g<1>{number}", cell.get("r")))


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _position_of(reference: str) -> int:
    found = REFERENCE.match(reference)
    assert found
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _is_number(text: str) -> bool:
    try:
        Decimal(text)
    except InvalidOperation:
        return False
    return True


def _part_of(contents: Mapping[str, bytes], sheet: str) -> str:
    """The name of the part that holds a sheet."""
    book = etree.fromstring(contents["xl/workbook.xml"], PARSER)
    identity = next(each.get(RELATION) for each in book.iter(_tag("sheet")) if each.get("name") == sheet)
    relations = etree.fromstring(contents["xl/_rels/workbook.xml.rels"], PARSER)
    target = str(next(each.get("Target") for each in relations if each.get("Id") == identity))
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _shared_texts(content: bytes | None) -> list[str]:
    if content is None:
        return []
    items = etree.fromstring(content, PARSER).iter(_tag("si"))
    return ["".join(text.text or "" for text in item.iter(_tag("t"))) for item in items]
