"""One sheet of an xlsx as it streams by: the cells that the cell reader would falsify, what is hidden, where the last cell stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from xml.parsers import expat

from dagster_project.ingestion.number_formats import Shown
from dagster_project.ingestion.rich_text import AS_CELL, STRIKE, TRUE, Runs, Strikes
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet_facts import NO_CACHED_VALUE, PAGE, SheetFacts, refuse_many_cells, typed_over
from dagster_project.ingestion.text_table import column_number
from dagster_project.ingestion.workbook_beside import page_text
from dagster_project.ingestion.workbook_references import References

SHEET_DATA = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)sheetData\b[^>]*>")
MARKERS = (b't="e"', b"hidden=", b' ht="0"', STRIKE)
"""A piece of a sheet without any of these, a formula or a style that shows more than numbers holds plain values only."""
ODD_SPELLING = (b"='", b" =", b"= ")
"""Attributes as XML allows and no spreadsheet program writes them: then every piece is parsed."""
PROVED_BYTES = 8 * 1024 * 1024
"""A larger sheet is written by a program that does not damage it, and its checksum proves the rest."""
LOOKED_AT = 16 * 1024
MOST_ROW_BYTES = 8 * 1024 * 1024
WIDE = re.compile(rb'r="([A-Z]{2,})(\d+)"')
DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\b[^>]*?ref\s*=\s*["'](?:[A-Z]+\d+:)?([A-Z]+)(\d+)["']""")
OTHER_BOOK = re.compile(r"\[\d+\]")
BEHIND = re.compile(rb"<((?:\w+:)?)(headerFooter|conditionalFormatting)\b(?:[^>]*/>|.*?</\1\2>)", re.DOTALL)
BEGINS_BEHIND = re.compile(rb"<(?:\w+:)?(?:headerFooter|conditionalFormatting)\b")
LONGEST_BEGINNING = 64
MOST_BEHIND_BYTES = 1024 * 1024
"""A longer element is none that a program writes, and is passed by."""


class SheetScan:
    """Looks at the pieces of one sheet; parses only those pieces in which a marker stands."""

    def __init__(
        self, styles: Mapping[str, Shown], struck: Collection[str] = (), texts: Mapping[str, Strikes] | None = None
    ):
        self.styles, self.struck, self.texts = styles, struck, texts or {}
        names = "|".join(sorted({*styles, *struck}))
        self.has_style = re.compile(rb's="(?:%b)"' % names.encode()).search if names else None
        self.facts = SheetFacts()
        self.rows = 0
        self.columns = 26
        self.cells = 0
        self.formulas: dict[int, list[int]] = {}
        self.numbers: dict[int, list[int]] = {}
        self.conditions: list[bytes] = []

    def scan(self, pieces: Iterable[bytes]) -> SheetFacts:
        """Go through the whole part.

        Raises:
            Refused: the XML is damaged, or there are more cells than can be held.
        """
        stream = iter(pieces)
        head, tag = b"", None
        for piece in stream:
            head += piece
            if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<!DOCTYPE" in head[:1024]:
                raise Refused("damaged_workbook", detail="工作表的写法不认识")
            if tag := SHEET_DATA.search(head):
                break
        if tag is None:
            return self.facts
        if b"hidden=" in head or b'width="0' in head:
            _Walk(self, 0).parse_head(head[: tag.start()])
        if not tag[0].endswith(b"/>"):
            self._rows(tag[1], head[tag.end() :], stream)
        self.facts.typed_over = typed_over(self.formulas, self.numbers) if self.formulas else []
        said = DIMENSION.search(head[: tag.start()])
        rows, columns = (int(said[2]), column_number(said[1].decode()) + 1) if said else (0, 0)
        self.facts.extent = (max(rows, self.rows), columns)
        return self.facts

    def _rows(self, prefix: bytes, rest: bytes, stream: Iterator[bytes]) -> None:
        opening, closing = b"<" + prefix + b"row", b"</" + prefix + b"sheetData"
        row_numbers = re.compile(opening + rb'\b[^>]*?\sr="(\d+)"').findall
        has_formula = re.compile(b"<" + prefix + rb"f[\s/>]").search
        is_odd = bool(self.texts) or any(spelling in rest[:LOOKED_AT] for spelling in ODD_SPELLING)
        references = References(prefix)
        cell = b"<" + prefix + b"c"
        last = seen = 0
        behind: list[bytes] = []
        for piece in _cut(rest, stream, opening, closing, behind):
            seen += len(piece)
            self.cells += piece.count(cell)
            refuse_many_cells(self.cells)
            if seen <= PROVED_BYTES:
                references.prove(piece)
            numbers = [int(number) for number in row_numbers(piece)]
            is_marked = any(marker in piece for marker in MARKERS) or has_formula(piece)
            is_numbered = bool(numbers) and len(numbers) == piece.count(opening)
            if is_odd or is_marked or not is_numbered or (self.has_style and self.has_style(piece)):
                last = _Walk(self, last).parse_rows(piece)
            else:
                last = numbers[-1]
            self.rows = max(self.rows, last, *numbers)
            for letters, number in set(WIDE.findall(piece)):
                self.rows = max(self.rows, int(number))
                self.columns = max(self.columns, column_number(letters.decode()) + 1)
        printed: list[bytes] = []
        for element in behind:
            is_condition = b"conditionalFormatting" in element[:LONGEST_BEGINNING]
            (self.conditions if is_condition else printed).append(element)
        self.facts.add_beside(PAGE, page_text(b"".join(printed)))


def _cut(rest: bytes, stream: Iterator[bytes], opening: bytes, closing: bytes, behind: list[bytes]) -> Iterator[bytes]:
    """Whole rows, as many as a piece holds; of what stands behind the cells the conditions and the head and foot of the printed page are left in ``behind``."""
    seen = 0
    while True:
        end = rest.find(closing, seen)
        if end >= 0:
            yield rest[:end]
            behind.extend(_elements_behind(rest[end:], stream))
            return
        cut = rest.rfind(opening, seen)
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
        more = next(stream, None)
        if more is None or len(rest) > MOST_ROW_BYTES:
            raise Refused("damaged_workbook", detail="工作表没有写完")
        seen = max(0, len(rest) - len(closing))
        rest += more


def _elements_behind(held: bytes, stream: Iterator[bytes]) -> Iterator[bytes]:
    """The conditions, and the head and foot of the printed page, if the rest of the sheet has any; all of it is inflated, for its checksum."""
    while True:
        end = 0
        for found in BEHIND.finditer(held):
            yield found[0]
            end = found.end()
        begun = BEGINS_BEHIND.search(held, end)
        is_near = begun is not None and len(held) - begun.start() < MOST_BEHIND_BYTES
        held = held[begun.start() :] if begun and is_near else held[max(end, len(held) - LONGEST_BEGINNING) :]
        more = next(stream, None)
        if more is None:
            return
        held += more


class _Walk:
    """One piece of a sheet as a parser meets it."""

    def __init__(self, scan: SheetScan, row: int):
        self.scan, self.facts = scan, scan.facts
        self.row, self.column = row, 0
        self.cell: dict[str, str] = {}
        self.value: list[str] | None = None
        self.in_value = self.has_formula = self.is_filled = False
        self.formula: list[str] | None = None
        self.runs: Runs | None = None
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def parse_rows(self, piece: bytes) -> int:
        """Returns the number of the last row."""
        self._parse(b"<x>" + piece + b"</x>", True)
        return self.row

    def parse_head(self, head: bytes) -> None:
        """What stands before the cells; the root is never closed, which is no fault here."""
        self._parse(head, False)

    def _parse(self, document: bytes, is_whole: bool) -> None:
        try:
            self.parser.Parse(document, is_whole)
        except (expat.ExpatError, ValueError) as error:
            raise Refused("damaged_workbook", detail=f"工作表第{self.row}行附近的写法有误") from error

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self.cell, self.value, self.has_formula, self.is_filled = attributes, None, False, False
            self.runs = None
            letters = attributes.get("r", "").rstrip("0123456789")
            self.column = column_number(letters) if letters else self.column + 1
            self.scan.columns = max(self.scan.columns, self.column + 1)
        elif name == "v":
            self.value, self.in_value, self.is_filled = [], True, True
        elif name == "is":
            self.is_filled, self.runs = True, Runs()
        elif name == "f":
            self.has_formula, self.formula = True, []
        elif name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), -1
            if attributes.get("hidden") in TRUE or attributes.get("ht") == "0":
                self.facts.hidden_rows.add(self.row - 1)
        elif name == "col" and (attributes.get("hidden") in TRUE or attributes.get("width") == "0"):
            first, last = int(attributes.get("min", 1)), int(attributes.get("max", 1))
            self.facts.hide_columns(first - 1, last - 1)
        elif self.runs is not None:
            self.runs.start(name, attributes)

    def text(self, text: str) -> None:
        if self.in_value and self.value is not None:
            self.value.append(text)
        elif self.formula is not None:
            self.formula.append(text)
        elif self.runs is not None:
            self.runs.text(text)

    def end(self, name: str) -> None:
        if name == "v" or name.endswith(":v"):
            self.in_value = False
        elif name == "f" or name.endswith(":f"):
            if self.formula and OTHER_BOOK.search("".join(self.formula)):
                self.facts.linked.append((self.row - 1, self.column))
            self.formula = None
        elif name == "c" or name.endswith(":c"):
            self.judge()
        elif self.runs is not None:
            self.runs.end(name.rpartition(":")[2])

    def judge(self) -> None:
        """Whether the cell that ends here is one that the cell reader would falsify."""
        kind, place = self.cell.get("t", "n"), (self.row - 1, self.column)
        value = None if self.value is None else "".join(self.value).strip()
        if self.is_filled:
            strikes = self.runs.strikes if self.runs else self.scan.texts.get(value or "") if kind == "s" else None
            self.facts.add_strikes(place, strikes or AS_CELL, self.cell.get("s") in self.scan.struck)
        if self.has_formula:
            self.scan.formulas.setdefault(self.column, []).append(self.row - 1)
        elif kind == "n" and value:
            self.scan.numbers.setdefault(self.column, []).append(self.row - 1)
        if self.has_formula and (value is None or (not value and kind != "str")):
            self.facts.texts[place] = NO_CACHED_VALUE
            return
        if kind == "e" and value:
            self.facts.texts[place] = value
        elif kind == "n" and value and (shown := self.scan.styles.get(self.cell.get("s", ""))):
            self.facts.texts[place] = shown(value)
        if self.has_formula and value == "0" and kind == "n":
            self.facts.doubtful.append(place)
        elif self.has_formula:
            self.facts.has_results = True


def well_formed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of a sheet, proved to be XML where it is small: the cell reader goes on behind damage, without a word.

    Raises:
        Refused: the XML is damaged.
    """
    parser = expat.ParserCreate()
    seen = 0
    try:
        for piece in pieces:
            seen += len(piece)
            if seen <= PROVED_BYTES:
                parser.Parse(piece, False)
            yield piece
        if seen <= PROVED_BYTES:
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("damaged_workbook", detail=f"工作表的 XML 第 {error.lineno} 行有误") from error


def last_cell(pieces: Iterable[bytes]) -> tuple[int, int, int]:
    """The last row and the last column, from 1, that hold a value, and how many cells do; slow, for suspect sheets only."""
    rows = columns = count = 0
    parser = expat.ParserCreate()
    row = column = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, rows, columns, count
        name = name.rpartition(":")[2]
        if name == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif name == "c":
            letters = attributes.get("r", "").rstrip("0123456789")
            column = column_number(letters) + 1 if letters else column + 1
        elif name in ("v", "is"):
            rows, columns, count = max(rows, row), max(columns, column), count + 1

    parser.StartElementHandler = start
    try:
        for piece in pieces:
            parser.Parse(piece, False)
    except (expat.ExpatError, ValueError) as error:
        raise Refused("damaged_workbook", detail=f"工作表第{row}行附近的写法有误") from error
    return rows, columns, count
