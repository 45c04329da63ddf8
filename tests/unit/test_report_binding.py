"""No digit without a source: in sentences, in the Word template, in the page; and what is declared instead."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from docx import Document

from dagster_project.reporting.reading.published import plain_number
from dagster_project.reporting.reading.published_year import ranges
from dagster_project.reporting.report import page, word
from dagster_project.reporting.report.binding import CLOSE, KINDS, OPEN, Token, UnboundDigit, bound
from dagster_project.reporting.report.fonts import NoChineseFont, sans_font
from dagster_project.reporting.report.report_text import TEXT_DIR, Block, Edition, full_width
from dagster_project.reporting.report.word_template import STYLES, TEMPLATE

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
