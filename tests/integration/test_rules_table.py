"""The published catalogue of rules is the one that `jixiao rules` prints; severities change for a department; the calendar says the same in SQL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ledger_files import CONTRACTS
from sample_warehouse import Warehouse

from dagster_project.ingestion.owed import read_calendar
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.monitoring.freshness import freshness
from dagster_project.quality.broken_rows import RowNames
from dagster_project.quality.check_results import read_run
from dagster_project.quality.departments_at_fault import departments_at_fault
from dagster_project.quality.expectation_files import read_suites
from dagster_project.quality.issue_checks import all_checks
from dagster_project.quality.issues import IssueFinder
from dagster_project.quality.raised_checks import raised
from dagster_project.quality.rule_catalogue import CatalogueRule, door_rule_id, rule_catalogue
from dagster_project.quality.rules_fired import rules_fired
from dagster_project.quality.severity_changes import SEVERITIES_FILE
from dagster_project.quality.suites import run_suites
from dagster_project.settings import Settings

STOCK_TAKE = "marts.fct_stock_take_cards 未盘到的卡片,请补盘"
LINE = "{rule},{department},{severity},换系统期间,办公厅行政处,2024-01-01,2024-12-31\n"


@pytest.fixture(scope="module")
def published(sample: Warehouse) -> Any:
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def manifest(sample: Warehouse) -> dict[str, Any]:
    return json.loads((sample.settings.dbt_target_dir / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def rules(manifest: dict[str, Any]) -> list[CatalogueRule]:
    settings = Settings()
    calendar = read_calendar(settings.dbt_project_dir / "seeds")
    return rule_catalogue(CONTRACTS, read_suites(settings.expectations_dir), calendar, manifest)


def test_the_table_of_rules_is_the_catalogue(published: Any, rules: list[CatalogueRule]) -> None:
    told = published.execute(
        "select rule_id, category, severity, message_zh, message_en, remedy_zh, source from quality.rules"
    ).fetchall()
    assert sorted(told) == sorted(
        (r.rule_id, r.scope, r.severity, r.message_zh, r.message_en, r.remedy_zh, r.reference) for r in rules
    )
    counts = dict(published.execute("select category, count(*) from quality.rules group by all").fetchall())
    assert sum(counts.values()) >= 150 and counts["cross_ledger"] >= 25


def test_the_table_counts_what_fired_as_the_command_does(sample: Warehouse, published: Any) -> None:
    fired = rules_fired(sample.settings.landing_dir, sample.settings.warehouse_path)
    told = published.execute("select rule_id, fired_count from quality.rules where fired_count > 0").fetchall()
    assert told and dict(told) == {rule: each.count for rule, each in fired.items()}
    assert published.execute(
        "select count(*) from quality.rules where (fired_count > 0) <> (last_fired_on is not null)"
    ).fetchall() == [(0,)]  # fmt: skip


def test_a_finding_names_its_rule_as_the_catalogue_does(published: Any) -> None:
    found = published.execute("select distinct ledger, column_name, rule, rule_id from quality.findings").fetchall()
    assert found and all(door_rule_id(*names) == rule_id for *names, rule_id in found)
    assert published.execute(
        "select rule_id from quality.findings where rule_id not in (select rule_id from quality.rules)"
    ).fetchall() == []  # fmt: skip


def changed(sample: Warehouse, folder: Path, *lines: str) -> Settings:
    """The settings of the sample, with lines in rule_severities.csv."""
    (folder / "seeds").mkdir(parents=True, exist_ok=True)
    head = (Settings().dbt_project_dir / "seeds" / SEVERITIES_FILE).read_text(encoding="utf-8").splitlines()[0]
    (folder / "seeds" / SEVERITIES_FILE).write_text("\n".join([head, *lines]), encoding="utf-8")
    settings = sample.settings.model_copy()
    vars(settings)["dbt_project_dir"] = folder
    return settings


def test_a_check_raised_for_a_department_holds_back_that_department_alone(
    sample: Warehouse, manifest: dict[str, Any], rules: list[CatalogueRule], tmp_path: Path
) -> None:
    suite = read_suites(Settings().expectations_dir)["marts.fct_stock_take_cards"]
    found = run_suites(sample.settings.warehouse_path, [suite])

    def outcomes(department: str) -> list[Any]:
        line = LINE.format(rule=f'"{STOCK_TAKE}"', department=department, severity="fatal")
        settings = changed(sample, tmp_path / department, line)
        return raised(settings, manifest, found, rules)

    assert outcomes("101002") == found, "no row of this department breaks it"
    (result,) = outcomes("101001")
    assert not result.passed and found[0].passed
    assert "rule_severities.csv 第 2 行" in result.findings[-1].why and "换系统期间" in result.findings[-1].why
    with RowNames(sample.settings, manifest["nodes"]) as names:
        fault = departments_at_fault(names, [result], manifest, read_run(sample.settings.dbt_target_dir), 5)
    assert fault.departments == {frozenset({"101001"})} and len(fault.rows) == 2


def test_a_lowered_check_is_noted_for_its_department_and_says_why(
    sample: Warehouse, manifest: dict[str, Any], rules: list[CatalogueRule], tmp_path: Path
) -> None:
    suite = read_suites(Settings().expectations_dir)["marts.fct_stock_take_cards"]
    found = run_suites(sample.settings.warehouse_path, [suite])

    def states(department: str) -> list[Any]:
        line = LINE.format(rule=f'"{STOCK_TAKE}"', department=department, severity="info")
        settings = changed(sample, tmp_path / department, line)
        vars(settings)["raw_dir"] = tmp_path  # nothing is accepted
        with RowNames(settings, manifest["nodes"]) as names:
            checks = all_checks(found, manifest, {"results": []}, names)
            finder = IssueFinder(names.connection, settings, names, "", rules)
            finder.find([check for check in checks if check.check_id == STOCK_TAKE])
            query = "select state, severity, severity_reason_zh from all_issues"
            return names.connection.execute(query).fetchall()

    assert [row[:2] for row in states("101002")] == [("open", "warning")] * 2
    told = "部门 101001 由“请核对”改为“告知”:换系统期间(办公厅行政处,至 2024-12-31)"
    assert states("101001") == [("noted", "info", told)] * 2


def test_the_calendar_in_the_warehouse_counts_days_and_reminders_as_the_command_does(
    sample: Warehouse, published: Any
) -> None:
    calendar = read_calendar(Settings().dbt_project_dir / "seeds")
    rows = published.execute(
        "select department_code, ledger, kind_zh, period, due_on, remind_on, stand_in, state, rule_id from marts.hand_in_calendar"
    ).fetchall()
    assert len(rows) > 150
    for department, ledger, kind, period, due_on, remind_on, stand_in, state, rule_id in rows:
        lines = calendar.lines_for(ledger, department, int(period[:4]))
        (line,) = [each for each in lines if each.kind_zh == (kind or "")]
        assert calendar.due_on(line, period) == due_on, (ledger, period)
        assert calendar.work_days.before(due_on, line.remind_days[0]) == remind_on, (ledger, period)
        assert (stand_in or "") == line.stand_in and state in ("按期", "提前")
        assert published.execute("select ledger from quality.rules where rule_id = ?", [rule_id]).fetchall() == [
            (ledger,)
        ]
    entries = SubmissionLog(sample.settings.landing_dir / LOG_NAME).entries
    assert len({row[:3] for row in rows}) == len({
        (each.department_code, each.line.ledger, each.line.kind_zh) for each in freshness(calendar, entries, rows[0][4])
    })  # fmt: skip
