"""rule_severities.csv: a rule is raised or lowered for one department, with reason, author and end; what rejects or stops is not silenced."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dagster_project.quality.rule_catalogue import CatalogueRule
from dagster_project.quality.severity_changes import SEVERITIES_FILE, SeverityChange, read_changes

HEAD = "rule_id,department_code,severity,reason_zh,decided_by,valid_from,valid_to\n"
DAY = dt.date(2024, 5, 17)
RULES = [
    CatalogueRule("file.extra_column", "file", "", "", "warning", "m", "m", "r", "", "ingestion/rules.py"),
    CatalogueRule("a_check", "table", "fct_payments", "", "warning", "m", "m", "r", "", "dbt/tests/a.sql"),
    CatalogueRule("a_stop", "table", "fct_payments", "", "fatal", "m", "m", "r", "", "dbt/tests/b.sql"),
    CatalogueRule("payments.a.bad_date", "column", "payments", "a", "error", "m", "m", "r", "", "contracts/p.yaml"),
]
SAID = {
    "rule_id": "a_check", "department_code": "101002", "severity": "info", "reason_zh": "系统换代期间", "decided_by": "行政处",
    "valid_from": "2024-01-01", "valid_to": "2024-12-31",
}  # fmt: skip


def read(folder: Path, *lines: dict[str, str], day: dt.date = DAY) -> list[SeverityChange]:
    rows = [",".join((SAID | line).values()) + "\n" for line in lines]
    (folder / SEVERITIES_FILE).write_text(HEAD + "".join(rows), encoding="utf-8")
    return read_changes(folder, RULES, day)


def test_without_the_file_or_a_line_nothing_is_changed(tmp_path: Path) -> None:
    assert read_changes(tmp_path, RULES, DAY) == [] == read(tmp_path)


def test_a_line_says_who_changed_what_for_whom_why_and_until_when(tmp_path: Path) -> None:
    (line,) = read(tmp_path, {})
    assert (line.line_no, line.state, line.usual) == (2, "in_force", "warning")
    assert line.text_zh == "部门 101002 由“请核对”改为“告知”:系统换代期间(行政处,至 2024-12-31)"


def test_a_line_holds_on_its_first_and_last_day_alone(tmp_path: Path) -> None:
    states = [
        read(tmp_path, {"valid_from": "2024-05-17", "valid_to": "2024-05-18"}, day=DAY + dt.timedelta(days=days))[
            0
        ].state
        for days in (-1, 0, 1, 2)
    ]
    assert states == ["not_yet", "in_force", "in_force", "expired"]


@pytest.mark.parametrize("rule", ["a_stop", "payments.a.bad_date"])
@pytest.mark.parametrize("severity", ["info", "warning"])
def test_what_stops_or_rejects_is_silenced_for_nobody(tmp_path: Path, rule: str, severity: str) -> None:
    (line,) = read(tmp_path, {"rule_id": rule, "severity": severity})
    assert line.state == "faulty" and "不能为某一部门降级" in line.fault and "请更正所列各行" in line.fault


def test_a_check_is_raised_to_stop_publishing_and_a_note_of_landing_is_not(tmp_path: Path) -> None:
    check, door = read(tmp_path, {"severity": "fatal"}, {"rule_id": "file.extra_column", "severity": "fatal"})
    assert check.state == "in_force"
    assert door.state == "faulty" and "请在约定中写明" in door.fault


@pytest.mark.parametrize("missing", list(SAID))
def test_a_line_without_what_it_must_say_changes_nothing(tmp_path: Path, missing: str) -> None:
    (line,) = read(tmp_path, {missing: ""})
    assert line.state == "faulty" and line.fault.startswith("没有写")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"rule_id": "nothing"}, "没有规则“nothing”"), ({"severity": "mild"}, "程度“mild”不认识"),
        ({"valid_to": "2024-02-30"}, "截止日期“2024-02-30”不是日期"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_line_is_told(tmp_path: Path, said: dict[str, str], told: str) -> None:
    (line,) = read(tmp_path, said)
    assert line.state == "faulty" and told in line.fault


def test_of_two_lines_for_one_rule_and_department_the_later_decision_counts(tmp_path: Path) -> None:
    first, second, other = read(
        tmp_path, {}, {"valid_from": "2024-02-01", "severity": "fatal"}, {"department_code": "101001"}
    )
    assert (first.state, second.state, other.state) == ("faulty", "in_force", "in_force")
    assert "以该行为准" in first.fault and "第 3 行" in first.fault
