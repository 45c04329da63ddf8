"""Ranges of cells whose texts a condition may strike out: conditional formats of xlsx, xlsm, xlsb and xls. Whether a condition holds is not worked out."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable
from xml.parsers import expat

from dagster_project.ingestion.rich_text import TRUE
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.text_table import cell_address

RANGES, CONDITION = 0x1B0, 0x1B1
"""The records of an xls that name the cells of a conditional format, and what one condition changes."""
RANGES_OF_XLSB, CONDITION_OF_XLSB, RANGES_OF_XLSB_14, CONDITION_OF_XLSB_14 = 461, 463, 1046, 1048
CONDITIONS = frozenset({RANGES_OF_XLSB, CONDITION_OF_XLSB, RANGES_OF_XLSB_14, CONDITION_OF_XLSB_14})
"""The same of an xlsb, in two generations ([MS-XLSB] 2.3.2)."""
FORMATS_OF_XLSB, STRIKE_PROPERTY, HAS_FORMULAS = (507, 1171), 0x1D, 0x04
"""The formats of its conditions, and which of their properties strikes out ([MS-XLSB] 2.4.355, [MS-XLS] 2.5.279)."""
HAS_NUMBER, HAS_FONT = 1 << 25, 1 << 26
STRUCK = 0x80
FLAGS_AT, CHANGES_AT = 6, 12
"""In the record of a condition: the flags of what it changes, and the changes themselves."""
SHORT_NUMBER, OPTIONS_AT, KEPT_AT = 2, 68, 88
"""Bytes of a built-in number format; of a font, where its options stand, and which of them stay as they were."""


def struck_ranges(elements: Iterable[bytes], struck_formats: Collection[str]) -> list[str]:
    """The ranges of an xlsx sheet which a condition strikes out.

    Args:
        elements: those of conditions, of the standard with the number of a format, or of its extension (x14) with a format of their own.
        struck_formats: the formats that strike out, by their number.

    Raises:
        Refused: the XML is damaged.
    """
    walk = _Conditions(struck_formats)
    for element in elements:
        walk.parse(element)
    return list(walk.struck)


class _Conditions:
    """Elements of conditions as a parser meets them: one of the extension names its cells behind its rules."""

    def __init__(self, struck_formats: Collection[str]):
        self.formats = struck_formats
        self.struck: dict[str, None] = {}
        self.cells, self.is_struck, self.in_format = "", False, False
        self.text: list[str] | None = None

    def parse(self, element: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = lambda text: self.text.append(text) if self.text is not None else None
        try:
            parser.Parse(element, True)
        except expat.ExpatError as error:
            raise Refused("damaged_workbook", detail="工作表中条件格式的写法有误") from error

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "conditionalFormatting":
            self.cells, self.is_struck = attributes.get("sqref", ""), False
        elif name == "cfRule" and attributes.get("dxfId") in self.formats:
            self.is_struck = True
        elif name == "dxf":
            self.in_format = True
        elif name == "strike" and self.in_format and attributes.get("val", "1") in TRUE:
            self.is_struck = True
        elif name == "sqref":
            self.text = []

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "dxf":
            self.in_format = False
        elif name == "sqref":
            self.cells, self.text = "".join(self.text or ()), None
        elif name == "conditionalFormatting" and self.is_struck:
            self.struck |= dict.fromkeys(self.cells.split())


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


class ConditionsOfXlsb:
    """The records of one sheet of an xlsb that say what a condition changes; ``formats`` are those that strike out, by their number."""

    def __init__(self, formats: Collection[int]) -> None:
        self.formats = formats
        self.cells: list[str] = []
        self.struck: dict[str, None] = {}

    def add(self, kind: int, data: bytes) -> None:
        """Look at the next record of ``CONDITIONS``."""
        if kind in (RANGES_OF_XLSB, RANGES_OF_XLSB_14):
            at = 8 if kind == RANGES_OF_XLSB else 12
            (count,) = struct.unpack_from("<I", data, at)
            ranges = struct.iter_unpack("<4I", data[at + 4 : at + 4 + 16 * count])
            self.cells = [
                f"{cell_address((top, left))}:{cell_address((last, right))}" for top, last, left, right in ranges
            ]
        else:
            at = 0 if kind == CONDITION_OF_XLSB else _behind_formulas(data)
            if struct.unpack_from("<I", data, at + 8)[0] in self.formats:
                self.struck |= dict.fromkeys(self.cells)


def _behind_formulas(data: bytes) -> int:
    """Where the fields of a later record begin: its formulas stand before them."""
    flags, at = struct.unpack_from("<I", data)[0], 4
    if not flags & HAS_FORMULAS:
        return at
    (count,) = struct.unpack_from("<I", data, at)
    at += 4
    for _ in range(count):
        size, more = struct.unpack_from("<II", data, at + 4)
        at += 12 + size + more
    return at


def strikes_out_in_xlsb(data: bytes) -> bool:
    """Whether a format of conditions strikes out: of its properties, each with kind and size before it, one says so."""
    at = 6
    while at + 4 < len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        if kind == STRIKE_PROPERTY:
            return bool(data[at + 4])
        at += max(size, 4)
    return False


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
