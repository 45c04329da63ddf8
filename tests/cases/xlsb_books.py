"""Workbooks in the binary format xlsb, record by record: no program that writes them is at hand where the tests run."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ROW, REAL, TEXT, FORMULA_NUMBER = 0, 5, 6, 9
BEGIN_SHEET, END_SHEET, BEGIN_BOOK, END_BOOK, BEGIN_DATA, END_DATA = 129, 130, 131, 132, 145, 146
DIMENSION = 148
BEGIN_BUNDLE, END_BUNDLE, BUNDLE = 143, 144, 156
FONT, FORMAT_OF_CELLS, BEGIN_FORMATS, END_FORMATS = 43, 47, 617, 618
SHARED_TEXT, SHARED, RICH_TEXT, BEGIN_TEXTS, END_TEXTS = 7, 19, 62, 159, 160
BEGIN_FORMATS_OF_CONDITIONS, END_FORMATS_OF_CONDITIONS, FORMAT_OF_CONDITION, FORMAT_OF_CONDITION_14 = (
    505,
    506,
    507,
    1171,
)
BEGIN_CONDITIONS, END_CONDITIONS, BEGIN_RULE, END_RULE = 461, 462, 463, 464
BEGIN_CONDITIONS_14, END_CONDITIONS_14, BEGIN_RULE_14, END_RULE_14 = 1046, 1047, 1048, 1049
HEAD_AND_FOOT, COMMENT, COMMENT_TEXT = 479, 635, 637


@dataclass(frozen=True)
class Shared:
    """A cell whose text is in the part of shared texts."""

    number: int


def record(kind: int, data: bytes = b"") -> bytes:
    """One record: its kind and size, seven bits a byte, and what it holds."""
    name = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(data)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return name + size + data


def wide(text: str) -> bytes:
    """A text with its length before it."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def rich(text: str, *runs: tuple[int, int]) -> bytes:
    """A text in more than one font: where each stretch begins, and the number of its font."""
    each = b"".join(struct.pack("<HH", *run) for run in runs)
    return b"\x01" + wide(text) + struct.pack("<I", len(runs)) + each


def shared_texts(*texts: bytes) -> bytes:
    """The part of shared texts (see :func:`rich`)."""
    head = record(BEGIN_TEXTS, struct.pack("<II", len(texts), len(texts)))
    return head + b"".join(record(SHARED, text) for text in texts) + record(END_TEXTS)


def cell(column: int, value: Any, formula: bool = False, style: int = 0) -> bytes:
    """A number, a text, a text in several fonts (see :func:`rich`) or a shared one; a number may be the stored result of a formula."""
    place = struct.pack("<II", column, style)
    if isinstance(value, bytes):
        return record(RICH_TEXT, place + value)
    if isinstance(value, Shared):
        return record(SHARED_TEXT, place + struct.pack("<I", value.number))
    if isinstance(value, str):
        return record(TEXT, place + wide(value))
    if formula:
        # flags, a formula of one byte count and two tokens: 1 and its end
        return record(FORMULA_NUMBER, place + struct.pack("<dHI", float(value), 0, 3) + b"\x1e\x01\x00" + bytes(4))
    return record(REAL, place + struct.pack("<d", float(value)))


def styles(*is_struck: bool) -> bytes:
    """The part of styles: one style of cells for each, with a font that strikes the text out or not."""
    data = b"".join(
        record(FONT, struct.pack("<HHHH", 220, 0x08 * struck, 400, 0) + bytes(13) + wide("宋体"))
        for struck in is_struck
    )
    each = b"".join(
        record(FORMAT_OF_CELLS, struct.pack("<HHH", 0, 0, font) + bytes(10)) for font in range(len(is_struck))
    )
    return data + record(BEGIN_FORMATS, struct.pack("<I", len(is_struck))) + each + record(END_FORMATS)


def formats_of_conditions(*is_struck: bool) -> bytes:
    """The formats of conditions, behind the styles of cells: each sets the weight of the font, and strikes it out or not."""
    each = b""
    for struck in is_struck:
        properties = struct.pack("<HHH", 25, 6, 700) + (struct.pack("<HHB", 29, 5, 1) if struck else b"")
        each += record(FORMAT_OF_CONDITION, struct.pack("<HHH", 0x8000, 0, 1 + struck) + properties)
    head = record(BEGIN_FORMATS_OF_CONDITIONS, struct.pack("<I", len(is_struck)))
    return head + each + record(END_FORMATS_OF_CONDITIONS)


def condition(cells: tuple[int, int, int, int], number: int, *, is_later: bool = False) -> bytes:
    """A condition that always holds on some cells (first and last row, first and last column, from 0), with the number of its format.

    ``is_later`` writes it as Excel 2010 and later do where it reads other sheets.
    """
    true = struct.pack("<I", 2) + b"\x1d\x01" + struct.pack("<I", 0)
    ranges = struct.pack("<I4I", 1, *cells)
    fields = struct.pack("<IIIiI", 2, 1, number, 1, 0) + struct.pack("<IIH", 0, 0, 0) + struct.pack("<III", 2, 0, 0)
    if not is_later:
        begin = record(BEGIN_CONDITIONS, struct.pack("<II", 1, 0) + ranges)
        rule = record(BEGIN_RULE, fields + struct.pack("<I", 0xFFFF_FFFF) + true) + record(END_RULE)
        return begin + rule + record(END_CONDITIONS)
    begin = record(BEGIN_CONDITIONS_14, struct.pack("<III", 2, 1, 2) + ranges + struct.pack("<II", 1, 0))
    formulas = struct.pack("<III", 4, 1, 0) + struct.pack("<II", 2, 0) + b"\x1d\x01"
    rule = formulas + fields + bytes(4) + bytes(16) + bytes(4) + struct.pack("<I", 0xFFFF_FFFF)
    return begin + record(BEGIN_RULE_14, rule) + record(END_RULE_14) + record(END_CONDITIONS_14)


def sheet(
    rows: Sequence[Sequence[Any]],
    formulas: frozenset[tuple[int, int]] = frozenset(),
    tail: bytes = b"",
    styled: Mapping[tuple[int, int], int] | None = None,
) -> bytes:
    """A worksheet.

    ``formulas`` are the places, from 0, of numbers that are results; ``tail`` goes behind the cells; ``styled`` are the
    styles of cells that have another than the first.
    """
    width = max(map(len, rows), default=1)
    data = record(BEGIN_SHEET) + record(DIMENSION, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1))
    data += record(BEGIN_DATA)
    for number, row in enumerate(rows):
        data += record(ROW, struct.pack("<IIH", number, 0, 300) + bytes(7))
        data += b"".join(
            cell(place, value, (number, place) in formulas, (styled or {}).get((number, place), 0))
            for place, value in enumerate(row)
            if value is not None
        )
    return data + record(END_DATA) + tail + record(END_SHEET)


def links(*targets: tuple[str, str]) -> bytes:
    """The links of a part: kind and target of each, rId1 and on."""
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{each}</Relationships>'.encode()


def xlsb(
    sheets: Mapping[str, bytes],
    parts: Mapping[str, bytes] | None = None,
    book_links: Sequence[tuple[str, str]] = (),
) -> bytes:
    """A workbook of these worksheets (see :func:`sheet`); ``parts`` and links of the workbook may be added."""
    book = record(BEGIN_BOOK) + record(BEGIN_BUNDLE)
    targets = []
    held = {}
    for number, (name, content) in enumerate(sheets.items(), 1):
        book += record(BUNDLE, struct.pack("<II", 0, number) + wide(f"rId{number}") + wide(name))
        targets.append(("worksheet", f"worksheets/sheet{number}.bin"))
        held[f"xl/worksheets/sheet{number}.bin"] = content
    held["xl/workbook.bin"] = book + record(END_BUNDLE) + record(END_BOOK)
    held["xl/_rels/workbook.bin.rels"] = links(*targets, *book_links)
    held["_rels/.rels"] = links(("officeDocument", "xl/workbook.bin"))
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.bin" ContentType="application/vnd.ms-excel.worksheet"/>'
        for n in range(1, len(sheets) + 1)
    )
    main = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    held["[Content_Types].xml"] = (
        f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="bin" ContentType="{main}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>'
    ).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (held | dict(parts or {})).items():
            archive.writestr(name, content)
    return stream.getvalue()
