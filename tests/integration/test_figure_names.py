"""A person who knows the name of a figure and not its id finds it, and is told what may be meant where that is not clear."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_warehouse import Warehouse


def test_figure_is_found_by_its_name_as_by_its_id(sample: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    by_id, by_name = (sample.cli(monkeypatch, "explain", name) for name in ("spending.rate", "支出率"))
    assert by_id == by_name
    assert by_id[0] == 0 and "支出率(spending.rate,2023 年度" in by_id[1]


def test_name_that_several_figures_share_lists_them_with_their_ids(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, told = sample.cli(monkeypatch, "explain", "基本")
    assert code == 0 and "spending.basic" in told, "only one figure has this word"
    code, told = sample.cli(monkeypatch, "explain", "支出")
    assert code == 2
    assert "个数字的名称含“支出”" in told and "基本支出 spending.basic" in told


def test_name_that_no_figure_has_gets_the_likest(sample: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = sample.cli(monkeypatch, "explain", "spendng.rate")
    assert code == 2
    assert "没有数字 spendng.rate;相近的有:支出率 spending.rate" in told
    assert sample.cli(monkeypatch, "explain", "火星")[0] == 2


def test_figures_are_listed_and_searched(sample: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = sample.cli(monkeypatch, "figures", "2023", "三公")
    assert code == 0
    listed = [row for row in told.splitlines() if row.startswith("│")]
    assert listed and all("三公" in row or "three_public" in row for row in listed)
    assert len(sample.cli(monkeypatch, "figures", "2023")[1]) > len(told)
    code, told = sample.cli(monkeypatch, "figures", "2023", "火星")
    assert code == 2 and "没有编号或名称含“火星”的数字" in told


@pytest.mark.parametrize("place", ["nowhere/rows.csv", "."])
def test_export_that_cannot_be_written_is_refused_before_any_work(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str
) -> None:
    code, told = sample.cli(monkeypatch, "explain", "spending.rate", "--export", str(tmp_path / place))
    assert code == 2 and told.startswith("--export") and "spending.rate,2023" not in told
