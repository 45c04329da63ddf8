"""What an xlsx, xlsm or strict OOXML workbook says besides its values: epoch, percent formats, errors, formulas, hidden rows."""

from __future__ import annotations

import re

from dagster_project.ingestion.sheet_facts import (
    EPOCH_1904,
    MOST_AREA,
    SPREADSHEET_EPOCH,
    BookFacts,
    SheetFacts,
    named,
    percent_formats,
    refuse_far_cell,
    refuse_many_sheets,
)
from dagster_project.ingestion.workbook_parts import ZipParts, main_part, parsed_xml, part_links, part_xml
from dagster_project.ingestion.workbook_sheet_xml import TRUE, SheetScan, last_cell, well_formed


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
    for _ in parts.pieces(targets["sharedStrings"]) if "sharedStrings" in targets else ():
        pass  # proved whole here: the cell reader looks at no checksum
    percent = _percent_styles(parts.read(targets["styles"])) if "styles" in targets else frozenset()
    sheets: dict[str | int, SheetFacts] = {}
    refuse_many_sheets(len(root.findall("{*}sheets/{*}sheet")))
    for element in root.iterfind("{*}sheets/{*}sheet"):
        link = next((value for name, value in element.attrib.items() if name.endswith("}id")), "")
        kind, target = links.get(link, ("", ""))
        if kind == "worksheet":
            name = element.get("name", "")
            with named(name):
                sheets[name] = _sheet(parts, target, percent)
    facts = BookFacts(sheets, EPOCH_1904 if is_1904 else SPREADSHEET_EPOCH)
    if is_uncalculated:
        facts.doubt_results()
    facts.macros = next((target for kind, target in links.values() if kind == "vbaProject"), "")
    facts.link_count = sum(kind == "externalLink" for kind, _ in links.values())
    return facts


def _sheet(parts: ZipParts, target: str, percent: frozenset[str]) -> SheetFacts:
    scan = SheetScan(percent)
    facts = scan.scan(well_formed(parts.pieces(target)))
    if scan.rows * scan.columns > MOST_AREA:
        refuse_far_cell(*last_cell(parts.pieces(target)))
    return facts


def _percent_styles(content: bytes) -> frozenset[str]:
    """The cell styles, by their number as cells give it, that show a percentage."""
    if b"%" not in content and not re.search(rb"""numFmtId=["'](?:9|10)["']""", content):
        return frozenset()
    root = parsed_xml(content, "styles.xml")
    custom = {
        int(each.get("numFmtId", "0")): each.get("formatCode", "") for each in root.iterfind("{*}numFmts/{*}numFmt")
    }
    percent = {str(number) for number in percent_formats(custom)}
    styles = enumerate(root.iterfind("{*}cellXfs/{*}xf"))
    return frozenset(str(place) for place, style in styles if style.get("numFmtId") in percent)
