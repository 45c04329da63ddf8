"""No digit without a source: in sentences, in the Word template, in the page; and what is declared instead."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from docx import Document

from dagster_project.reporting.chinese_text import chinese_number, closed_up, full_width
from dagster_project.reporting.reading.published import plain_number
from dagster_project.reporting.reading.published_year import ranges
from dagster_project.reporting.report import page, word
from dagster_project.reporting.report.binding import CLOSE, KINDS, OPEN, Token, UnboundDigit, bound
from dagster_project.reporting.report.blocks import Block, Edition
from dagster_project.reporting.report.fonts import NoChineseFont, sans_font
from dagster_project.reporting.report.report_text import TEXT_DIR
from dagster_project.reporting.report.word_template import EVEN_CM, STYLES, TEMPLATE, WIDTHS_CM

RATE = Token("figure", "spending.rate", "98.7%")


def edition(*texts: str) -> Edition:
    return Edition("public", False, tuple(Block("p", (bound("试", text, [RATE]),)) for text in texts), ())


@pytest.mark.parametrize("digit", ["98.7", "2023", "\uff12", "\u2460", "\u2162"])
def test_digit_without_a_source_is_refused_and_named_with_its_sentence(digit: str) -> None:
    with pytest.raises(UnboundDigit) as refusal:
        bound("02_results.yaml 第 3 段", f"支出率{OPEN}0{CLOSE}，另有{digit}个百分点", [RATE])
    assert f"“{digit}”" in str(refusal.value)
    assert "02_results.yaml 第 3 段" in str(refusal.value)
    assert f"支出率98.7%，另有{digit}个百分点" in str(refusal.value)


def test_bound_digits_and_chinese_numerals_pass() -> None:
    sentence = bound("试", f"第三十七条，支出率{OPEN}0{CLOSE}", [RATE])
    assert sentence.text == "第三十七条，支出率98.7%"
    assert sentence.tokens == [RATE]
    assert sentence.keys == {"figure:spending.rate"}


def test_digits_that_no_ledger_gives_have_a_kind_of_their_own() -> None:
    assert {"date", "article", "document", "name", "number"} <= set(KINDS)


def test_shipped_texts_hold_no_digit_outside_their_tokens() -> None:
    """The builder refuses them too; this names the file before a warehouse is there."""
    import re

    for path in sorted(TEXT_DIR.glob("*.yaml")):
        for entry in _texts(yaml.safe_load(path.read_text(encoding="utf-8"))):
            plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", entry)
            bound(path.name, plain, [])


def _texts(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    if isinstance(node, list):
        return [text for entry in node for text in _texts(entry)]
    if isinstance(node, dict):
        silent = (
            "if",
            "for",
            "rows",
            "years",
            "valid_from",
            "valid_to",
            "edition",
            "chart",
            "table",
            "expression",
            "decimals",
            "level2",
            "level3",
        )
        return [text for key, entry in node.items() if key not in silent for text in _texts(entry)]
    return []


def test_digit_typed_into_the_word_template_is_refused(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("支出率98.7%")
    document.add_paragraph("截至2024年3月")
    document.save(str(tmp_path / "report.docx"))
    with pytest.raises(UnboundDigit, match="截至2024年3月"):
        word.refuse_unbound((tmp_path / "report.docx").read_bytes(), edition(f"支出率{OPEN}0{CLOSE}"), "report.docx")


def test_digit_typed_into_the_page_is_refused() -> None:
    page.refuse_unbound('<p>支出率<a data-kind="figure">98.7%</a></p><style>p{margin:0}</style>')
    with pytest.raises(UnboundDigit, match="2024"):
        page.refuse_unbound('<p>支出率<a data-kind="figure">98.7%</a></p><p>截至2024年</p>')


def test_shipped_word_template_has_a_named_style_for_every_kind_of_text() -> None:
    document = Document(str(TEMPLATE))
    assert set(STYLES) <= {style.name for style in document.styles}


def test_zip_archives_of_equal_content_are_equal_bytes(tmp_path: Path) -> None:
    import zipfile

    for name, order in (("a", (1, 2)), ("b", (2, 1))):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for number in order:
                archive.writestr(zipfile.ZipInfo(f"{number}.xml", (2000 + number, 1, 1, 0, 0, 0)), str(number))
    first, second = ((tmp_path / name).read_bytes() for name in "ab")
    assert first != second
    assert word.same_bytes(first) == word.same_bytes(second)


def test_charts_find_a_font_with_chinese_letters() -> None:
    assert sans_font().is_file()


def test_missing_font_is_said_and_not_drawn_as_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    import pylopdf_fonts_zh_cn

    monkeypatch.setattr(pylopdf_fonts_zh_cn, "sans_path", lambda: Path("/nowhere/NotoSansSC-Regular.otf"))
    with pytest.raises(NoChineseFont, match="NotoSansSC"):
        sans_font()


def test_rows_are_told_as_ranges() -> None:
    assert ranges([3, 4, 5, 9]) == [(3, 5), (9, 9)]
    assert ranges([]) == []


def test_numbers_round_half_up_once() -> None:
    from decimal import Decimal

    assert plain_number(Decimal("58.765"), 2) == "58.77"
    assert plain_number(Decimal("1071.000000")) == "1,071"


def test_punctuation_of_chinese_texts_is_full_width_and_that_of_numbers_is_not() -> None:
    assert full_width("方案(2023年,复原)") == "方案\uff082023年\uff0c复原\uff09"
    assert full_width("1,071.5") == "1,071.5"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("缺数据(38/39)", "缺数据（38/39）"),
        ("(2023 年", "(2023 年"),
        ("同日同额(首张见 first_no)", "同日同额（首张见 first_no）"),
        ("甲(乙(1)丙)", "甲（乙（1）丙）"),
        ("f(x)", "f(x)"),
        ("99.6%)", "99.6%)"),
        ('"三公"经费', "“三公”经费"),
        ('say "no"', 'say "no"'),
    ],
)
def test_signs_come_in_pairs_of_one_width(text: str, printed: str) -> None:
    assert full_width(text) == printed


def test_texts_of_documents_have_no_space_between_chinese_letters_and_numbers() -> None:
    assert closed_up("检查 483 项:A 类 1 项") == "检查483项:A类1项"
    assert closed_up("no space") == "no space"


@pytest.mark.parametrize(("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (34, "三十四")])
def test_numbers_of_headings_are_chinese_numerals(number: int, text: str) -> None:
    assert chinese_number(number) == text


def test_word_template_is_laid_out_as_official_documents_are() -> None:
    from docx.oxml.ns import qn

    document = Document(str(TEMPLATE))
    section = document.sections[0]
    cm = {name: round(getattr(section, name).cm, 1) for name in ("page_width", "page_height", "top_margin")}
    assert cm == {"page_width": 21.0, "page_height": 29.7, "top_margin": 3.7}
    assert (round(section.left_margin.cm, 1), round(section.right_margin.cm, 1)) == (2.8, 2.6)
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        assert footer.paragraphs[0].text == "—  —" and " PAGE " in footer._element.xml
        indent = document.styles[footer.paragraphs[0].style.name].element.pPr.find(qn("w:ind"))
        assert indent.get(qn(f"w:{side}Chars")) == "100"
    fonts = {
        name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("报告标题", "报告正文", "报告一级标题", "报告二级标题", "报告单页页码")
    }
    assert list(fonts.values()) == ["方正小标宋简体", "仿宋", "黑体", "楷体", "宋体"]
    sizes = {name: document.styles[name].font.size.pt for name in fonts}
    assert list(sizes.values()) == [22, 16, 16, 16, 14]
    body = document.styles["报告正文"].paragraph_format
    height = section.page_height - section.top_margin - section.bottom_margin
    assert int(height / body.line_spacing) == 22, "22 lines on a page"
    letter = document.styles["报告正文"].element.rPr.find(qn("w:spacing"))
    width = section.page_width - section.left_margin - section.right_margin
    assert int(width / 12700 / (16 + int(letter.get(qn("w:val"))) / 20)) == 28, "28 letters on a line"


def test_word_template_says_its_language_and_what_stands_in_for_its_fonts() -> None:
    import zipfile

    with zipfile.ZipFile(TEMPLATE) as archive:
        styles, fonts = (archive.read(f"word/{name}.xml").decode("utf-8") for name in ("styles", "fontTable"))
    assert 'w:eastAsia="zh-CN"' in styles and 'w:eastAsia="en-US"' not in styles
    used = {look["font"] for look in STYLES.values()}
    for font in used:
        assert f'<w:font w:name="{font}"><w:altName w:val="' in fonts, font


def test_each_table_of_the_texts_has_as_many_columns_in_the_word_template() -> None:
    """A column that the template does not have would be left out of the document."""
    tables = {
        entry["table"]: len(entry["columns"])
        for path in sorted((TEMPLATE.parents[1] / "text").glob("0*.yaml"))
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))
        if "table" in entry
    }
    assert len(tables) > 2
    assert {name: len(WIDTHS_CM.get(name, EVEN_CM)) for name in tables} == tables
