"""Makes the first Word template of the report; every paragraph has a named style, so an officer changes the look in Word.

``python -m dagster_project.reporting.report.word_template`` begins anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

TEMPLATE = Path(__file__).parent / "templates" / "annual_report.docx"
EVEN_CM = (5.6, 3.4, 3.2, 3.2)
WIDE_THIRD_CM = (3.6, 2.9, 6.9, 2.0)
"""Column widths of the tables: as a rule, and of the list of sources."""
STYLES: dict[str, dict[str, Any]] = {
    # name: Chinese font, size in points, alignment, indent of the first line in characters, space around and height of a
    # line in points; without a height, what the letters need
    "报告标题": {
        "font": "方正小标宋简体",
        "size": 22,
        "align": "center",
        "before": 12,
        "after": 18,
        "outline": None,
        "line": 36,
    },
    "报告说明": {"font": "楷体", "size": 12, "align": "center", "after": 6, "line": 20},
    "报告一级标题": {"font": "黑体", "size": 16, "indent": 2, "before": 12, "after": 6, "outline": 0, "line": 28},
    "报告二级标题": {"font": "楷体", "size": 16, "indent": 2, "before": 6, "after": 3, "outline": 1, "line": 28},
    "报告附件标题": {"font": "黑体", "size": 16, "before": 12, "after": 6, "outline": 0, "line": 28},
    "报告正文": {"font": "仿宋", "size": 16, "indent": 2, "align": "justify", "line": 28},
    "报告图": {"font": "仿宋", "size": 10, "align": "center", "before": 6},
    "报告图题": {"font": "黑体", "size": 10.5, "align": "center", "after": 9},
    "报告表题": {"font": "黑体", "size": 10.5, "align": "center", "before": 9, "after": 3},
    "报告表头": {"font": "黑体", "size": 10.5, "align": "center", "line": 17},
    "报告表格": {"font": "宋体", "size": 10.5, "line": 17},
    "报告清单": {"font": "宋体", "size": 10.5, "line": 17},
    "报告页眉": {"font": "楷体", "size": 10.5, "align": "right"},
    "报告页码": {"font": "宋体", "size": 10.5, "align": "center"},
}
ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def make_template(path: Path = TEMPLATE) -> None:
    """Write the template: A4, margins and letter sizes of official documents (GB/T 9704-2012), one branch per kind of block."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    for name, look in STYLES.items():
        _add_style(document, name, look)
    _write(section.header.paragraphs[0], "{{ marks }}", "报告页眉")
    _page_number(section.footer.paragraphs[0])
    section.footer.paragraphs[0].style = "报告页码"

    def line(text: str, style: str = "报告正文") -> None:
        document.add_paragraph(text, style=style)

    line("{%p for block in blocks %}")
    branches = {
        "title": "报告标题",
        "note": "报告说明",
        "h1": "报告一级标题",
        "h2": "报告二级标题",
        "annex": "报告附件标题",
    }
    for number, (kind, style) in enumerate(branches.items()):
        line("{%p " + ("elif" if number else "if") + f" block.kind == '{kind}' %}}")
        line("{{ block.text }}", style)
    line("{%p elif block.kind == 'chart' %}")
    line("{{ block.image }}", "报告图")
    line("{{ block.text }}", "报告图题")
    for condition, widths, style in (
        ("block.name == 'sources'", WIDE_THIRD_CM, "报告清单"),
        ("true", EVEN_CM, "报告表格"),
    ):
        line(f"{{%p elif block.kind == 'table' and {condition} %}}")
        line("{{ block.text }}", "报告表题")
        _table(document, widths, style)
        line("", "报告图题")
    line("{%p else %}")
    line("{{ block.text }}")
    line("{%p endif %}")
    line("{%p endfor %}")
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))


def _add_style(document: Any, name: str, look: dict[str, Any]) -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    style.font.name, style.font.size = "Times New Roman", Pt(look["size"])
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), look["font"])
    form = style.paragraph_format
    form.alignment = ALIGNMENTS[look.get("align", "left")]
    form.space_before, form.space_after = Pt(look.get("before", 0)), Pt(look.get("after", 0))
    form.line_spacing = Pt(look["line"]) if "line" in look else 1.0
    form.widow_control = True
    if look.get("indent"):
        indent = style.element.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:firstLineChars"), str(look["indent"] * 100))
        indent.set(qn("w:firstLine"), str(int(look["indent"] * look["size"] * 20)))
    if look.get("outline") is not None:
        form.keep_with_next = True
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(look["outline"]))
        style.element.get_or_add_pPr().append(level)
    if name in ("报告图", "报告表题", "报告表头", "报告表格"):
        form.keep_with_next = True


def _table(document: Any, widths: tuple[float, ...], style: str) -> None:
    """The table of a block: a head that is repeated on each page, then a row per row; only lists break across pages."""
    table = document.add_table(rows=4, cols=len(widths), style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in enumerate(widths):
        table.columns[column].width = Cm(width)
        for row in table.rows:
            row.cells[column].width = Cm(width)
            row.cells[column].vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        _write(table.cell(0, column).paragraphs[0], f"{{{{ block.head[{column}] }}}}", "报告表头")
        _write(table.cell(2, column).paragraphs[0], f"{{{{ row[{column}] }}}}", style)
    _write(table.cell(1, 0).paragraphs[0], "{%tr for row in block.rows %}", style)
    _write(table.cell(3, 0).paragraphs[0], "{%tr endfor %}", style)
    for number, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))


def _write(paragraph: Any, text: str, style: str) -> None:
    paragraph.style = style
    paragraph.add_run(text)


def _page_number(paragraph: Any) -> None:
    """A page number that Word counts: a field, not a digit."""
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        run = paragraph.add_run()._r
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run.append(mark)
        else:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = text
            run.append(code)


if __name__ == "__main__":
    make_template()
