"""Copies of xlsx workbooks that spreadsheet programs open and the cell reader does not, in the spelling that it knows."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import quoteattr

from dagster_project.ingestion.sheet_facts import ERRORS
from dagster_project.ingestion.workbook_parts import MAIN_PART, ZipParts, main_part, part_links

ERROR_CELL = re.compile(rb"""(\bt=["']e["'][^>]*>(?:<(?:\w+:)?f\b[^<]*(?:</(?:\w+:)?f>)?)?<(?:\w+:)?v>)(#[^<]*)""")
KNOWN_ERRORS = frozenset(text.encode() for text in ERRORS.values())
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def respelt(parts: ZipParts) -> io.BytesIO:
    """The workbook with its main part in the usual place, plain names of parts, and only the errors that the cell reader knows.

    Errors of newer programs, such as ``#SPILL!``, become ``#N/A`` here; the facts of the sheet hold their real text.

    Raises:
        Refused: a part is damaged.
    """
    book, links = main_part(parts), part_links(parts, main_part(parts))
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w") as archive:
        archive.writestr("_rels/.rels", _relations({"main": ("officeDocument", MAIN_PART)}))
        archive.writestr(MAIN_PART, parts.read(book))
        archive.writestr("xl/_rels/workbook.xml.rels", _relations(links))
        for kind, target in links.values():
            if target in parts and kind in ("worksheet", "chartsheet", "styles", "sharedStrings"):
                archive.writestr(target, ERROR_CELL.sub(_known_error, parts.read(target)))
    copy.seek(0)
    return copy


def _known_error(cell: re.Match[bytes]) -> bytes:
    return cell[1] + (cell[2] if cell[2] in KNOWN_ERRORS else b"#N/A")


def _relations(links: dict[str, tuple[str, str]]) -> str:
    each = "".join(
        f"<Relationship Id={quoteattr(link)} Type={quoteattr(f'{OFFICE}/{kind}')} Target={quoteattr(f'/{target}')}/>"
        for link, (kind, target) in links.items()
    )
    return f'<Relationships xmlns="{RELATIONS}">{each}</Relationships>'
