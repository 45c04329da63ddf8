"""Makes the first Word template of the report; every paragraph has a named style, so an officer changes the look in Word.

``python -m dagster_project.reporting.report.word_template`` begins anew. Layout: GB/T 9704-2012, 5 to 7.
"""

from __future__ import annotations

import re
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
LETTER_PT, LINE_PT = 16, 28.95
"""三号; 22 lines on the 225 mm that the margins leave (GB/T 9704-2012, 5.2.3)."""
CLOSER_PT = -0.3
"""What letters of 三号 lack so that 28 of them stand on 156 mm; a grid of letters would space out those of other sizes.

Not less: with 0.25 pt LibreOffice leaves a sign at the end of a full line out of the page."""
EVEN_CM = (5.6, 3.4, 3.2, 3.2)
WIDTHS_CM = {
    "duties": (1.6, 5.6, 2.9, 2.9, 2.4),
    "sources": (3.6, 2.9, 6.9, 2.0),
    "quality_checks": (4.7, 1.6, 1.6, 1.3, 6.2),
    "quality_issues": (1.6, 3.6, 3.6, 3.2, 3.4),
}
"""Column widths of the tables: as a rule, and of those with long texts."""
SHORT_CM = 3
"""Below this a column holds numbers and single words, which stand in the middle; texts begin at the left."""
OTHER_NAMES = {
    "方正小标宋简体": "方正小标宋_GBK,小标宋体,华文中宋,宋体",
    "仿宋": "仿宋_GB2312,华文仿宋,FangSong",
    "楷体": "楷体_GB2312,华文楷体,KaiTi",
    "黑体": "华文黑体,SimHei",
    "宋体": "华文宋体,SimSun",
}
"""Which fonts stand in where one is not installed; Word reads them from the list of fonts of the document."""
STYLES: dict[str, dict[str, Any]] = {
    # name: Chinese font, size in points, alignment, indents in characters (first line, left, right), space around and height
    # of a line in points; without a height, what the letters need
    "报告附件序号": {"font": "黑体", "size": 16, "line": LINE_PT, "after": LINE_PT},
    "报告标题": {"font": "方正小标宋简体", "size": 22, "align": "center", "line": 35, "after": LINE_PT},
    "报告说明": {"font": "楷体", "size": 12, "align": "center", "line": LINE_PT},
    "报告一级标题": {"font": "黑体", "size": 16, "indent": 2, "outline": 0, "line": LINE_PT},
    "报告二级标题": {"font": "楷体", "size": 16, "indent": 2, "outline": 1, "line": LINE_PT},
    "报告附件标题": {"font": "黑体", "size": 16, "outline": 0, "line": LINE_PT, "new_page": True},
    "报告正文": {"font": "仿宋", "size": 16, "indent": 2, "align": "justify", "line": LINE_PT},
    "报告落款": {"font": "仿宋", "size": 16, "align": "right", "right": 2, "before": 2 * LINE_PT, "line": LINE_PT},
    "报告成文日期": {"font": "仿宋", "size": 16, "align": "right", "right": 4, "line": LINE_PT},
    "报告图": {"font": "仿宋", "size": 10, "align": "center", "before": 6},
    "报告图题": {"font": "黑体", "size": 10.5, "align": "center", "after": 9},
    "报告表题": {"font": "黑体", "size": 10.5, "align": "center", "before": 9, "after": 3},
    "报告表头": {"font": "黑体", "size": 10.5, "align": "center", "line": 17},
    "报告表格": {"font": "宋体", "size": 10.5, "align": "center", "line": 17},
    "报告清单": {"font": "宋体", "size": 10.5, "line": 17},
    "报告页眉": {"font": "楷体", "size": 10.5, "align": "right"},
    "报告单页页码": {"font": "宋体", "size": 14, "align": "right", "right": 1},
    "报告双页页码": {"font": "宋体", "size": 14, "align": "left", "left": 1},
    "报告脚注": {"font": "仿宋", "size": 9, "align": "justify", "line": 13},
}
BRANCHES = {
    "heading": "报告附件序号",
    "title": "报告标题",
    "note": "报告说明",
    "h1": "报告一级标题",
    "h2": "报告二级标题",
    "annex": "报告附件标题",
    "signature": "报告落款",
    "dated": "报告成文日期",
}
KEPT_WITH_NEXT = ("报告图", "报告表题", "报告表头", "报告表格", "报告落款")
ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def make_template(path: Path = TEMPLATE) -> None:
    """Write the template: A4 with margins, grid and letter sizes of official documents, one branch per kind of block."""
    document = Document()
    document.styles["Normal"].font.size = Pt(LETTER_PT)
    for name, look in STYLES.items():
        _add_style(document, name, look)
    _lay_out(document)
    _say_chinese(document)
    _name_fonts(document)

    def line(text: str, style: str = "报告正文") -> None:
        document.add_paragraph(text, style=style)

    line("{%p for block in blocks %}")
    for number, (kind, style) in enumerate(BRANCHES.items()):
        line("{%p " + ("elif" if number else "if") + f" block.kind == '{kind}' %}}")
        line("{{ block.text }}", style)
    line("{%p elif block.kind == 'chart' %}")
    line("{{ block.image }}", "报告图")
    line("{{ block.text }}", "报告图题")
    for name, widths in {**WIDTHS_CM, "": EVEN_CM}.items():
        line("{%p elif block.kind == 'table'" + (f" and block.name == '{name}'" if name else "") + " %}")
        line("{{ block.text }}", "报告表题")
        _table(document, widths, is_list=bool(name))
        line("", "报告图题")
    line("{%p elif block.footnote %}")
    noted = document.add_paragraph("{{ block.text }}", style="报告正文")
    noted.add_run("{{r block.footnote }}")
    line("{%p else %}")
    line("{{ block.text }}")
    line("{%p endif %}")
    line("{%p endfor %}")
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))


def _lay_out(document: Any) -> None:
    """Page, grid, headers with the marks, page numbers: odd ones at the right, even ones at the left."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    section.footer_distance = Cm(2.3)
    document.settings.odd_and_even_pages_header_footer = True
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(LINE_PT * 20)))
    for header in (section.header, section.even_page_header):
        _write(header.paragraphs[0], "{{ marks }}", "报告页眉")
    for footer, style in ((section.footer, "报告单页页码"), (section.even_page_footer, "报告双页页码")):
        _page_number(footer.paragraphs[0], style)


def _say_chinese(document: Any) -> None:
    """The language of the Chinese letters, for spelling, line breaks and the choice of fonts."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    for name, value in (("val", "en-US"), ("eastAsia", "zh-CN")):
        language.set(qn(f"w:{name}"), value)
    theme = document.settings.element.find(qn("w:themeFontLang"))
    if theme is not None:
        theme.set(qn("w:eastAsia"), "zh-CN")


def _name_fonts(document: Any) -> None:
    """Name in the document's list of fonts which ones stand in for each."""
    part = next(part for part in document.part.package.iter_parts() if str(part.partname) == "/word/fontTable.xml")
    named = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in OTHER_NAMES.items()
    )
    text = part.blob.decode("utf-8")
    for name in OTHER_NAMES:
        text = re.sub(f'<w:font w:name="{name}">.*?</w:font>', "", text, flags=re.DOTALL)
    part._blob = text.replace("</w:fonts>", f"{named}</w:fonts>").encode("utf-8")


def _add_style(document: Any, name: str, look: dict[str, Any]) -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    style.font.name, style.font.size = "Times New Roman", Pt(look["size"])
    if look["size"] == LETTER_PT:
        closer = OxmlElement("w:spacing")
        closer.set(qn("w:val"), str(round(CLOSER_PT * 20)))
        style.element.get_or_add_rPr().find(qn("w:sz")).addprevious(closer)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), look["font"])
    form = style.paragraph_format
    form.alignment = ALIGNMENTS[look.get("align", "left")]
    form.space_before, form.space_after = Pt(look.get("before", 0)), Pt(look.get("after", 0))
    form.line_spacing = Pt(look["line"]) if "line" in look else 1.0
    form.widow_control = True
    if look.get("new_page"):
        form.page_break_before = True
    if look["size"] != LETTER_PT:
        off_grid = OxmlElement("w:snapToGrid")
        off_grid.set(qn("w:val"), "0")
        style.element.get_or_add_pPr().find(qn("w:spacing")).addprevious(off_grid)
    for side, attribute in (("indent", "firstLine"), ("left", "left"), ("right", "right")):
        if look.get(side):
            indent = style.element.get_or_add_pPr().get_or_add_ind()
            indent.set(qn(f"w:{attribute}Chars"), str(look[side] * 100))
            indent.set(qn(f"w:{attribute}"), str(int(look[side] * look["size"] * 20)))
    if name == "报告标题":
        # The empty line stands below the last line of the title, not between its lines.
        between = OxmlElement("w:contextualSpacing")
        style.element.get_or_add_pPr().find(qn("w:jc")).addprevious(between)
    if look.get("outline") is not None:
        form.keep_with_next = True
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(look["outline"]))
        style.element.get_or_add_pPr().append(level)
    if name in KEPT_WITH_NEXT:
        form.keep_with_next = True


def _table(document: Any, widths: tuple[float, ...], *, is_list: bool) -> None:
    """The table of a block: a head that is repeated on each page, then a row per row; only lists break across pages."""
    table = document.add_table(rows=4, cols=len(widths), style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    styles = ["报告清单" if is_list and width >= SHORT_CM else "报告表格" for width in widths]
    for column, width in enumerate(widths):
        table.columns[column].width = Cm(width)
        for row in table.rows:
            row.cells[column].width = Cm(width)
            row.cells[column].vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        _write(table.cell(0, column).paragraphs[0], f"{{{{ block.head[{column}] }}}}", "报告表头")
        _write(table.cell(2, column).paragraphs[0], f"{{{{ row[{column}] }}}}", styles[column])
    _write(table.cell(1, 0).paragraphs[0], "{%tr for row in block.rows %}", styles[0])
    _write(table.cell(3, 0).paragraphs[0], "{%tr endfor %}", styles[0])
    for number, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))


def _write(paragraph: Any, text: str, style: str) -> None:
    paragraph.style = style
    paragraph.add_run(text)


def _page_number(paragraph: Any, style: str) -> None:
    """A page number between dashes, which Word counts: a field, not a digit."""
    paragraph.style = style
    paragraph.add_run("— ")
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
    paragraph.add_run(" —")


if __name__ == "__main__":
    make_template()
