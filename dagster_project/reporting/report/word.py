"""The report as a Word document: an edition poured into the template, and a last look for digits that nothing is bound to."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster_project.reporting.reading.published_year import PublishedYear
from dagster_project.reporting.report.binding import DocumentError, UnboundDigit, is_digit
from dagster_project.reporting.report.blocks import Edition
from dagster_project.reporting.report.footnotes import add_footnotes, reference

TEMPLATE = Path(__file__).parent / "templates" / "annual_report.docx"
CHART_WIDTH_CM = 15
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip archive can hold: the same bytes each time."""
PARAGRAPH = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"
TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


def write_word(
    year: PublishedYear, edition: Edition, pictures: Mapping[str, bytes], path: Path, template: Path = TEMPLATE
) -> None:
    """Write an edition as Word.

    Args:
        year: what the published version says of the year.
        edition: the bound text.
        pictures: each chart as PNG, by name.
        path: the file to write.
        template: the Word template.

    Raises:
        UnboundDigit: the template itself holds a digit.
        DocumentError: the template cannot be filled.
    """
    from docx.shared import Cm
    from docxtpl import DocxTemplate, InlineImage
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    document = DocxTemplate(str(template))
    document.init_docx()
    blocks: list[dict[str, Any]] = []
    footnotes: list[str] = []
    for block in edition.blocks:
        filled: dict[str, Any] = {"kind": block.kind, "name": block.name, "text": block.text, "footnote": ""}
        if block.kind == "chart":
            picture = io.BytesIO(pictures[block.name])
            filled["image"] = InlineImage(document, picture, width=Cm(CHART_WIDTH_CM))
        if block.kind == "table":
            filled["head"] = [cell.text for cell in block.head]
            filled["rows"] = [[cell.text for cell in row] for row in block.rows]
        if block.kind == "footnote":
            footnotes.append(block.text)
            blocks[-1]["footnote"] = reference(len(footnotes))
        elif block.kind != "mark":
            blocks.append(filled)
    marks = " · ".join(block.text for block in edition.blocks if block.kind == "mark")
    try:
        document.render(
            {"blocks": blocks, "marks": marks},
            jinja_env=SandboxedEnvironment(undefined=StrictUndefined, autoescape=True),
            autoescape=True,
        )
    except TemplateError as error:
        raise DocumentError(f"Word 模板 {template} 不能填写:{error}") from error
    add_footnotes(document.docx, footnotes)
    _describe(document.docx.core_properties, year, edition)
    stream = io.BytesIO()
    document.save(stream)
    content = same_bytes(stream.getvalue())
    refuse_unbound(content, edition, str(template))
    path.write_bytes(content)


def _describe(properties: Any, year: PublishedYear, edition: Edition) -> None:
    """Document properties that follow from the version alone."""
    moment = dt.datetime.fromisoformat(year.data_until or f"{year.fiscal_year}-12-31")
    properties.title = edition.title
    properties.author = properties.last_modified_by = year.department_name
    properties.comments = year.version
    properties.created = properties.modified = moment
    properties.revision = 1


def same_bytes(archive: bytes) -> bytes:
    """A zip archive with fixed times and order, so that equal content gives equal bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        names = sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, old.read(name))
    return target.getvalue()


def word_paragraphs(archive: bytes) -> list[str]:
    """The text of every paragraph of a Word document: body, headers, footers and notes."""
    from lxml import etree

    texts = []
    with zipfile.ZipFile(io.BytesIO(archive)) as document:
        for name in sorted(document.namelist()):
            if name.startswith("word/") and name.endswith(".xml"):
                root = etree.fromstring(document.read(name))
                for paragraph in root.iter(PARAGRAPH):
                    texts.append("".join(node.text or "" for node in paragraph.iter(TEXT)))
    return texts


def refuse_unbound(archive: bytes, edition: Edition, template: str) -> None:
    """Refuse a Word document with a paragraph that holds a digit and is not one of the edition's own.

    Raises:
        UnboundDigit: such a paragraph stands there, mostly because a digit was typed into the template.
    """
    own = {block.text for block in edition.blocks}
    own |= {sentence.text for sentence in edition.sentences()}
    own.add(" · ".join(block.text for block in edition.blocks if block.kind == "mark"))
    for text in word_paragraphs(archive):
        if text not in own and any(is_digit(character) for character in text):
            digits = next(character for character in text if is_digit(character))
            raise UnboundDigit(f"数字“{digits}”没有来源:Word 模板 {template},“{text}”。模板中不能直接写数字")
