"""A file that is due and not there is known: by ledger, department and period, and refused files do not count."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import time
from pathlib import Path

import pytest
from ledger_files import CONTRACTS, NOT_OWED
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.ingestion.owed import Calendar, CalendarError, MissingFile, missing_files, read_calendar
from dagster_project.ingestion.receipts import read_receipts
from dagster_project.ingestion.submissions import LOG_NAME, Submission, SubmissionLog
from dagster_project.settings import Settings

SEEDS = Settings().dbt_project_dir / "seeds"
OWED = set(CONTRACTS) - NOT_OWED
LATER = dt.date(2025, 1, 2)
BLANK = dict.fromkeys((field.name for field in dataclasses.fields(Submission)), "")


def entry(file: str, period: str, department: str = "101001", ledger: str = "", **changes: object) -> Submission:
    """An entry of the log of a file that was landed whole."""
    values = BLANK | {
        "submission_id": f"{file} {period}", "ledger": ledger or file.partition("/")[0], "file": file, "period": period, "department_code": department,
        "fiscal_year": int(period[:4]), "received_at": f"{period[:4]}-12-30 10:00:00", "status": "landed",
        "rows_accepted": 5, "rows_rejected": 0, "log_no": 1,
    }  # fmt: skip
    return Submission(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return read_calendar(SEEDS)


@pytest.fixture(scope="module")
def sample() -> list[Submission]:
    """What the log says of the shipped sample: one entry for each ledger of each file."""
    raw = Settings().raw_dir
    return [
        entry(file, receipt.period, receipt.department_code, ledger, received_at=receipt.received_at)
        for file, receipt in read_receipts(raw, [p.relative_to(raw).as_posix() for p in raw.rglob("*")]).by_file.items()
        for ledger, contract in CONTRACTS.items()
        if any(Path(file).match(layout.pattern) for layout in contract.files)
    ]


def texts(missing: list[MissingFile]) -> list[str]:
    return [file.text_zh for file in missing]


def test_the_shipped_sample_is_complete(calendar: Calendar, sample: list[Submission]) -> None:
    assert {line.ledger for line in sample} - NOT_OWED == OWED == {line.ledger for line in calendar.lines}
    assert texts(missing_files(calendar, sample, LATER)) == []


def test_missing_months_are_named_in_one_sentence(calendar: Calendar, sample: list[Submission]) -> None:
    gone = {"2023-03", "2023-07", "2023-08", "2023-12"}
    left = [e for e in sample if not (e.ledger == "payments" and e.period in gone and e.department_code == "101001")]
    assert texts(missing_files(calendar, left, LATER)) == ["payments 2023 年缺 4 个月:03、07、08、12(部门 101001)"]


def test_of_two_files_of_a_quarter_the_one_that_is_missing_is_told(
    calendar: Calendar, sample: list[Submission]
) -> None:
    left = [e for e in sample if "线下登记_2023Q2" not in e.file]
    assert texts(missing_files(calendar, left, LATER)) == ["station_feedback(线下) 2023 年缺 1 个季度:Q2(部门 101001)"]


def test_a_yearly_file_and_one_sheet_of_a_workbook_are_missed(calendar: Calendar, sample: list[Submission]) -> None:
    left = [e for e in sample if not (e.fiscal_year == 2022 and e.ledger in ("carry_over", "mandates"))]
    assert texts(missing_files(calendar, left, LATER)) == [
        "carry_over 2022 年的文件没有报送(部门 101001)",
        "mandates 2022 年的文件没有报送(部门 101001)",
    ]


def test_a_refused_file_does_not_count_and_is_told_apart(calendar: Calendar, sample: list[Submission]) -> None:
    refused = [
        dataclasses.replace(e, status="refused", rows_accepted=0)
        if (e.ledger, e.period) == ("contracts", "2023H1")
        else e
        for e in sample
    ]
    (text,) = texts(missing_files(calendar, refused, LATER))
    assert text.startswith("contracts 2023 年缺 1 个半年:H1(部门 101001);已报送但被退回、不算在内:contracts/2023/")


def test_a_file_of_which_every_row_was_rejected_is_missing(calendar: Calendar, sample: list[Submission]) -> None:
    rejected = [
        dataclasses.replace(e, rows_accepted=0, rows_rejected=9)
        if e.ledger == "policies" and e.fiscal_year == 2023
        else e
        for e in sample
    ]
    assert [m.ledger for m in missing_files(calendar, rejected, LATER)] == ["policies"]


def test_an_empty_file_is_owed_still_unless_the_calendar_takes_it_for_a_report(
    calendar: Calendar, sample: list[Submission]
) -> None:
    def without_rows(ledger: str) -> list[str]:
        emptied = [
            dataclasses.replace(e, rows_accepted=0) if e.ledger == ledger and e.fiscal_year == 2023 else e
            for e in sample
        ]
        return texts(missing_files(calendar, emptied, LATER))

    assert without_rows("policies") == [
        "policies 2023 年的文件没有报送(部门 101001);已报送但没有数据行:policies/2023/制度台账2023年末.xlsx"
        ";确无事项的,在 submission_calendar.csv 为该部门写一行 may_be_empty 并注明依据"
    ]
    assert without_rows("asset_disposals") == [], "no disposals in a year is a report"


def test_a_line_of_a_department_leaves_the_years_before_it_to_the_lines_of_everyone(calendar: Calendar) -> None:
    income = next(line for line in calendar.lines if line.ledger == "asset_income")
    own = income.model_copy(update={"department_code": "101001", "valid_from": 2024, "may_be_empty": True})
    with_own = dataclasses.replace(calendar, lines=(*calendar.lines, own))
    assert with_own.lines_for("asset_income", "101001", 2023) == [income]
    assert with_own.lines_for("asset_income", "101001", 2024) == [own]


def test_the_calendar_names_ledgers_and_owners_as_their_contracts_do(calendar: Calendar) -> None:
    named = {line.ledger: (line.ledger_zh, line.owner) for line in calendar.lines}
    assert named == {name: (CONTRACTS[name].title.zh, CONTRACTS[name].owner) for name in OWED}


def test_a_file_is_missing_only_after_its_last_day(calendar: Calendar) -> None:
    january = entry("payments/2023/1月.csv", "2023-01", received_at="2023-02-06 10:00:00")
    payments = [line for line in calendar.lines if line.ledger == "payments"]
    only = dataclasses.replace(calendar, lines=tuple(payments))
    # Five working days after 28 February 2023: Tuesday, 7 March. It is late on the sixth.
    assert texts(missing_files(only, [january], dt.date(2023, 3, 7))) == []
    assert texts(missing_files(only, [january], dt.date(2023, 3, 8))) == ["payments 2023 年缺 1 个月:02(部门 101001)"]
    assert missing_files(only, [january], dt.date(2023, 1, 31)) == [], "nothing had been handed in by then"


def test_holidays_move_the_last_day(calendar: Calendar) -> None:
    (line,) = [one for one in calendar.lines if one.ledger == "ledger_balances"]
    # Fifteen working days after 30 September 2023: the holidays until the 6th are off, the weekend of the 7th is worked.
    assert calendar.due_on(line, "2023Q3") == dt.date(2023, 10, 25)


def test_who_owes_what_depends_on_the_department(calendar: Calendar) -> None:
    office = [entry("projects/2023/项目库.xlsx", "2023", "101002")]
    assert texts(missing_files(calendar, office, LATER)) == [
        "budget_allocations 2023 年的文件没有报送(部门 101002)",
        "payments 2023 年缺 2 个半年:H1、H2(部门 101002)",
    ], "what all owe in the way of this department, and nothing that it never handed in"
    other = [entry("bills/2023/法规案.xlsx", "2023", "101009"), entry("carry_over/2022/结转.xlsx", "2022", "101009")]
    told = {(m.ledger, m.fiscal_year) for m in missing_files(calendar, other, LATER)}
    assert {("carry_over", 2023), ("bills", 2022)} <= told, "what it hands in for one year it owes for the others"
    assert "policies" not in {ledger for ledger, _ in told}


def test_a_period_or_a_name_that_may_be_wrong_is_told(calendar: Calendar, sample: list[Submission]) -> None:
    wrong = [
        dataclasses.replace(e, period="2023") if (e.ledger, e.period) == ("legislative_opinions", "2023Q2") else e
        for e in sample
    ]
    (text,) = texts(missing_files(calendar, wrong, LATER))
    assert "缺 1 个季度:Q2" in text and "另有期间登记为 2023 的文件" in text
    renamed = [
        dataclasses.replace(e, file=e.file.replace("线下登记", "柜台")) if e.period == "2023Q1" else e for e in sample
    ]
    (text,) = texts(missing_files(calendar, renamed, LATER))
    assert "缺 1 个季度:Q1" in text and "名称对不上的文件 station_feedback/2023/联络站群众意见柜台_2023Q1.csv" in text


def test_a_file_that_is_owed_once_is_owed_in_no_second_year(calendar: Calendar) -> None:
    (line,) = [one for one in calendar.lines if one.ledger == "org_units"]
    once = dataclasses.replace(calendar, lines=(line.model_copy(update={"period_kind": "once", "owed_by": "all"}),))
    payments = [entry("payments/2022/1.csv", "2022-01"), entry("payments/2023/1.csv", "2023-01")]
    assert len(missing_files(once, payments, LATER)) == 2
    assert missing_files(once, [*payments, entry("org_units/2022/机构.xlsx", "2022")], LATER) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("period_kind", "weekly"),
        ("due_working_days", "soon"),
        ("source", ""),
        ("periods", "Q5"),
        ("remind_working_days", "1;5"),
    ],
)
def test_a_line_of_the_calendar_that_says_nothing_usable_is_named(tmp_path: Path, column: str, value: str) -> None:
    with (SEEDS / "submission_calendar.csv").open(encoding="utf-8", newline="") as stream:
        (line, *_) = csv.DictReader(stream)
    with (tmp_path / "submission_calendar.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, line)
        writer.writeheader()
        writer.writerow(line | {column: value})
    with pytest.raises(CalendarError, match=f"submission_calendar.csv 第 2 行,列 {column}:“{value}”"):
        read_calendar(tmp_path)


def test_the_answer_takes_milliseconds(calendar: Calendar, sample: list[Submission]) -> None:
    started = time.perf_counter()
    missing_files(calendar, sample, LATER)
    assert time.perf_counter() - started < 0.2


def test_the_command_names_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIXIAO_BUILD_DIR", str(tmp_path))
    ask = lambda *more: CliRunner().invoke(app, ["owed", *more])  # noqa: E731
    assert ask().exit_code == 2
    log = SubmissionLog(tmp_path / "landing" / LOG_NAME)
    for number in range(1, 12):
        log.append(entry(f"payments/2023/{number}.csv", f"2023-{number:02d}"))
    asked = ask("--year", "2023")
    assert asked.exit_code == 1
    assert "payments 2023 年缺 1 个月:12(部门 101001)" in asked.output
    assert ask("--year", "2022").exit_code == 0
    assert ask("--department", "101002").exit_code == 0
