"""What an ods workbook says besides its values: epoch, number formats, errors, merged cells, hidden rows, the last cell."""

from __future__ import annotations

import datetime as dt
import re
from xml.parsers import expat

from dagster_project.ingestion.number_formats import as_shown, percent_text
from dagster_project.ingestion.rich_text import AS_CELL
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet_facts import (
    BOX,
    MOST_AREA,
    NO_CACHED_VALUE,
    NOTE,
    PAGE,
    SPREADSHEET_EPOCH,
    BookFacts,
    SheetFacts,
    named,
    refuse_far_cell,
    refuse_many_cells,
    refuse_many_sheets,
    typed_over,
)
from dagster_project.ingestion.text_table import MOST_COLUMNS, cell_address
from dagster_project.ingestion.workbook_parts import ZipParts, parsed_xml, part_xml

CONTENT, MANIFEST = "content.xml", "meta-inf/manifest.xml"
ERROR_TEXT = re.compile(r"#[A-Z/0]+[!?A]|Err:\d{3}")
STYLES, DEFAULT_PAGE, DEFAULT_STYLE = "styles.xml", "Default", "table:default-cell-style-name"
MACRO_PART = re.compile("(?:Basic|Scripts)/.*[^/]$")
MACRO_LISTS = ("script-lc.xml", "script-lb.xml")
LINKED = "'file:"
"""How the copy of a sheet of another workbook is called."""
OTHER_BOOK = re.compile(r"'file:|\[file:")
NO_TEXT_OF_A_NOTE = ("dc:date", "dc:creator", "meta:date-string")
"""Who wrote a note, and when: they stand before its text."""
LINE_THROUGH = ("style:text-line-through-style", "style:text-line-through-type")
"""How a line through a text looks; programs write the one or the other."""
SHEET_OF_CELL = re.compile(r"(?:'[^']*'|[^\s:.']+)\.")
"""What stands before a cell in a range."""
LINE_THROUGH_ENDINGS = ("}text-line-through-style", "}text-line-through-type")
STRETCHES = ("text:p", "text:span", "text:a")
"""Elements that may give the text in them another style."""
NUMBERS = ("float", "currency", "percentage")
MOST_LIKE = 1000
"""Rows of one repeated cell that are counted as such."""
HIDDEN = ("collapse", "filter")
MOST_REPEATED = 100_000
"""Cells told of one by one; a whole column of equal percentages beyond that is none that an office fills."""


def ods_facts(parts: ZipParts) -> BookFacts:
    """Read the facts of every table.

    Raises:
        Refused: the content is encrypted or damaged, or a cell stands so far away that the table cannot be laid out.
    """
    if MANIFEST in parts and b"encryption-data" in parts.read(MANIFEST):
        raise Refused("encrypted_workbook")
    heads, striking = _page_texts(parts), _striking_styles(parts)
    walk = _Walk(striking)
    try:
        for piece in parts.pieces(CONTENT):
            walk.parser.Parse(piece, False)
        walk.parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise Refused("damaged_workbook", detail="表格内容的写法有误") from error
    for name, facts in walk.sheets.items():
        facts.add_beside(PAGE, heads.get(walk.pages[str(name)], ""))
    return BookFacts(walk.sheets, walk.epoch, macros=_macros(parts), link_count=walk.link_count)


def _page_texts(parts: ZipParts) -> dict[str, str]:
    """The head and foot of the printed page, by the name of the page style."""
    if STYLES not in parts:
        return {}
    heads = {}
    for page in part_xml(parts, STYLES).iter("{*}master-page"):
        name = next((value for key, value in page.attrib.items() if key.endswith("}name")), "")
        lines = (" ".join(line.itertext()) for line in page.iter("{*}p"))
        heads[name] = " ".join(" ".join(lines).split())
    return heads


def _striking_styles(parts: ZipParts) -> frozenset[str]:
    """The common styles that strike a text out, as they are called and as they are shown; conditions name them either way."""
    if STYLES not in parts or b"line-through" not in (content := parts.read(STYLES)):
        return frozenset()
    names = set()
    for style in parsed_xml(content, STYLES).iter("{*}style"):
        about = {str(key).rpartition("}")[2]: value for key, value in style.attrib.items()}
        for text in style.iterfind("{*}text-properties"):
            lines = [str(value) for key, value in text.attrib.items() if str(key).endswith(LINE_THROUGH_ENDINGS)]
            if lines and "none" not in lines:
                names |= {about.get("name", ""), about.get("display-name", "")}
    return frozenset(names - {""})


def _macros(parts: ZipParts) -> str:
    """The first part that holds a macro; each folder of Basic has lists of what is in it, also where there is nothing."""
    names = (entry.filename for entry in parts.entries)
    return next((n for n in names if MACRO_PART.match(n) and not n.endswith(MACRO_LISTS)), "")


def _is_beside(name: str) -> bool:
    """Whether an element holds what is no content of a cell."""
    return name in ("office:annotation", "table:shapes") or name.startswith("draw:")


class _Walk:
    """The content as a parser meets it: tables, rows and cells, each maybe repeated."""

    def __init__(self, striking: frozenset[str] = frozenset()) -> None:
        self.striking = striking
        self.ranges: list[str] = []
        self.mapped: set[str] = set()
        self.mapped_cells: list[str] = []
        self.sheets: dict[str | int, SheetFacts] = {}
        self.epoch = SPREADSHEET_EPOCH
        self.name = ""
        self.facts = SheetFacts(merged=[])
        self.row = self.column = self.rows = self.columns = self.count = 0
        self.row_repeat = self.cell_repeat = 1
        self.hidden: list[tuple[int, int]] = []
        self.cell: dict[str, str] | None = None
        self.texts: list[str] = []
        self.depth_in_note = 0
        self.beside: list[str] = []
        self.masters: dict[str, str] = {}
        self.pages: dict[str, str] = {}
        self.link_count = 0
        self.style = ""
        self.strikes: dict[str, bool] = {}
        self.spans: list[bool | None] = []
        self.stretches: set[bool | None] = set()
        self.struck_columns: set[int] = set()
        self.row_style = ""
        self.formulas: dict[int, list[int]] = {}
        self.numbers: dict[int, list[int]] = {}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype

    def doctype(self, *_: object) -> None:
        raise ValueError("a document type is declared")

    def start(self, name: str, given: dict[str, str]) -> None:
        if name in ("table:table-cell", "table:covered-table-cell"):
            self.cell, self.texts, self.stretches = given, [], set()
            self.cell_repeat = int(given.get("table:number-columns-repeated", 1))
        elif name == "table:table-row":
            self.row_repeat, self.column = int(given.get("table:number-rows-repeated", 1)), 0
            self.row_style = given.get(DEFAULT_STYLE, "")
            if given.get("table:visibility") in HIDDEN:
                self.hidden.append((self.row, self.row + self.row_repeat))
        elif name == "table:table-column":
            repeat = int(given.get("table:number-columns-repeated", 1))
            if given.get("table:visibility") in HIDDEN:
                self.facts.hide_columns(self.column, self.column + repeat - 1)
            if self.strikes.get(given.get(DEFAULT_STYLE, "")):
                self.struck_columns.update(range(self.column, min(self.column + repeat, MOST_COLUMNS)))
            self.column = min(self.column + repeat, MOST_COLUMNS)
        elif name == "table:table" and not self.cell:
            self.name = given.get("table:name", "")
            self.facts = self.sheets.setdefault(self.name, SheetFacts(merged=[]))
            self.pages[self.name] = self.masters.get(given.get("table:style-name", ""), DEFAULT_PAGE)
            self.link_count += self.name.startswith(LINKED)
            self.formulas, self.numbers, self.struck_columns = {}, {}, set()
            refuse_many_sheets(len(self.sheets))
            self.row = self.column = self.rows = self.columns = self.count = 0
        elif name == "table:null-date":
            self.epoch = dt.date.fromisoformat(given.get("table:date-value", SPREADSHEET_EPOCH.isoformat()))
        elif name == "style:style":
            self.style = given.get("style:name", "")
            if given.get("style:family") == "table":
                self.masters[self.style] = given.get("style:master-page-name", DEFAULT_PAGE)
        elif name == "style:text-properties" and (lines := [given[each] for each in LINE_THROUGH if each in given]):
            self.strikes[self.style] = "none" not in lines
        elif name == "style:map" and given.get("style:apply-style-name") in self.striking:
            self.mapped.add(self.style)
        elif name == "calcext:conditional-format":
            self.ranges = SHEET_OF_CELL.sub("", given.get("calcext:target-range-address", "")).split()
        elif name == "calcext:condition" and given.get("calcext:apply-style-name") in self.striking:
            self.facts.struck_ranges += [each for each in self.ranges if each not in self.facts.struck_ranges]
        elif name in STRETCHES:
            own = self.strikes.get(given.get("text:style-name", ""))
            self.spans.append(own if own is not None or not self.spans else self.spans[-1])
        elif name == "draw:image" and "图片" not in self.facts.unread:
            self.facts.unread.append("图片")
        if _is_beside(name):
            self.beside = [] if not self.depth_in_note else self.beside
            self.depth_in_note += 1

    def text(self, text: str) -> None:
        if self.depth_in_note:
            self.beside.append(text)
        elif self.cell is not None:
            self.texts.append(text)
            if text.strip():
                self.stretches.add(self.spans[-1] if self.spans else None)

    def end(self, name: str) -> None:
        if name in ("table:table-cell", "table:covered-table-cell"):
            if self.cell is not None:
                self.judge(self.cell, "".join(self.texts).strip())
            self.column += self.cell_repeat
            self.cell = None
        elif name == "table:table-row":
            self.row += self.row_repeat
        elif name == "table:table":
            with named(self.name):
                refuse_far_cell(self.rows, self.columns, self.count)
            for first, behind in self.hidden:  # the empty rows below the table are hidden as one
                self.facts.hidden_rows.update(range(first, min(behind, self.rows)))
            self.hidden = []
            self.facts.typed_over = typed_over(self.formulas, self.numbers)
            self.facts.struck_ranges = self.facts.struck_ranges or self.mapped_cells
            self.mapped_cells = []
        elif name in STRETCHES and self.spans:
            self.spans.pop()
            if name == "text:p" and self.depth_in_note:
                self.beside.append("\n")
        elif name in NO_TEXT_OF_A_NOTE:
            self.beside = []
        if _is_beside(name):
            self.depth_in_note -= 1
            if not self.depth_in_note:
                is_note = name == "office:annotation" and self.cell is not None
                place = (self.row, self.column) if is_note else None
                self.facts.add_beside(NOTE if is_note else BOX, "".join(self.beside), place)

    def judge(self, cell: dict[str, str], shown: str) -> None:
        """What the cell that ends here holds, and whether the cell reader would falsify it."""
        kind = cell.get("office:value-type", "")
        if shown or kind:
            self.rows, self.columns = self.row + self.row_repeat, max(self.columns, self.column + self.cell_repeat)
            self.count += self.row_repeat * self.cell_repeat
            if self.count > MOST_AREA:
                with named(self.name):
                    refuse_far_cell(self.rows, self.columns, self.count)
                    refuse_many_cells(self.count)
        down, across = (int(cell.get(f"table:number-{way}-spanned", 1)) for way in ("rows", "columns"))
        if (down > 1 or across > 1) and self.facts.merged is not None:
            last = (self.row + down - 1, self.column + across - 1)
            self.facts.merged.append(((self.row, self.column), last))
        formula = cell.get("table:formula")
        if formula and OTHER_BOOK.search(formula):
            self.facts.linked.append((self.row, self.column))
        held = self.formulas if formula else self.numbers if kind in NUMBERS else {}
        is_struck = self._is_struck(cell)
        may_strike = bool(shown) and (is_struck or True in self.stretches)
        for row in range(self.row, self.row + min(self.row_repeat, MOST_LIKE)):
            held.setdefault(self.column, []).append(row)
            for column in range(self.column, self.column + min(self.cell_repeat, MOST_LIKE)) if may_strike else ():
                self.facts.add_strikes((row, column), self.stretches or AS_CELL, is_struck)
        if shown and cell.get("table:style-name") in self.mapped:
            self.mapped_cells.append(cell_address((self.row, self.column)))
        if cell.get("calcext:value-type") == "error" or (formula and ERROR_TEXT.fullmatch(shown)):
            self.put(shown or "#N/A")
        elif formula and not kind and not shown:
            self.put(NO_CACHED_VALUE)
        elif kind == "percentage" and "office:value" in cell:
            self.put(percent_text(cell["office:value"]))
        elif kind in ("float", "currency") and (text := as_shown(cell.get("office:value", "0"), shown)):
            self.put(text)

    def _is_struck(self, cell: dict[str, str]) -> bool:
        """Whether the style of a cell, else of its row, else of its column strikes its text out."""
        style = cell.get("table:style-name", self.row_style)
        return self.strikes.get(style, False) if style else self.column in self.struck_columns

    def put(self, text: str) -> None:
        if self.row_repeat * self.cell_repeat > MOST_REPEATED:
            return
        for row in range(self.row, self.row + self.row_repeat):
            for column in range(self.column, self.column + self.cell_repeat):
                self.facts.texts[row, column] = text
