"""How far each ledger reaches and when its next file is due: by its own cadence, in working days, read from the calendar."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from ledger_files import PAYMENTS, Office, payment_cells, payments_text
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.ingestion.owed import Calendar, missing_files, read_calendar
from dagster_project.ingestion.submissions import LOG_NAME, Submission, SubmissionLog
from dagster_project.monitoring.freshness import Freshness, freshness, reminders
from dagster_project.settings import Settings


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    """Payments only: by month, and by half-year for the office 101002."""
    whole = read_calendar(Settings().dbt_project_dir / "seeds")
    return dataclasses.replace(whole, lines=tuple(line for line in whole.lines if line.ledger == "payments"))


@pytest.fixture
def entries(tmp_path: Path) -> list[Submission]:
    """January and February 2023 of 101001, the first half-year of 101002."""
    office = Office(tmp_path, {"payments": PAYMENTS})
    files = {"2023-01": "2023年01月支付明细", "2023-02": "2023年02月支付明细", "2023H1": "服务中心2023年上半年支付明细"}
    listed = ["file,department,period,received_at"]
    for number, (period, name) in enumerate(files.items(), start=1):
        office.hand_in(f"payments/2023/{name}.csv", payments_text([payment_cells(number)]))
        department = "101002" if "H" in period else "101001"
        listed.append(f"payments/2023/{name}.csv,{department},{period},2023-03-0{number}T09:00:00+08:00")
    office.hand_in("received.csv", "\n".join(listed))
    office.land()
    return SubmissionLog(office.landing / LOG_NAME).entries


def of(found: list[Freshness], department: str) -> Freshness:
    [one] = [each for each in found if each.department_code == department]
    return one


def test_a_month_is_late_on_the_sixth_working_day_of_the_next(calendar: Calendar, entries: list[Submission]) -> None:
    # March ends on a Friday; the 5th of April is Qingming, so that the fifth working day is Monday, 10 April.
    in_time, late = (of(freshness(calendar, entries, dt.date(2023, 4, day)), "101001") for day in (10, 11))
    assert (in_time.latest, in_time.expected, in_time.due_on) == ("2023-02", "2023-03", dt.date(2023, 4, 10))
    assert not in_time.is_late and late.is_late
    assert late.text_zh == "部门 101001 国库集中支付明细:每月,已到 2023-02,下一期 2023-03,最迟 2023-04-10,逾期"


def test_a_file_is_reminded_of_three_working_days_and_one_before_it_is_due_and_no_more_then(
    calendar: Calendar, entries: list[Submission]
) -> None:
    # March is due on Monday, 10 April; Wednesday the 5th is Qingming, so that three working days before is Tuesday the 4th.
    told = {
        day: [each for each in reminders(calendar, entries, dt.date(2023, 4, day)) if "101001" in each]
        for day in range(3, 12)
    }
    assert {day: len(lines) for day, lines in told.items()} == {3: 0, **dict.fromkeys(range(4, 11), 1), 11: 0}
    first = "部门 101001 国库集中支付明细 2023-03 应于 2023-04-10 前报送(提前 3 个工作日提醒),请办公厅行政处(代班:办公厅秘书处)报送"
    assert told[4] == told[6] == [first], "the same line is one alert"
    assert told[7] == told[10] == [first.replace("提前 3", "提前 1")]


def test_an_office_with_its_own_line_has_its_own_cadence(calendar: Calendar, entries: list[Submission]) -> None:
    half = of(freshness(calendar, entries, dt.date(2023, 9, 1)), "101002")
    assert (half.latest, half.expected, half.is_late) == ("2023H1", "2023H2", False)
    assert "每半年" in half.text_zh


def test_late_here_is_missing_there(calendar: Calendar, entries: list[Submission]) -> None:
    for day in (dt.date(2023, 4, 10), dt.date(2023, 4, 11), dt.date(2024, 3, 1)):
        late = {each.department_code for each in freshness(calendar, entries, day) if each.is_late}
        assert late == {each.department_code for each in missing_files(calendar, entries, day)}


def test_a_year_of_which_nothing_came_is_not_late_but_said(calendar: Calendar, entries: list[Submission]) -> None:
    whole = [
        dataclasses.replace(entries[0], period=f"2023-{month:02d}", file=f"payments/2023/{month}.csv", submission_id=str(month))
        for month in range(1, 13)
    ]  # fmt: skip
    found = of(freshness(calendar, whole, dt.date(2024, 6, 1)), "101001")
    assert (found.latest, found.expected, found.is_late) == ("2023-12", "2024-01", False)
    assert found.state_zh == "该年度尚未开始报送"


def test_a_file_that_was_withdrawn_is_not_there(calendar: Calendar, entries: list[Submission]) -> None:
    february = next(entry for entry in entries if entry.period == "2023-02")
    withdrawn = [*entries, dataclasses.replace(february, status="withdrawn", log_no=99)]
    assert of(freshness(calendar, withdrawn, dt.date(2023, 3, 1)), "101001").expected == "2023-02"


def test_the_command_lists_every_ledger_when_asked(
    tmp_path: Path, entries: list[Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(tmp_path))
    asked = CliRunner().invoke(app, ["owed", "--all", "--department", "101002", "--year", "2023"])
    assert "部门 101002 国库集中支付明细:每半年,已到 2023H1,下一期 2023H2,最迟 2024-01-15,逾期" in asked.output
    assert "101001" not in asked.output and asked.exit_code == 1
    assert "每半年" not in CliRunner().invoke(app, ["owed"]).output
