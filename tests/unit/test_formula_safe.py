"""CSV files are safe to open in a spreadsheet, and what was written can be read back."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.formula_safe import BYTE_ORDER_MARK, bare, csv_text, safe

FORMULAS = [
    "=1+1", "+86", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "　=HYPERLINK(\"http://x\")", "＝1+1",
    "＋1", "－1", "＠x", "\u200b=1", "\ufeff=1", "'=1", "'", "-", "-5",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_may_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe(text) == "'" + text


@pytest.mark.parametrize(
    "value", ["办公厅", "a=b", "2023-01-05", "(-5)", "“=”", "", 3, -3.5, True, None, dt.date(2023, 1, 5)]
)
def test_everything_else_is_written_as_it_is(value: object) -> None:
    assert safe(value) == value


def test_a_negative_number_stays_a_number() -> None:
    assert [safe(Decimal("-1E+3")), safe(Decimal("-0.50")), safe(-7)] == ["-1000", "-0.50", -7]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1))
def test_what_was_written_reads_back(texts: list[str]) -> None:
    written = csv_text([f"c{number}" for number in range(len(texts))], [texts])
    assert written.startswith(BYTE_ORDER_MARK)
    _, row = csv.reader(io.StringIO(written.removeprefix(BYTE_ORDER_MARK), newline=""))
    assert [bare(cell) for cell in row] == texts
