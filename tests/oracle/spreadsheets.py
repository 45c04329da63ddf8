"""Workbooks as plain rows of text, read and changed with the standard library alone."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ElementTree.register_namespace("", MAIN[1:-1])
ElementTree.register_namespace("r", RELATION[1:].split("}")[0])


def _column(reference: str) -> int:
    number = 0
    for letter in re.match(r"[A-Z]+", reference)[0]:  # type: ignore[index]
        number = number * 26 + ord(letter) - 64
    return number - 1


def _reference(column: int, row: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _texts_of(element: ElementTree.Element) -> str:
    """The text of a string item, without the phonetic hints beside it."""
    parts = [node.text or "" for node in element.findall(f"{MAIN}t")]
    parts += [node.text or "" for run in element.findall(f"{MAIN}r") for node in run.findall(f"{MAIN}t")]
    return "".join(parts)


class Workbook:
    """An xlsx file: its sheets as rows of text, and a way to change cells in place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        shared = self.parts.get("xl/sharedStrings.xml")
        self.strings = [_texts_of(item) for item in ElementTree.fromstring(shared)] if shared else []
        targets = {
            relation.get("Id"): str(relation.get("Target")).removeprefix("/xl/")
            for relation in ElementTree.fromstring(self.parts["xl/_rels/workbook.xml.rels"])
        }
        sheets = ElementTree.fromstring(self.parts["xl/workbook.xml"]).find(f"{MAIN}sheets")
        assert sheets is not None
        self.sheets = {str(sheet.get("name")): f"xl/{targets[sheet.get(RELATION)]}" for sheet in sheets}
        self.trees: dict[str, ElementTree.Element] = {}
        self.lines: dict[str, dict[int, ElementTree.Element]] = {}

    def _tree(self, sheet: str) -> ElementTree.Element:
        if sheet not in self.trees:
            self.trees[sheet] = ElementTree.fromstring(self.parts[self.sheets[sheet]])
        return self.trees[sheet]

    def _value(self, cell: ElementTree.Element) -> str:
        inline, value = cell.find(f"{MAIN}is"), cell.find(f"{MAIN}v")
        if inline is not None:
            return _texts_of(inline)
        if value is None or value.text is None:
            return ""
        return self.strings[int(value.text)] if cell.get("t") == "s" else value.text

    def rows(self, sheet: str) -> list[list[str]]:
        """Every row of the sheet, blank ones too; a merged area holds its text in every cell."""
        tree = self._tree(sheet)
        found: dict[tuple[int, int], str] = {}
        for row in tree.iter(f"{MAIN}row"):
            for cell in row.findall(f"{MAIN}c"):
                found[int(str(row.get("r"))) - 1, _column(str(cell.get("r")))] = self._value(cell)
        for area in tree.iter(f"{MAIN}mergeCell"):
            first, last = str(area.get("ref")).split(":")
            top, bottom = (int(re.sub("[A-Z]", "", corner)) - 1 for corner in (first, last))
            for line in range(top, bottom + 1):
                for column in range(_column(first), _column(last) + 1):
                    found[line, column] = found.get((top, _column(first)), "")
        height = 1 + max((row for row, _ in found), default=-1)
        width = 1 + max((column for _, column in found), default=-1)
        return [[found.get((row, column), "") for column in range(width)] for row in range(height)]

    def _line(self, sheet: str, row: int) -> ElementTree.Element:
        """The element of a row, made where there is none."""
        data = self._tree(sheet).find(f"{MAIN}sheetData")
        assert data is not None
        if sheet not in self.lines:
            self.lines[sheet] = {int(str(line.get("r"))): line for line in data}
        lines = self.lines[sheet]
        if row + 1 not in lines:
            lines[row + 1] = ElementTree.Element(f"{MAIN}row", {"r": str(row + 1)})
            data[:] = [lines[number] for number in sorted(lines)]
        return lines[row + 1]

    def write(self, sheet: str, row: int, column: int, text: str) -> None:
        """Put a text into a cell; row and column count from 0."""
        line = self._line(sheet, row)
        cells = {_column(str(cell.get("r"))): cell for cell in line}
        cell = ElementTree.Element(f"{MAIN}c", {"r": _reference(column, row + 1), "t": "inlineStr"})
        ElementTree.SubElement(ElementTree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = text
        cells[column] = cell
        line[:] = [cells[number] for number in sorted(cells)]

    def remove(self, sheet: str, row: int) -> None:
        """Empty a row, as a person who presses the delete key."""
        self._line(sheet, row)[:] = []

    def save(self) -> None:
        """Write the changed workbook over the old one."""
        for sheet, tree in self.trees.items():
            self.parts[self.sheets[sheet]] = ElementTree.tostring(tree, encoding="utf-8", xml_declaration=True)
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)
