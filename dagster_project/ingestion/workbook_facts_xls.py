"""What an xls workbook (BIFF5 and BIFF8) says besides its values: epoch, number formats, errors, formulas, hidden rows."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dagster_project.ingestion.number_formats import telling_formats
from dagster_project.ingestion.ole_stream import OleFile
from dagster_project.ingestion.rich_text import AS_CELL, Strikes, strikes_of
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet_facts import (
    EPOCH_1904,
    ERRORS,
    SPREADSHEET_EPOCH,
    BookFacts,
    SheetFacts,
    refuse_far_cell,
    refuse_many_sheets,
    typed_over,
)
from dagster_project.ingestion.workbook_conditions import ConditionsOfXls
from dagster_project.ingestion.xls_beside import TextsBeside
from dagster_project.ingestion.xls_cells import CONTINUE, CellTable, shared_texts

FORMULA, END, DATE_MODE, FILE_PASS, WRITE_ACCESS, COLUMN_INFO, BOUND_SHEET = 0x06, 0x0A, 0x22, 0x2F, 0x5C, 0x7D, 0x85
MANY_RK, XF, NUMBER, BOOL_OR_ERROR, ROW, RK, FORMAT, BEGIN = 0xBD, 0xE0, 0x203, 0x205, 0x208, 0x27E, 0x41E, 0x809
DIMENSIONS, RICH_TEXT, SHARED_TEXT, TEXT, FONT = 0x200, 0xD6, 0xFD, 0x204, 0x31
SHARED_TABLE = 0xFC
CELLS = frozenset({FORMULA, NUMBER, RK, MANY_RK, BOOL_OR_ERROR, RICH_TEXT, SHARED_TEXT, TEXT})
OTHER_BOOK, OLD_OTHER_BOOK = 0x1AE, 0x17
OWN_BOOK = (b"\x01\x04", b"\x01\x3a")
"""What a record of other books says where it means this one, or functions of the program."""
MACROS = "_vba_project"
MACRO_SHEET = 1
BIFF8 = 0x0600
MOST_RECORD_BYTES = 8224
MOST_ROWS, MOST_COLUMNS = 65_536, 256
HIDDEN_ROW, HIDDEN_COLUMN, STRUCK = 0x20, 0x01, 0x08
NO_FONT = 4
"""The number that no font has."""
NO_NUMBER = b"\xff\xff"
"""At the end of a formula's result: it is no number, and its first byte says what it is."""
RESULT_ERROR, RESULT_EMPTY = 2, 3

Record = tuple[int, bytes]


def xls_facts(ole: OleFile) -> BookFacts:
    """Read the facts of every sheet.

    Raises:
        Refused: there is no workbook in the file, it is encrypted or damaged.
    """
    content = ole.stream("Workbook", "Book")
    if content is None:
        raise Refused("damaged_workbook", detail="找不到工作簿的内容")
    try:
        facts = _Book(content).facts()
    except (struct.error, IndexError, ValueError) as error:
        raise Refused("damaged_workbook", detail="内部的记录有误") from error
    if MACROS in ole.entries:
        facts.macros = "VBA"
    return facts


def _records(content: bytes, place: int) -> Iterator[Record]:
    """The records from a place on, up to the end of their part; charts inside a sheet are passed over."""
    depth = 0
    while place + 4 <= len(content):
        kind, size = struct.unpack_from("<HH", content, place)
        depth += (kind == BEGIN) - (kind == END)
        if depth == 0 and kind == END:
            return
        if place + 4 + size > len(content) or size > MOST_RECORD_BYTES or depth < 1:
            break
        if depth == 1:
            yield kind, content[place + 4 : place + 4 + size]
        place += 4 + size
    raise Refused("damaged_workbook", detail="内部的记录有误或没有写完")


def rk_number(packed: int) -> float:
    """A number in the four bytes that spreadsheets pack it in."""
    if packed & 2:
        number = float((packed - (1 << 32) if packed & 0x8000_0000 else packed) >> 2)
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFF_FFFC) << 32))[0])
    return number / 100 if packed & 1 else number


class _Book:
    def __init__(self, content: bytes):
        self.content = content
        self.is_1904 = False
        self.is_nameless = False
        self.starts: list[int] = []
        self.link_count = 0
        self.has_macro_sheet = False
        formats: dict[int, str] = {}
        styles: list[tuple[int, int]] = []
        struck: set[int] = set()
        fonts = 0
        version = 0
        shared: list[bytes] = []
        before = 0
        for kind, data in _records(content, 0):
            if kind == SHARED_TABLE or (kind == CONTINUE and before == SHARED_TABLE):
                shared.append(data)
                kind = SHARED_TABLE
            before = kind
            if kind == BEGIN:
                version = struct.unpack_from("<H", data)[0]
            elif kind == FILE_PASS:
                raise Refused("encrypted_workbook")
            elif kind == DATE_MODE:
                self.is_1904 = data[:2] == b"\x01\x00"
            elif kind == WRITE_ACCESS:
                self.is_nameless = data.rstrip(b" \x00").endswith(b"None")
            elif kind == BOUND_SHEET:
                self.starts.append(struct.unpack_from("<I", data)[0])
                self.has_macro_sheet |= data[5] == MACRO_SHEET
            elif kind == OTHER_BOOK:
                self.link_count += data[2:4] not in OWN_BOOK
            elif kind == OLD_OTHER_BOOK and version < BIFF8:
                self.link_count += data[1:2] == b"\x01"
            elif kind == FORMAT:
                formats[struct.unpack_from("<H", data)[0]] = _format_code(data, version)
            elif kind == XF:
                styles.append(struct.unpack_from("<HH", data))
            elif kind == FONT:
                fonts += 1 + (fonts == NO_FONT)
                if data[2] & STRUCK:
                    struck.add(fonts - 1)
        self.is_biff8 = version >= BIFF8
        if not self.starts:
            raise Refused("damaged_workbook", detail="工作簿中没有工作表")
        refuse_many_sheets(len(self.starts))
        telling = telling_formats(formats)
        self.styles = len(styles)
        texts = shared_texts(shared)
        self.strings = texts.count
        self.struck_fonts = struck
        rich = ((n, strikes_of(*text, struck)) for n, text in texts.rich.items()) if struck else ()
        self.strikes = {n: strikes for n, strikes in rich if True in strikes}
        self.telling = {place: telling[number] for place, (_, number) in enumerate(styles) if number in telling}
        self.struck = {place for place, (font, _) in enumerate(styles) if font in struck}

    def facts(self) -> BookFacts:
        sheets: dict[str | int, SheetFacts] = {place: self._sheet(start) for place, start in enumerate(self.starts)}
        facts = BookFacts(sheets, EPOCH_1904 if self.is_1904 else SPREADSHEET_EPOCH, link_count=self.link_count)
        facts.macros = "Excel 4.0 宏表" if self.has_macro_sheet else ""
        if self.is_nameless:
            facts.doubt_results()
        return facts

    def _sheet(self, start: int) -> SheetFacts:
        facts = SheetFacts()
        table = CellTable(self.styles, self.strings, self.is_biff8)
        beside, conditions = TextsBeside(self.is_biff8), ConditionsOfXls()
        formulas: dict[int, list[int]] = {}
        numbers: dict[int, list[int]] = {}
        rows = width = count = 0
        for kind, data in _records(self.content, start):
            table.add(kind, data)
            beside.add(kind, data)
            conditions.add(kind, data)
            if kind == ROW:
                row, flags = struct.unpack_from("<H10xH", data)
                if flags & HIDDEN_ROW:
                    facts.hidden_rows.add(row)
            elif kind == COLUMN_INFO:
                first, last, flags = struct.unpack_from("<HH4xH", data)
                if flags & HIDDEN_COLUMN:
                    facts.hide_columns(first, last)
            elif kind == DIMENSIONS:
                top, rows, left, columns = struct.unpack_from("<IIHH" if self.is_biff8 else "<HHHH", data)
                if not (top <= rows <= MOST_ROWS and left <= columns <= MOST_COLUMNS):
                    # the cell reader reserves memory for what stands here
                    raise Refused("damaged_workbook", detail="工作表的大小有误")
            elif kind in CELLS:
                row, column = struct.unpack_from("<HH", data)
                rows, width, count = max(rows, row + 1), max(width, column + 1), count + 1
                self._cell(kind, data, facts)
                held = formulas if kind == FORMULA else numbers if kind in (NUMBER, RK, MANY_RK) else {}
                for place in range((len(data) - 6) // 6 if kind == MANY_RK else 1):
                    held.setdefault(column + place, []).append(row)
        beside.tell(facts)
        facts.struck_ranges = list(conditions.struck)
        facts.typed_over = typed_over(formulas, numbers)
        refuse_far_cell(rows, width, count)
        return facts

    def _strikes(self, kind: int, data: bytes) -> Strikes:
        """What the stretches of a cell's text say."""
        if kind == SHARED_TEXT and self.strikes:
            return self.strikes.get(struct.unpack_from("<I", data, 6)[0], AS_CELL)
        if kind == RICH_TEXT and not self.is_biff8:
            end = 8 + struct.unpack_from("<H", data, 6)[0]
            # a letter of two bytes counts as two
            return strikes_of(
                data[8:end].decode("latin-1"), struct.iter_unpack("<BB", data[end + 1 :]), self.struck_fonts
            )
        return AS_CELL

    def _cell(self, kind: int, data: bytes, facts: SheetFacts) -> None:
        row, column, style = struct.unpack_from("<HHH", data)
        if kind != MANY_RK:
            facts.add_strikes((row, column), self._strikes(kind, data), style in self.struck)
        if kind in (RICH_TEXT, SHARED_TEXT, TEXT):
            return
        if kind == BOOL_OR_ERROR:
            if data[7]:
                facts.texts[row, column] = ERRORS.get(data[6], "#N/A")
        elif kind == FORMULA and data[12:14] == NO_NUMBER:
            if data[6] == RESULT_ERROR:
                facts.texts[row, column] = ERRORS.get(data[8], "#N/A")
            if data[6] == RESULT_EMPTY:
                facts.doubtful.append((row, column))
            else:
                facts.has_results = True
        elif kind == MANY_RK:
            for place in range((len(data) - 6) // 6):
                style, packed = struct.unpack_from("<HI", data, 4 + 6 * place)
                if style in self.struck:
                    facts.struck.append((row, column + place))
                if shown := self.telling.get(style):
                    facts.texts[row, column + place] = shown(rk_number(packed))
        else:
            facts.has_results |= kind == FORMULA
            if shown := self.telling.get(style):
                is_packed = kind == RK
                number = struct.unpack_from("<I" if is_packed else "<d", data, 6)[0]
                facts.texts[row, column] = shown(rk_number(number) if is_packed else number)


def _format_code(data: bytes, version: int) -> str:
    if version < BIFF8:
        return data[3 : 3 + data[2]].decode("latin-1")
    length, is_wide = struct.unpack_from("<HB", data, 2)
    return data[5 : 5 + 2 * length].decode("utf-16-le") if is_wide & 1 else data[5 : 5 + length].decode("latin-1")
