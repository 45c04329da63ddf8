"""Reports of one issue: found by the model's SQL, proposed to a person, joined only by the ledger of decisions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sample_warehouse import Warehouse, rows

from benchmarks.same_issue_reports import FEEDBACK, Report, reports
from benchmarks.same_issues import detect, named, true_pairs

STATION, OTHER_STATION = "440103-001", "440103-002"
FILLING = [each for each in reports(5, 3_000) if each.text]
"""What others report: against it a text is rare or common."""


def report(number: str, day: int, text: str, station: str | None = STATION) -> Report:
    return Report(-1, FEEDBACK, number, dt.date(2023, 3, day), station, "440103", "水电燃气", None, None, text)


def proposed(*mine: Report) -> bool:
    made = [*FILLING, *mine]
    return (len(made) - 2, len(made) - 1) in detect(made).pairs


def test_two_ways_of_saying_one_thing_at_one_station_are_proposed() -> None:
    assert proposed(report("A", 1, "沙面北街12号门前路灯坏了三天没人修"), report("B", 4, "沙面北街12号路灯晚上不亮"))


def test_a_number_in_full_width_is_the_same_number() -> None:
    first, lamp = report("A", 1, "沙面北街12号门前路灯坏了三天没人修"), "号门前路灯坏了三天没人修"
    assert proposed(first, report("B", 4, f"沙面北街\uff11\uff12{lamp}"))
    assert not proposed(first, report("B", 4, f"沙面北街\uff19\uff18{lamp}"))


@pytest.mark.parametrize(
    ("text", "day", "station"),
    [
        ("沙面北街98号门前路灯坏了三天没人修", 4, STATION),
        ("沙面北街12号门前路灯坏了三天没人修", 12, STATION),
        ("沙面北街12号门前路灯坏了三天没人修", 4, OTHER_STATION),
    ],
    ids=["another number", "more than a week later", "another station"],
)
def test_another_place_or_week_is_not_proposed(text: str, day: int, station: str) -> None:
    assert not proposed(report("A", 1, "沙面北街12号门前路灯坏了三天没人修"), report("B", day, text, station))


def test_what_everybody_says_is_not_proposed_however_alike() -> None:
    common = "小区乱停车"
    crowd = [report(f"C{n}", 1 + n % 28, common, f"440103-{n % 7:03d}") for n in range(600)]
    made = [*FILLING, *crowd, report("A", 1, common), report("B", 3, common)]
    assert (len(made) - 2, len(made) - 1) not in detect(made).pairs


def test_simulated_issues_are_found_with_few_wrong_ones() -> None:
    made = list(reports(11, 8_000))
    truth, found = true_pairs(made), set(detect(made).pairs)
    told = {pair for pair in truth if all(named(made[at]) for at in pair)}
    assert len(truth & found) >= 0.9 * len(found) and len(told & found) >= 0.85 * len(told) > 50


def undecided(database: Path) -> list[tuple]:
    return rows(
        database,
        "select ledger, report_no, other_ledger, other_no from marts.same_issues where state = '待认定' and fiscal_year = 2023 "
        "order by score_pct desc, report_no, other_no",
    )


def count_of_feedback(database: Path) -> tuple:
    (found,) = rows(
        database,
        "select report_count, issue_count from marts.issue_counts where ledger = '联络站群众意见' and fiscal_year = 2023",
    )
    return found


def test_no_text_of_anybody_is_in_the_published_table(sample: Warehouse) -> None:
    with duckdb.connect(str(sample.settings.warehouse_path), read_only=True) as connection:
        said = {
            text
            for (text,) in connection.execute(
                "select distinct content from staging.stg_deputies__station_feedback"
            ).fetchall()
        }
    assert len(said) > 50
    found = rows(sample.published, "select * from marts.same_issues")
    assert found and not said & {value for row in found for value in row if isinstance(value, str)}


def test_a_decision_counts_the_pair_once_and_figures_stay(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A proposal joins nothing; the sheet of `jixiao same-issues`, filled in and handed in, does."""
    own = sample.copy_to(tmp_path)
    first, refused, *_ = undecided(own.published)
    reports_before, issues_before = count_of_feedback(own.published)
    sheet = tmp_path / "认定.xlsx"
    code, output = own.cli(monkeypatch, "same-issues", "2023", "--xlsx", str(sheet))
    assert code == 0 and "比对只是建议" in output and f"{reports_before:,}" in output
    assert sheet.stat().st_mode & 0o077 == 0
    workbook = CalamineWorkbook.from_path(str(sheet))
    head, *pairs = workbook.get_sheet_by_name("同一事项认定").to_python()
    assert len(pairs) == len(undecided(own.published))
    assert workbook.get_sheet_by_name("对照").to_python()[1][3]
    target = own.settings.raw_dir / "same_issue_decisions" / "2023" / "认定.xlsx"
    target.parent.mkdir(parents=True)
    with xlsxwriter.Workbook(str(target)) as filled:
        decisions = filled.add_worksheet("同一事项认定")
        decisions.write_row(0, 0, head)
        for number, decision in enumerate(("同一事项", "不是同一事项")):
            decisions.write_row(number + 1, 0, [*pairs[number][:5], decision, "2024-01-31", "代表工作委员会", ""])
    assert own.run_again().version
    states = dict(
        (row[:4], row[4])
        for row in rows(own.published, "select ledger, report_no, other_ledger, other_no, state from marts.same_issues")
    )
    assert (states[first], states[refused]) == ("同一事项", "不是同一事项")
    assert count_of_feedback(own.published) == (reports_before, issues_before - 1)
    received = "select value from evaluation.figures where figure_id = 'feedback.received' and fiscal_year = 2023"
    assert rows(own.published, received) == rows(sample.published, received)


def test_a_state_that_is_none_is_refused(sample: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = sample.cli(monkeypatch, "same-issues", "2023", "--state", "也许")
    assert code == 2 and "待认定" in output
