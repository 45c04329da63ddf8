"""`jixiao due`: what is not done and until when, on the terminal and as a calendar file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest
from icalendar import Calendar
from sample_warehouse import Warehouse

from dagster_project.publishing import current_version
from dagster_project.reporting.calendar_file import write_calendar
from dagster_project.reporting.reading.deadlines import OpenDeadline, open_deadlines

UNSIGNED = "CG2023-069"


def events_of(path: Path) -> list[Any]:
    return list(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))


def test_an_award_without_a_contract_is_overdue_and_ends_with_exit_code_1(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, output = sample.cli(monkeypatch, "due", "--department", "101001", "--all")
    assert code == 1
    assert UNSIGNED in output and "2023-11-20" in output and "逾期" in output
    assert "未办结以台账最近一次报送为准" in output


def test_days_count_from_the_day_that_is_asked_for(sample: Warehouse) -> None:
    path = current_version(sample.settings.serving_dir).path

    def seen(on: dt.date) -> OpenDeadline:
        found, _, remind_days = open_deadlines(path, "101001", on=on)
        assert remind_days == (10, 3)
        (each,) = [each for each in found if each.kind == "contract_signing" and UNSIGNED in each.item_name]
        return each

    for day, left, state, words in (
        (21, -1, "逾期", "已逾期 1 天"), (20, 0, "紧急", "今天到期"), (17, 3, "紧急", "还有 3 天"),
        (16, 4, "临近", "还有 4 天"), (10, 10, "临近", "还有 10 天"), (9, 11, "未到期", "还有 11 天"),
    ):  # fmt: skip
        each = seen(dt.date(2023, 11, day))
        assert (each.days_left, each.state, each.days_zh) == (left, state, words)
    within, *_ = open_deadlines(path, "101001", within=0, on=dt.date(2023, 11, 19))
    assert all(each.days_left <= 0 for each in within) and UNSIGNED not in {each.item_key for each in within}


def test_the_calendar_holds_what_is_not_overdue_with_reminders(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "due.ics"
    _, output = sample.cli(monkeypatch, "due", "--on", "2023-11-01", "--ics", str(path))
    assert f"已写 {path}" in output
    events = {str(event["summary"]): event for event in events_of(path)}
    event = next(event for name, event in events.items() if UNSIGNED in name)
    assert event["dtstart"].dt == dt.date(2023, 11, 20)
    assert {alarm["trigger"].dt for alarm in event.walk("VALARM")} == {-dt.timedelta(days=10), -dt.timedelta(days=3)}
    assert "政府采购法第46条" in event["description"]
    assert all(each["dtstart"].dt >= dt.date(2023, 11, 1) for each in events.values())
    again = tmp_path / "again.ics"
    sample.cli(monkeypatch, "due", "--on", "2023-11-01", "--ics", str(again))
    assert again.read_bytes() == path.read_bytes()


def test_a_name_cannot_break_out_of_its_line(tmp_path: Path) -> None:
    name = "甲,乙;丙\\丁\r\nEND:VEVENT\nBEGIN:VEVENT"
    each = OpenDeadline(
        "1", "k", "种类", "办", "1", name, "处", dt.date(2023, 5, 1), 3, "紧急", "法",
    )  # fmt: skip
    path = tmp_path / "hostile.ics"
    write_calendar([each], path, dt.date(2023, 4, 28), (3,))
    (event,) = events_of(path)
    assert "甲,乙;丙\\丁" in str(event["summary"]) and event["dtstart"].dt == dt.date(2023, 5, 1)


def test_what_is_paused_is_not_overdue_and_reminds_nobody(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its days stand still whatever day is asked for; the calendar names the pause and has no reminder for it."""
    own = sample.copy_to(tmp_path, sample.settings.raw_dir)
    with duckdb.connect(str(own.published)) as connection:
        connection.execute(
            "update marts.open_deadlines set paused_since = date '2023-11-01', days_left = 19, state = '暂停' where item_name like ?",
            [f"%{UNSIGNED}%"],
        )
    for day in (dt.date(2023, 11, 10), dt.date(2024, 6, 1)):
        found, *_ = open_deadlines(own.published.parent, "101001", on=day)
        (each,) = [each for each in found if each.kind == "contract_signing" and UNSIGNED in each.item_name]
        assert (each.state, each.days_left) == ("暂停", 19)
        assert each.days_zh == "自 2023-11-01 起暂停,恢复后还有 19 天"
    path = tmp_path / "due.ics"
    _, output = own.cli(monkeypatch, "due", "--department", "101001", "--on", "2023-11-10", "--ics", str(path), "--all")
    assert "自 2023-11-01 起暂停" in output
    (event,) = [event for event in events_of(path) if UNSIGNED in str(event["summary"])]
    assert str(event["summary"]).startswith("(自 2023-11-01 起暂停)合同签订") and list(event.walk("VALARM")) == []


def test_a_wrong_day_and_a_missing_folder_are_refused_in_a_line(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, output = sample.cli(monkeypatch, "due", "--on", "昨天")
    assert code == 2 and "--on 应为日期,如 2023-07-01" in output
    code, output = sample.cli(monkeypatch, "due", "--ics", "/nope/due.ics")
    assert code == 2 and "没有文件夹 /nope" in output
