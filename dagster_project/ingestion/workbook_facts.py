"""What an xlsx, xlsm or strict OOXML workbook says besides its values: epoch, number formats, errors, formulas, hidden rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dagster_project.ingestion.number_formats import Shown, telling_formats
from dagster_project.ingestion.rich_text import TRUE, Strikes, has_strike, shared_strikes
from dagster_project.ingestion.sheet_facts import (
    EPOCH_1904,
    MOST_AREA,
    SPREADSHEET_EPOCH,
    BookFacts,
    SheetFacts,
    named,
    refuse_far_cell,
    refuse_many_sheets,
)
from dagster_project.ingestion.workbook_beside import add_notes, add_texts_beside
from dagster_project.ingestion.workbook_conditions import struck_ranges
from dagster_project.ingestion.workbook_parts import ZipParts, main_part, parsed_xml, part_links, part_xml
from dagster_project.ingestion.workbook_sheet_xml import SheetScan, last_cell, well_formed

if TYPE_CHECKING:
    from lxml import etree


@dataclass(frozen=True)
class Styles:
    """The cell styles that say something, by their number as cells give it."""

    telling: Mapping[str, Shown] = field(default_factory=dict)
    """Those that show more than the number."""
    struck: frozenset[str] = frozenset()
    """Those whose text is struck out."""
    striking: frozenset[str] = frozenset()
    """The formats of conditions that strike out."""


def xlsx_facts(parts: ZipParts) -> BookFacts:
    """Read the facts of every worksheet.

    Raises:
        Refused: a part is missing or damaged, or a cell stands so far away that the sheet cannot be laid out.
    """
    book = main_part(parts)
    root = part_xml(parts, book)
    links = part_links(parts, book)
    properties, calculation = root.find("{*}workbookPr"), root.find("{*}calcPr")
    is_1904 = properties is not None and properties.get("date1904") in TRUE
    is_uncalculated = calculation is not None and calculation.get("fullCalcOnLoad") in TRUE
    targets = {kind: target for kind, target in links.values()}
    texts: Mapping[str, Strikes] = {}
    if (shared := targets.get("sharedStrings")) and has_strike(parts.pieces(shared)):
        texts = shared_strikes(parts.pieces(shared))
    styles = _styles(parts.read(targets["styles"])) if "styles" in targets else Styles()
    sheets: dict[str | int, SheetFacts] = {}
    refuse_many_sheets(len(root.findall("{*}sheets/{*}sheet")))
    for element in root.iterfind("{*}sheets/{*}sheet"):
        link = next((value for name, value in element.attrib.items() if name.endswith("}id")), "")
        kind, target = links.get(link, ("", ""))
        if kind == "worksheet":
            name = element.get("name", "")
            with named(name):
                sheets[name] = _sheet(parts, target, styles, texts)
                add_texts_beside(parts, target, sheets[name], add_notes)
    facts = BookFacts(sheets, EPOCH_1904 if is_1904 else SPREADSHEET_EPOCH)
    if is_uncalculated:
        facts.doubt_results()
    facts.macros = next((target for kind, target in links.values() if kind == "vbaProject"), "")
    facts.link_count = sum(kind == "externalLink" for kind, _ in links.values())
    return facts


def _sheet(parts: ZipParts, target: str, styles: Styles, texts: Mapping[str, Strikes]) -> SheetFacts:
    scan = SheetScan(styles.telling, styles.struck, texts)
    facts = scan.scan(well_formed(parts.pieces(target)))
    if scan.rows * scan.columns > MOST_AREA:
        refuse_far_cell(*last_cell(parts.pieces(target)))
    facts.struck_ranges = struck_ranges(scan.conditions, styles.striking)
    return facts


def _styles(content: bytes) -> Styles:
    has_strike = b"strike" in content
    if not has_strike and b"numFmts" not in content and not re.search(rb"""numFmtId=["'](?:9|10)["']""", content):
        return Styles()
    root = parsed_xml(content, "styles.xml")
    custom = {
        int(each.get("numFmtId", "0")): each.get("formatCode", "") for each in root.iterfind("{*}numFmts/{*}numFmt")
    }
    telling = {str(number): shown for number, shown in telling_formats(custom).items()}
    struck = _striking(root, "{*}fonts/{*}font", "{*}strike") if has_strike else frozenset()
    styles = [(str(place), style) for place, style in enumerate(root.iterfind("{*}cellXfs/{*}xf"))]
    return Styles(
        {name: telling[number] for name, style in styles if (number := style.get("numFmtId", "")) in telling},
        frozenset(name for name, style in styles if style.get("fontId", "0") in struck),
        _striking(root, "{*}dxfs/{*}dxf", "{*}font/{*}strike") if has_strike else frozenset(),
    )


def _striking(root: etree._Element, each: str, strike: str) -> frozenset[str]:
    """The numbers of the elements that hold a strike which is on."""
    found = ((str(place), element.find(strike)) for place, element in enumerate(root.iterfind(each)))
    return frozenset(place for place, at in found if at is not None and at.get("val", "1") in TRUE)
