"""Forms of monitoring: for which projects there is one, and what stands on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from test_next_budget import OFFICE, SEEDS, YEAR, of_year, outlook

from dagster_project.in_year.measured import MeasuredError
from dagster_project.in_year.monitoring_choices import tick_signs
from dagster_project.in_year.monitoring_entries import ticked
from dagster_project.in_year.monitoring_forms import MonitoringForm, monitoring_forms
from dagster_project.in_year.outlook import Interval, YearOutlook
from dagster_project.reporting.workbook.sheet_writer import Book, new_workbook


def forms_of(initial: dict[str, float], seeds: Path = SEEDS, kind: str = "项目支出") -> list[MonitoringForm]:
    """The forms of projects with these initial budgets; P1 has one target and two records."""
    with duckdb.connect() as connection:
        connection.execute(
            "create table projects (project_code text, initial_budget_yuan decimal(18, 2), department_code text, period_year int)"
        )
        for code, yuan in initial.items():
            connection.execute("insert into projects values (?, ?, ?, ?)", [code, yuan, OFFICE, YEAR])
        connection.execute(
            "create table monitoring_records as select * from (values "
            "('P1', '2023上半年', 40.0, '慢', '催', '101001', 2023), ('P1', '2023年中', null, null, null, '101001', 2023)) "
            "as t(project_code, monitoring_period, target_progress_pct, deviation_zh, measure_taken_zh, department_code, period_year)"
        )
        connection.execute(
            "create table performance_targets as select * from (values "
            "('P1', '项目P1', '处', '办好会议', 1, '产出指标', '数量指标', '开会次数', '≥', '20', '次', 15.0, null, '101001', 2023)) "
            "as t(project_code, project_name, division, overall_target_zh, indicator_no, level1, level2, indicator_name, operator, "
            "target_value, unit, weight, actual_value, department_code, period_year)"
        )
        connection.execute(
            "create table monitoring_entries as select * from (values "
            "('P1', date '2023-06-30', '开会次数', '9', '18', '☑经费保障 □制度保障 √人员保障', '□确定能 ☑ 有可能 □不可能', '加快', '101001'), "
            "('P1', date '2023-07-31', '开会次数', null, null, '□经费保障', '□确定能 □有可能 □不可能', null, '101001'), "
            "('P1', date '2023-09-30', '开会次数', '15', null, null, null, null, '101001')) "
            "as t(project_code, monitored_until, indicator_name, reached, expected, deviation_reason, likelihood, remedy, department_code)"
        )
        projects = tuple(replace(outlook(code), project=of_year(code, YEAR, kind=kind)) for code in initial)
        year = YearOutlook(OFFICE, YEAR, 8, projects, 1.0, Interval(0, 0, 0), Interval(0, 0, 0), 0.99, 0.5)
        return list(monitoring_forms(connection, year, seeds))


def test_a_project_has_a_form_from_the_bound_of_the_initial_budget_on() -> None:
    forms = forms_of({"P1": 5_000_000.0, "P2": 4_999_999.99, "P3": 7_000_000.0})
    assert [form.outlook.project.code for form in forms] == ["P3", "P1"], "the largest first"
    assert forms_of({"P1": 9_000_000.0}, kind="基本支出") == [], "posts and standards have no targets of a project"


def test_a_form_holds_targets_and_what_was_told() -> None:
    (form,) = forms_of({"P1": 5_000_000.0})
    assert form.targets is not None and [target.shown for target in form.targets.targets] == ["≥20次"]
    assert [(each.period, each.target_progress) for each in form.records] == [("2023上半年", 40.0), ("2023年中", None)]
    assert form.ticked("完成目标可能性") == "□确定能 □有可能 □不可能"
    assert form.ticked("偏差原因").count("□") == 5


def test_what_was_written_on_the_last_form_stands_on_the_next_one() -> None:
    """A form that nobody filled in takes nothing back, and one up to a later day is not seen."""
    (form,) = forms_of({"P1": 5_000_000.0})
    (entry,) = form.entries
    assert (entry.until, entry.reached, entry.expected, entry.remedy) == (dt.date(2023, 6, 30), "9", "18", "加快")
    assert entry.reasons == ("经费保障", "人员保障") and entry.likelihood == "有可能"
    assert entry.words_zh == "完成 9,全年预计 18,偏差原因 经费保障、人员保障,完成目标可能性 有可能,整改 加快"


@pytest.mark.parametrize(("text", "said"), [("☑确定能 □有可能", ("确定能",)), ("□确定能 □有可能", ()), ("确定能", ("确定能",)),
                                            ("确定能、有可能", ("确定能", "有可能")), ("不太确定能", ()), ("", ()), ("■ 有可能", ("有可能",))])  # fmt: skip
def test_a_choice_counts_where_it_is_ticked_or_stands_alone(text: str, said: tuple[str, ...]) -> None:
    assert ticked(text, ("确定能", "有可能", "不可能"), tick_signs(SEEDS, 2023)) == said


def test_a_project_without_targets_says_so(tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    from dagster_project.in_year.monitoring_sheets import write_monitoring_sheet

    (form,) = forms_of({"P9": 5_000_000.0})
    year = YearOutlook(OFFICE, YEAR, 8, (form.outlook,), 1.0, Interval(0, 0, 0), Interval(0, 0, 0), 0.99, 0.5)
    with new_workbook(tmp_path / "f.xlsx") as workbook:
        write_monitoring_sheet(Book(workbook), "表", year, form, "局")
    cells = [
        str(cell)
        for row in CalamineWorkbook.from_path(str(tmp_path / "f.xlsx")).get_sheet_by_name("表").to_python()
        for cell in row
    ]
    assert any("没有批复的绩效指标" in cell for cell in cells) and "没有填报" in cells


def test_a_year_without_a_bound_is_told(tmp_path: Path) -> None:
    (tmp_path / "evaluation_parameters.csv").write_text("parameter,value,valid_from,valid_to\n", encoding="utf-8")
    with pytest.raises(MeasuredError, match="monitor_threshold_yuan"):
        forms_of({"P1": 5_000_000.0}, tmp_path)
