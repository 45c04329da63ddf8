"""A file that is being copied is not read in half, does not hold up the others, and is news once when it is whole."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from ledger_files import payment_cells, payments_text

from dagster_project.monitoring.settling import look, settled_only
from dagster_project.settings import Settings

ONE, OTHER = "payments/2023/2023年01月支付明细.csv", "payments/2023/2023年02月支付明细.csv"
TEXT = payments_text([payment_cells(1)]).encode()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "raw" / "payments" / "2023").mkdir(parents=True)
    return Settings(raw_dir=tmp_path / "raw", build_dir=tmp_path / "build")


def write(settings: Settings, name: str, content: bytes, age: float) -> None:
    """A file that was changed so many seconds ago."""
    path = settings.raw_dir / name
    path.write_bytes(content)
    os.utime(path, times=(time.time() - age,) * 2)


def test_a_file_is_news_once_it_lies_still_and_once_only(settings: Settings) -> None:
    write(settings, ONE, TEXT[:100], 1)
    first = look(settings, "")
    assert not first.is_news and f"1 个文件还在写入,等它们写完:{ONE}" in first.text_zh
    write(settings, ONE, TEXT, 20)
    changed = look(settings, first.cursor)
    assert not changed.is_news and "还在写入" in changed.text_zh, (
        "its size differs from the last look, whatever its time says"
    )
    whole = look(settings, changed.cursor)
    assert whole.is_news and "还在写入" not in whole.text_zh
    assert not look(settings, whole.cursor).is_news


def test_a_file_that_moves_holds_up_no_other_and_is_left_out_of_the_run(settings: Settings) -> None:
    write(settings, ONE, TEXT, 60)
    assert settled_only(settings) is None
    before = look(settings, "")
    write(settings, ONE, TEXT[:50], 1)
    moving = look(settings, before.cursor)
    assert before.is_news and not moving.is_news, "what is half there is no news"
    write(settings, OTHER, TEXT, 60)
    beside = look(settings, moving.cursor)
    assert beside.is_news and ONE in beside.text_zh
    assert settled_only(settings) == [settings.raw_dir / OTHER]


def test_a_file_that_is_gone_is_news_and_files_of_programs_are_none(settings: Settings) -> None:
    write(settings, ONE, TEXT, 60)
    write(settings, OTHER, TEXT, 60)
    before = look(settings, "")
    (settings.raw_dir / OTHER).unlink()
    after = look(settings, before.cursor)
    assert after.is_news
    write(settings, "payments/2023/.2023年03月支付明细.csv.part", TEXT, 60)
    write(settings, "payments/2023/~$2023年01月支付明细.csv", TEXT, 60)
    assert not look(settings, after.cursor).is_news


def test_a_file_dated_in_the_future_is_not_waited_for_without_end(settings: Settings) -> None:
    write(settings, ONE, TEXT, -3600)
    assert look(settings, "").is_news and settled_only(settings) is None


def test_a_share_that_is_not_connected_is_no_news_and_forgets_nothing(settings: Settings) -> None:
    write(settings, ONE, TEXT, 60)
    before = look(settings, "")
    settings.raw_dir.rename(settings.raw_dir.with_name("away"))
    away = look(settings, before.cursor)
    assert not away.is_news and "找不到原始数据文件夹" in away.text_zh
    settings.raw_dir.with_name("away").rename(settings.raw_dir)
    assert not look(settings, away.cursor).is_news


def test_what_a_night_that_was_broken_off_was_asked_for_is_news_again_once(settings: Settings) -> None:
    write(settings, ONE, TEXT, 60)
    first = look(settings, "")
    assert first.is_news and not look(settings, first.cursor).is_news
    again = look(settings, first.cursor, "run-1")
    assert again.is_news and not look(settings, again.cursor, "run-1").is_news
    assert look(settings, again.cursor, "run-2").is_news
