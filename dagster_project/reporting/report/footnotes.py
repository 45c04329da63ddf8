"""Footnotes of a Word document: the part that holds their texts, and the run that refers to one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

STYLE = "报告脚注"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
SEPARATORS = (("separator", -1), ("continuationSeparator", 0))


def reference(number: int) -> Any:
    """The run that refers to a footnote, for ``{{r ... }}`` of the template."""
    from docxtpl import RichText

    run = RichText()
    run.xml = f'<w:r>{RAISED}<w:footnoteReference w:id="{number}"/></w:r>'
    return run


def add_footnotes(document: Any, texts: Sequence[str]) -> None:
    """Add the part with the footnotes 1, 2, ... to a document that refers to them.

    Args:
        document: the python-docx document.
        texts: what they say.
    """
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    style = quoteattr(document.styles[STYLE].style_id)
    separators = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for kind, number in SEPARATORS
    )
    notes = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val={style}/></w:pPr><w:r>{RAISED}<w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:footnote>'
        for number, text in enumerate(texts, start=1)
    )
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:footnotes xmlns:w="{NAMESPACE}">{separators}{notes}</w:footnotes>'
    )
    part = Part(PackURI("/word/footnotes.xml"), TYPE, xml.encode("utf-8"), document.part.package)
    document.part.relate_to(part, RELATION)
