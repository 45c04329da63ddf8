"""`jixiao check` says before a file is handed in whether it would be held, by the same rules as the night."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sample_warehouse import Warehouse

MAY = "payments/2023/2023年05月国库集中支付明细.csv"


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_a_file_that_lacks_rows_of_the_one_it_replaces_would_be_held(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = (sample.settings.raw_dir / MAY).read_bytes().splitlines(keepends=True)
    short = tmp_path / Path(MAY).name
    short.write_bytes(b"".join(lines[:150]))
    before = files_below(sample.settings.landing_dir)
    code, output = sample.cli(monkeypatch, "check", str(short))
    assert code == 1
    assert "报送后会被暂扣:" in output and "少了 94 行(上一版第 151 行 ZF202305000148" in output
    assert "在 received.csv 该文件一行的 confirmed(确认)列填写" in output
    assert "报送后会被暂扣,请先核对(只是试读" in output
    assert files_below(sample.settings.landing_dir) == before


def test_a_correction_of_a_row_would_count_and_what_it_changes_is_told(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = (sample.settings.raw_dir / MAY).read_bytes().splitlines(keepends=True)
    mended = tmp_path / Path(MAY).name
    mended.write_bytes(b"".join(lines[:150] + lines[151:-1]))
    code, output = sample.cli(monkeypatch, "check", str(mended))
    assert code == 0 and "可以报送" in output
    assert "与已载入的比较:" in output and "少了 1 行(上一版第 151 行" in output


def test_the_same_bytes_are_told_where_they_lie(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code, output = sample.cli(monkeypatch, "check", str(sample.settings.raw_dir / MAY))
    assert code == 0 and "这份文件已经载入,内容没有变化" in output
    again = tmp_path / "2023年05月支付(再报).csv"
    shutil.copy(sample.settings.raw_dir / MAY, again)
    code, output = sample.cli(monkeypatch, "check", str(again))
    assert code == 0 and f"与已载入的 {MAY} 内容完全相同,不必再报" in output


def test_another_month_under_the_name_of_this_one_would_be_held(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    june = tmp_path / "2023年06月国库集中支付明细.csv"
    shutil.copy(sample.settings.raw_dir / MAY, june)
    code, output = sample.cli(monkeypatch, "check", str(june))
    assert code == 1 and "报送后会被暂扣:" in output and "像是另一期的文件" in output
