"""The half-yearly check of the targets of the whole department, out of the published version, against raw files and the year's figures."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook
from sample_warehouse import Warehouse, changes_undone, rows

from dagster_project.contracts.load import load_contracts
from dagster_project.in_year.target_progress import TargetCheck, check_of, target_checks

OFFICE, YEAR = "101001", 2023
HALF, END = dt.date(YEAR, 6, 30), dt.date(YEAR, 12, 31)


def check(sample: Warehouse, day: dt.date, moment: dt.datetime | None = None, year: int = YEAR) -> TargetCheck:
    return target_checks(sample.settings, year, [OFFICE], day, moment)[OFFICE]


@pytest.mark.parametrize("year", [2022, YEAR])
def test_the_last_day_of_a_year_has_its_figures(sample: Warehouse, year: int) -> None:
    """The definitions are the same: by 31 December each counted target has the value that is scored."""
    asked = "select indicator_no, value from evaluation.duty_indicators where fiscal_year = ? and value is not null"
    scored = {number: float(value) for number, value in rows(sample.published, asked, year)}
    found = {each.number: each.value for each in check(sample, dt.date(year, 12, 31), year=year).targets}
    assert len(scored) == 5
    assert {number: found[number] for number in scored} == pytest.approx(scored)


def test_half_a_year_is_what_the_raw_plan_of_research_says(sample: Warehouse) -> None:
    book = CalamineWorkbook.from_path(str(sample.settings.raw_dir / f"research_tasks/{YEAR}/{YEAR}年专项调研计划.xlsx"))
    lines = book.get_sheet_by_index(0).to_python()
    head = next(number for number, line in enumerate(lines) if "计划完成日期" in [str(cell) for cell in line])
    names = [str(cell) for cell in lines[head]]
    tasks = [dict(zip(names, line, strict=False)) for line in lines[head + 1 :] if str(line[1]).strip()]
    due, done = (
        sum(_day(task[name]) <= HALF for task in tasks if task[name]) for name in ("计划完成日期", "实际完成日期")
    )
    target = next(each for each in check(sample, HALF).targets if each.name == "专项调研开展及时率")
    assert 0 < due < len(tasks)
    assert target.reached_zh == f"{due}/{due}" and target.expected == pytest.approx(100 * due / len(tasks))
    assert (target.version, target.shown) == (1, "≥95%"), "the second version was approved in August"
    assert target.progress == pytest.approx(100 * done / (0.95 * len(tasks)))


def _day(cell: object) -> dt.date:
    if isinstance(cell, dt.date):
        return cell
    year, month, day = re.findall(r"\d+", str(cell))[:3]
    return dt.date(int(year), int(month), int(day))


def test_nothing_dated_later_or_received_later_counts(sample: Warehouse) -> None:
    whole, half = check(sample, END), check(sample, HALF)
    assert all((a.progress or 0) <= (b.progress or 0) for a, b in zip(half.targets, whole.targets, strict=True))
    early = check(sample, HALF, dt.datetime(YEAR, 7, 1))
    assert early.targets == () and "没有收到 2023 年" in early.note_zh, "the table of targets came in next January"
    # All but the register of agenda items was received by then: its targets are without data, and say of which ledger.
    moment = rows(sample.published, "select min(received_at) from quality.submissions where ledger = 'agenda_items' and fiscal_year = 2023")[0][0]  # fmt: skip
    titles = {name: each.title.zh for name, each in load_contracts(sample.settings.contracts_dir).items()}
    seeds = sample.settings.dbt_project_dir / "seeds"
    with changes_undone(sample.published) as connection:
        connection.execute("update quality.submissions set received_at = ? where ledger <> 'agenda_items'", [dt.datetime(YEAR, 7, 1)])  # fmt: skip
        told = check_of(connection, seeds, titles, OFFICE, YEAR, HALF, moment - dt.timedelta(minutes=1))
        all_in = check_of(connection, seeds, titles, OFFICE, YEAR, HALF, moment)
    assert [each.number for each in told.without_data] == [1, 2, 3, 7]
    assert "议题台账" in told.targets[0].note_zh
    assert [each.value for each in all_in.targets] == [each.value for each in half.targets]


def test_what_falls_behind_is_red_and_what_is_missed_is_impossible(sample: Warehouse) -> None:
    seeds = sample.settings.dbt_project_dir / "seeds"
    with changes_undone(sample.published) as connection:
        connection.execute("""
            delete from evaluation.evidence where figure_id = 'duty.special_reports_heard_on_time' and fiscal_year = 2023
            and fact_key in (select agenda_no from marts.fct_agenda_items where fiscal_year = 2023 and due_by <= date '2023-06-30'
                and agenda_kind = '专项工作报告' order by agenda_no limit 5)
        """)
        told = check_of(connection, seeds, {}, OFFICE, YEAR, HALF, None)
    first = told.targets[0]
    assert first.reached_zh == "24/29" and first.light == "红" and first.likelihood == "不可能"
    assert first.best == pytest.approx(100 * 39 / 44)


def test_the_workbook_has_the_form(sample: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "forecast.xlsx"
    asked = ("forecast", str(YEAR), "--department", OFFICE, "--targets-on", str(HALF), "--xlsx", str(path))
    code, output = sample.cli(monkeypatch, *asked)
    assert code == 0, output
    assert "部门整体绩效目标监控" in output and "截至 2023-06-30" in output and "没有数据 1 项" in output
    lines = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("整体目标监控").to_python()
    texts = [[str(cell) for cell in line] for line in lines]
    (head,) = [line for line in texts if "完成目标可能性" in line]
    assert {"全年预计完成", "偏差原因", "整改措施"} <= set(head)
    body = {line[2]: dict(zip(head, line, strict=True)) for line in texts if line[0] in {f"{n}.0" for n in range(1, 8)}}
    assert len(body) == 7
    assert body["专项工作报告审议及时率"]["截至当日完成"].startswith("100.0%(29/29")
    assert "□不可能" in body["专项工作报告审议及时率"]["完成目标可能性"]
    assert body["人大代表满意度"]["截至当日完成"] == "" and "请填报" in body["人大代表满意度"]["说明"]


def test_a_day_of_another_year_is_refused(sample: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("2022-06-30", "六月底"):
        code, output = sample.cli(monkeypatch, "forecast", str(YEAR), "--department", OFFICE, "--targets-on", wrong)
        assert code != 0 and "--targets-on 应" in output


def test_a_version_of_an_earlier_program_says_what_to_run(sample: Warehouse, tmp_path: Path) -> None:
    own = sample.copy_to(tmp_path, sample.settings.raw_dir)
    with duckdb.connect(str(own.published)) as connection:
        connection.execute("alter table marts.fct_publication_cells drop column due_on")
    told = check(own, HALF)
    assert told.targets == () and "jixiao nightly" in told.note_zh
