"""What an xlsb workbook says besides its values: epoch, number formats, errors, merged cells, hidden rows, the last cell."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dagster_project.ingestion.number_formats import Shown, telling_formats
from dagster_project.ingestion.rich_text import AS_CELL, Strikes, strikes_of
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet_facts import (
    EPOCH_1904,
    ERRORS,
    NOTE,
    PAGE,
    SPREADSHEET_EPOCH,
    BookFacts,
    SheetFacts,
    named,
    refuse_far_cell,
    refuse_many_sheets,
    typed_over,
)
from dagster_project.ingestion.workbook_beside import add_texts_beside, plain_page
from dagster_project.ingestion.workbook_conditions import (
    CONDITIONS,
    FORMATS_OF_XLSB,
    ConditionsOfXlsb,
    strikes_out_in_xlsb,
)
from dagster_project.ingestion.workbook_facts_xls import rk_number
from dagster_project.ingestion.workbook_parts import ZipParts, part_links

ROW, BLANK, RK, ERROR, REAL, SHARED_TEXT = 0, 1, 2, 3, 5, 7
FORMULA_TEXT, FORMULA_NUMBER, FORMULA_ERROR, LAST_CELL = 8, 9, 11, 11
STRING, RICH_TEXT = 19, 62
FONT, FORMAT, STYLE, COLUMN_INFO, PROPERTIES, SHEET, MERGED, BEGIN_STYLES, END_STYLES = (
    43,
    44,
    47,
    60,
    153,
    156,
    176,
    617,
    618,
)
PAGE_HEAD, NOTE_AT, NOTE_TEXT = 479, 635, 637
HIDDEN_ROW, HIDDEN_COLUMN, STRUCK, HAS_RUNS = 0x10, 0x01, 0x08, 0x01
BOOK = "xl/workbook.bin"


@dataclass(frozen=True)
class Styles:
    """The cell styles and fonts that say something, by their number."""

    telling: Mapping[int, Shown] = field(default_factory=dict)
    """Styles that show more than the number."""
    struck: frozenset[int] = frozenset()
    """Styles whose text is struck out."""
    struck_fonts: frozenset[int] = frozenset()
    striking: frozenset[int] = frozenset()
    """The formats of conditions that strike out."""


def xlsb_facts(parts: ZipParts) -> BookFacts:
    """Read the facts of every sheet.

    Raises:
        Refused: a part is missing or damaged, or a cell stands so far away that the sheet cannot be laid out.
    """
    is_1904, sheets = False, []
    links = part_links(parts, BOOK)
    try:
        targets = {of: target for of, target in links.values()}
        styles = _styles(parts.read(targets["styles"])) if "styles" in targets else Styles()
        # read whole, which proves it: the cell reader looks at no checksum
        shared = parts.read(targets["sharedStrings"]) if "sharedStrings" in targets else b""
        texts = _shared_strikes(shared, styles) if styles.struck_fonts else {}
        for kind, data in _records(parts.read(BOOK)):
            if kind == PROPERTIES:
                is_1904 = bool(data[0] & 1)
            elif kind == SHEET:
                link, end = _text(data, 8)
                sheets.append((_text(data, end)[0], links[link]))
        known: dict[str | int, SheetFacts] = {}
        refuse_many_sheets(len(sheets))
        for name, (of, target) in sheets:
            if of == "worksheet":
                with named(name):
                    known[name] = _sheet(parts.read(target), styles, texts)
                    add_texts_beside(parts, target, known[name], _add_notes)
    except (struct.error, LookupError, UnicodeDecodeError) as error:
        raise Refused("damaged_workbook", detail="内部的记录有误") from error
    return BookFacts(
        known,
        EPOCH_1904 if is_1904 else SPREADSHEET_EPOCH,
        macros=next((target for kind, target in links.values() if kind == "vbaProject"), ""),
        link_count=sum(kind == "externalLink" for kind, _ in links.values()),
    )


def _add_notes(parts: ZipParts, target: str, facts: SheetFacts) -> None:
    place = None
    try:
        for kind, data in _records(parts.read(target)):
            if kind == NOTE_AT:
                row, _, column = struct.unpack_from("<III", data, 4)
                place = (row, column)
            elif kind == NOTE_TEXT:
                facts.add_beside(NOTE, _text(data, 1)[0], place)
    except (struct.error, LookupError, UnicodeDecodeError) as error:
        raise Refused("damaged_workbook", detail="批注的记录有误") from error


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    place, end = 0, len(content)
    while place < end:
        kind = content[place]
        place += 1
        if kind & 0x80:
            kind = kind & 0x7F | (content[place] & 0x7F) << 7
            place += 1
        size = shift = 0
        while True:
            byte = content[place]
            place += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift >= 28:
                break
        yield kind, content[place : place + size]
        place += size


def _text(data: bytes, place: int) -> tuple[str, int]:
    """A text and where it ends."""
    (length,) = struct.unpack_from("<I", data, place)
    if length == 0xFFFF_FFFF:
        return "", place + 4
    end = place + 4 + 2 * length
    return data[place + 4 : end].decode("utf-16-le"), end


def _rich_text(data: bytes, place: int, styles: Styles) -> tuple[str, Strikes]:
    """A text, and what its stretches say."""
    text, end = _text(data, place + 1)
    count = struct.unpack_from("<I", data, end)[0] if data[place] & HAS_RUNS else 0
    runs = struct.iter_unpack("<HH", data[end + 4 : end + 4 + 4 * count])
    return text, strikes_of(text, runs, styles.struck_fonts)


def _shared_strikes(content: bytes, styles: Styles) -> dict[int, Strikes]:
    """The shared texts of which a stretch is struck out, by their number."""
    texts = (data for kind, data in _records(content) if kind == STRING)
    found = ((n, _rich_text(data, 0, styles)[1]) for n, data in enumerate(texts) if data[0] & HAS_RUNS)
    return {n: strikes for n, strikes in found if True in strikes}


def _styles(content: bytes) -> Styles:
    formats: dict[int, str] = {}
    styles: list[tuple[int, int]] = []
    fonts: list[bool] = []
    strikes: dict[int, list[bool]] = {each: [] for each in FORMATS_OF_XLSB}
    is_cell_style = False
    for kind, data in _records(content):
        if kind == FORMAT:
            formats[struct.unpack_from("<H", data)[0]] = _text(data, 2)[0]
        elif kind == FONT:
            fonts.append(bool(data[2] & STRUCK))
        elif kind in strikes:
            strikes[kind].append(strikes_out_in_xlsb(data if kind == FORMATS_OF_XLSB[0] else data[4:]))
        elif kind in (BEGIN_STYLES, END_STYLES):
            is_cell_style = kind == BEGIN_STYLES
        elif kind == STYLE and is_cell_style:
            styles.append(struct.unpack_from("<HH", data, 2))
    telling = telling_formats(formats)
    shown = {place: telling[number] for place, (number, _) in enumerate(styles) if number in telling}
    struck = frozenset(place for place, is_struck in enumerate(fonts) if is_struck)
    striking = frozenset(place for each in strikes.values() for place, is_struck in enumerate(each) if is_struck)
    return Styles(shown, frozenset(place for place, (_, font) in enumerate(styles) if font in struck), struck, striking)


def _sheet(content: bytes, styles: Styles, texts: Mapping[int, Strikes]) -> SheetFacts:
    facts, conditions = SheetFacts(merged=[]), ConditionsOfXlsb(styles.striking)
    merged = facts.merged or []
    row = rows = columns = count = 0
    formulas: dict[int, list[int]] = {}
    numbers: dict[int, list[int]] = {}
    for kind, data in _records(content):
        if kind == ROW:
            row = struct.unpack_from("<I", data)[0]
            if data[11] & HIDDEN_ROW:
                facts.hidden_rows.add(row)
        elif BLANK < kind <= LAST_CELL or kind == RICH_TEXT:
            column, style = struct.unpack_from("<II", data)
            rows, columns, count = row + 1, max(columns, column + 1), count + 1
            strikes = AS_CELL
            if kind == RICH_TEXT:
                # the cell reader passes these by
                text, strikes = _rich_text(data, 8, styles)
                facts.texts[row, column] = text.strip()
            elif kind == SHARED_TEXT and texts:
                strikes = texts.get(struct.unpack_from("<I", data, 8)[0], strikes)
            facts.add_strikes((row, column), strikes, style & 0xFF_FFFF in styles.struck)
            if FORMULA_TEXT <= kind <= LAST_CELL:
                formulas.setdefault(column, []).append(row)
            elif kind in (RK, REAL):
                numbers.setdefault(column, []).append(row)
            if kind in (ERROR, FORMULA_ERROR):
                facts.texts[row, column] = ERRORS.get(data[8], "#N/A")
            elif kind in (RK, REAL, FORMULA_NUMBER) and (shown := styles.telling.get(style & 0xFF_FFFF)):
                number = (
                    rk_number(struct.unpack_from("<I", data, 8)[0])
                    if kind == RK
                    else struct.unpack_from("<d", data, 8)[0]
                )
                facts.texts[row, column] = shown(number)
        elif kind == COLUMN_INFO:
            first, last, flags = struct.unpack_from("<II8xH", data)
            if flags & HIDDEN_COLUMN:
                facts.hide_columns(first, last)
        elif kind == MERGED:
            top, bottom, left, right = struct.unpack_from("<IIII", data)
            merged.append(((top, left), (bottom, right)))
        elif kind in CONDITIONS and styles.striking:
            conditions.add(kind, data)
        elif kind == PAGE_HEAD:
            facts.add_beside(PAGE, _page_text(data))
    facts.merged, facts.struck_ranges = merged, list(conditions.struck)
    facts.typed_over = typed_over(formulas, numbers)
    refuse_far_cell(rows, columns, count)
    return facts


def _page_text(data: bytes) -> str:
    """The head and foot of the printed page: up to six texts behind two bytes of flags."""
    texts, place = [], 2
    while place + 4 <= len(data):
        text, place = _text(data, place)
        texts.append(plain_page(text).strip())
    return " ".join(filter(None, texts))
