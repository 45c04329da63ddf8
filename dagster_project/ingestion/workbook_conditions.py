"""Ranges of cells whose texts a condition may strike out: conditional formats of xlsx, xlsm and xls. Whether a condition holds is not worked out."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable
from xml.parsers import expat

from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.text_table import cell_address

RANGES, CONDITION = 0x1B0, 0x1B1
"""The records of an xls that name the cells of a conditional format, and what one condition changes."""
HAS_NUMBER, HAS_FONT = 1 << 25, 1 << 26
STRUCK = 0x80
FLAGS_AT, CHANGES_AT = 6, 12
"""In the record of a condition: the flags of what it changes, and the changes themselves."""
SHORT_NUMBER, OPTIONS_AT, KEPT_AT = 2, 68, 88
"""Bytes of a built-in number format; of a font, where its options stand, and which of them stay as they were."""


def struck_ranges(pieces: Iterable[bytes], struck_formats: Collection[str]) -> list[str]:
    """The ranges of an xlsx sheet to which a condition gives one of these formats, by their number.

    Raises:
        Refused: the XML is damaged.
    """
    found: list[str] = []
    cells = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal cells
        name = name.rpartition(":")[2]
        if name == "conditionalFormatting":
            cells = attributes.get("sqref", "")
        elif name == "cfRule" and attributes.get("dxfId") in struck_formats and cells:
            found.extend(cells.split())

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("damaged_workbook", detail=f"工作表的 XML 第 {error.lineno} 行有误") from error
    return list(dict.fromkeys(found))


class ConditionsOfXls:
    """The records of one sheet of an xls that say what a condition changes; of any other record nothing is done."""

    def __init__(self) -> None:
        self.cells: list[str] = []
        self.struck: dict[str, None] = {}

    def add(self, kind: int, data: bytes) -> None:
        """Look at the next record."""
        if kind == RANGES and len(data) >= 14:
            (count,) = struct.unpack_from("<H", data, 12)
            ranges = struct.iter_unpack("<4H", data[14 : 14 + 8 * min(count, (len(data) - 14) // 8)])
            self.cells = [
                f"{cell_address((top, left))}:{cell_address((last, right))}" for top, last, left, right in ranges
            ]
        elif kind == CONDITION and _strikes_out(data):
            self.struck |= dict.fromkeys(self.cells)


def _strikes_out(data: bytes) -> bool:
    """Whether a condition of an xls strikes out what it holds for."""
    if len(data) < CHANGES_AT:
        return False
    flags, more = struct.unpack_from("<IH", data, FLAGS_AT)
    if not flags & HAS_FONT:
        return False
    at = CHANGES_AT
    if flags & HAS_NUMBER:
        is_own = bool(more & 1)
        at += struct.unpack_from("<H", data, at)[0] if is_own else SHORT_NUMBER
    if len(data) < at + KEPT_AT + 4:
        return False
    options, kept = struct.unpack_from("<I", data, at + OPTIONS_AT)[0], struct.unpack_from("<I", data, at + KEPT_AT)[0]
    return bool(options & STRUCK) and not kept & STRUCK
