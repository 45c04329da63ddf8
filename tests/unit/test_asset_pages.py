"""What Dagster shows beside a table: changes in words, cells that are never markup, bars that never lie."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dagster_project.asset_pages.counts import change_text, changes_table
from dagster_project.asset_pages.pictures import BAR, bar
from dagster_project.asset_pages.preview import LETTERS, cell_text


@pytest.mark.parametrize(
    ("count", "before", "text"),
    [
        (3198, 3186, "+12 行(上一版本 3,186 行)"),
        (3186, 3198, "-12 行(上一版本 3,198 行)"),
        (5, 5, "行数未变(上一版本 5 行)"),
        (5, None, "上一版本没有这张表"),
    ],
)
def test_a_change_is_said_with_what_was(count: int, before: int | None, text: str) -> None:
    assert change_text(count, before) == text


def test_only_tables_that_changed_are_listed_and_the_others_counted() -> None:
    told = changes_table({"marts.a": 2, "marts.b": 1, "marts.new": 3}, {"marts.a": 1, "marts.b": 1, "marts.old": 9})
    assert "| [marts.a](/jixiao/tables/marts.a) | 2 | 1 | +1 |" in told
    assert "| — | 9 | 已删除 |" in told and "| 3 | — | 新表 |" in told
    assert "marts.b" not in told and "另有 1 张表行数未变" in told


@pytest.mark.parametrize(
    "text", ["[red]x", "a|b", "<img src=x>", "`code`", "line\nline", "*bold*", "![x](http://evil)"]
)
def test_a_cell_is_text_and_stays_on_its_line(text: str) -> None:
    shown = cell_text(text)
    assert "\n" not in shown
    for sign in "[]()|<>`*!":
        assert shown.count(sign) == shown.count(f"\\{sign}"), shown


def test_a_long_cell_is_cut_and_says_so() -> None:
    assert cell_text("长" * 100) == "长" * (LETTERS - 1) + "…"


@pytest.mark.parametrize(
    ("share", "blocks"), [(0, 0), (Decimal("0.5"), BAR // 2), (0.987, BAR - 1), (1, BAR), (1.7, BAR), (-1, 0)]
)
def test_a_bar_is_never_longer_than_the_whole(share: float, blocks: int) -> None:
    assert bar(share) == "█" * blocks + "░" * (BAR - blocks)
    assert bar(None) == ""
