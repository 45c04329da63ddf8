"""Texts of a zipped workbook outside its cells: notes, text boxes, the head and foot of the printed page. They may state a unit."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet_facts import BOX, NOTE, SheetFacts
from dagster_project.ingestion.text_table import column_number
from dagster_project.ingestion.workbook_parts import ZipParts, part_links, part_xml

PAGE_PARTS = re.compile(r"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)\b[^>]*>([^<]*)<")
PAGE_CODES = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|[0-9]+|[A-Za-z&+-])')
"""Of a head or foot: side, font, colour, size, and what the program fills in."""
VML_TEXT = re.compile(r"<(?:\w+:)?textbox\b[^>]*>(.*?)</(?:\w+:)?textbox>", re.DOTALL)
TAG = re.compile("<[^>]*>")
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")

ReadNotes = Callable[[ZipParts, str, SheetFacts], None]


def page_text(head_and_foot: bytes) -> str:
    """What the head and foot of the printed page say, without the codes for side, font and page number."""
    sections = PAGE_PARTS.findall(head_and_foot.decode("utf-8", "replace"))
    return " ".join(plain_page(html.unescape(text)).strip() for text in sections).strip()


def plain_page(text: str) -> str:
    """The text of a head or foot with its codes as blanks."""
    return PAGE_CODES.sub(" ", text)


def add_texts_beside(parts: ZipParts, sheet: str, facts: SheetFacts, read_notes: ReadNotes) -> None:
    """Read the notes and text boxes that a sheet points to; one that is damaged is told of, and the cells load."""
    for kind, target in part_links(parts, sheet).values():
        if kind not in ("comments", "drawing", "vmlDrawing") or target not in parts:
            continue
        try:
            if kind == "comments":
                read_notes(parts, target, facts)
            elif kind == "drawing":
                _add_boxes(parts, target, facts)
            else:
                _add_old_boxes(parts, target, facts)
        except Refused as refused:
            if refused.rule != "damaged_workbook":
                raise
            facts.unread.append(NOTE if kind == "comments" else BOX)


def add_notes(parts: ZipParts, target: str, facts: SheetFacts) -> None:
    """The notes of an xlsx sheet, each with its cell."""
    for note in part_xml(parts, target).iterfind("{*}commentList/{*}comment"):
        cell = REFERENCE.fullmatch(note.get("ref", "").upper())
        place = (int(cell[2]) - 1, column_number(cell[1])) if cell else None
        facts.add_beside(NOTE, "".join(text.text or "" for text in note.iter("{*}t")), place)


def _add_boxes(parts: ZipParts, target: str, facts: SheetFacts) -> None:
    root = part_xml(parts, target)
    for shape in root.iter("{*}sp"):
        lines = ("".join(text.text or "" for text in line.iter("{*}t")) for line in shape.iter("{*}p"))
        facts.add_beside(BOX, "\n".join(lines))
    if next(root.iter("{*}pic"), None) is not None:
        facts.unread.append("图片")


def _add_old_boxes(parts: ZipParts, target: str, facts: SheetFacts) -> None:
    """Labels and boxes of old programs; their XML is often none, so it is searched."""
    for text in VML_TEXT.findall(parts.read(target).decode("utf-8", "replace")):
        facts.add_beside(BOX, html.unescape(TAG.sub("", text)))
