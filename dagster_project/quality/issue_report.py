"""What a published version says of its data quality: issues by check, their effects, what is accepted; and all of it in lines."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.ingestion.sql import named_rows
from dagster_project.quality.issue_checks import DOUBTS, HELD_BACK_FILE, HELD_BACK_ROW
from dagster_project.quality.issue_texts import FEN_OF, effect_text

Row = dict[str, Any]
SHOWN_ROWS = 3
SHOWN_EFFECTS = 5
OPEN, ACCEPTED = "open", "accepted"
WORDS = {"error": "阻止发布", "warning": "提醒", "info": "告知"}
FATAL_ZH = "阻止发布"
NOT_COUNTED = "未载入,影响多少无从计算"


@dataclass(frozen=True)
class IssueReport:
    """The issues of a version, or of one department and year of it.

    ``checks`` are rows of ``quality.checks`` that something breaks, ``issues``, ``effects``, ``acceptances`` and ``severity_changes``
    rows of the other tables. ``check_count`` counts all checks that were made.
    """

    checks: Sequence[Row] = ()
    issues: Sequence[Row] = ()
    effects: Sequence[Row] = ()
    acceptances: Sequence[Row] = ()
    severity_changes: Sequence[Row] = ()
    check_count: int = 0

    @property
    def open_count(self) -> int:
        """How many issues nobody has mended or accepted."""
        return sum(check["open_count"] for check in self.checks)

    @property
    def accepted_count(self) -> int:
        """How many issues the office accepts."""
        return sum(check["accepted_count"] for check in self.checks)

    @property
    def noted_count(self) -> int:
        """How many issues are for information only."""
        return sum(check["issue_count"] for check in self.checks) - self.open_count - self.accepted_count

    @property
    def open_checks(self) -> list[Row]:
        """The checks with open issues."""
        return [check for check in self.checks if check["open_count"]]

    def effects_of(self, check_id: str, state: str = "") -> list[Row]:
        """The effects of a check: money first, then the largest share."""
        found = [e for e in self.effects if e["check_id"] == check_id and state in ("", e["state"])]
        return sorted(
            found,
            key=lambda e: (
                e["unit"] not in FEN_OF,
                -abs(e["share_pct"] or 0),
                e["figure_id"],
                e["fiscal_year"],
                e["department_code"],
            ),
        )

    def issues_of(self, check_id: str, state: str = "") -> list[Row]:
        """The issues of a check that are listed."""
        return [row for row in self.issues if row["check_id"] == check_id and state in ("", row["state"])]

    def figures_of(self, state: str) -> int:
        """How many figures stand on issues of a state."""
        return len(
            {(e["figure_id"], e["fiscal_year"], e["department_code"]) for e in self.effects if e["state"] == state}
        )


def read_issues(database: Path, fiscal_year: int | None = None, department_code: str = "") -> IssueReport:
    """The issues that a version tells; none where it is of an older release.

    Args:
        database: the published DuckDB file.
        fiscal_year: only what is of this year, or of no year.
        department_code: only what is of this department, or of none.
    """
    own = "($year is null or fiscal_year is null or fiscal_year = $year) and ($department = '' or department_code is null or department_code = $department)"
    key = {"year": fiscal_year, "department": department_code}
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            checks = _rows(connection, "select * from quality.checks order by check_id", {})
        except duckdb.CatalogException:
            return IssueReport()
        issues = _rows(connection, f"select * from quality.issues where {own} order by check_id, issue_no", key)
        effects = _rows(connection, f"select * from quality.issue_effects where {own} order by all", key)
        acceptances = _rows(connection, "select * from quality.acceptances order by line_no", {})
        changes: list[Row] = []
        with contextlib.suppress(duckdb.CatalogException):  # a version of a release that had none
            changes = _rows(connection, "select * from quality.severity_changes order by line_no", {})
    broken = [check for check in checks if check["issue_count"]]
    if fiscal_year is not None or department_code:
        broken = [_narrowed(check, issues) for check in broken]
    return IssueReport(
        [check for check in broken if check["issue_count"]], issues, effects, acceptances, changes, len(checks)
    )


def _narrowed(check: Row, issues: Sequence[Row]) -> Row:
    """A check with the counts of one department and year; where not all its issues are listed, those of all stay."""
    if check["kept_count"] < check["issue_count"]:
        return check
    own = [row["state"] for row in issues if row["check_id"] == check["check_id"]]
    return {**check, "issue_count": len(own), "open_count": own.count(OPEN), "accepted_count": own.count(ACCEPTED)}


def issue_lines(report: IssueReport, shown: int = SHOWN_ROWS) -> list[str]:
    """Open issues, a line for each check and for its first rows, then what is wrong with accepted.csv; and how many are accepted."""
    lines = []
    if report.open_count:
        lines.append(
            f"数据质量疑点:未处理 {report.open_count:,} 处({len(report.open_checks)} 项检查),"
            f"影响数字 {report.figures_of(OPEN):,} 个;已认可 {report.accepted_count:,} 处"
        )
    elif report.accepted_count:
        lines.append(f"数据质量疑点:没有未处理的;已认可 {report.accepted_count:,} 处(accepted.csv)")
    lines += held_back_lines(report)
    for check in sorted(report.open_checks, key=lambda each: each["check_id"] not in (HELD_BACK_FILE, HELD_BACK_ROW)):
        lines.append(check_line(report, check, OPEN))
        rows = report.issues_of(check["check_id"], OPEN)
        lines += [f"    {issue_line(row)}" for row in rows[:shown]]
        if check["open_count"] > min(shown, len(rows)):
            lines.append(
                f"    另有 {check['open_count'] - min(shown, len(rows)):,} 处,见 quality.issues 和内部版“数据质量疑点”"
            )
    return lines + acceptance_lines(report) + severity_lines(report)


def held_back_lines(report: IssueReport) -> list[str]:
    """A line for each department that is held back: what that means for its readers, and how it ends."""
    found: dict[str, list[Row]] = {}
    for row in report.issues_of(HELD_BACK_FILE):
        found.setdefault(row["department_code"], []).append(row)
    return [
        f"【暂缓发布】{rows[0]['value_zh'].partition(';')[0]};报送 {len(rows):,} 个文件,其他部门照常发布;改正后重新报送,下次运行自动恢复"
        for _, rows in sorted(found.items())
    ]


def check_line(report: IssueReport, check: Row, state: str) -> str:
    """A check with its count and its effects."""
    count = check["open_count"] if state == OPEN else check["accepted_count"]
    effects = effects_text(report, check["check_id"], state)
    told = f"影响 {effects}" if effects else no_effect_text(report, check["check_id"])
    return f"  [{WORDS[check['severity']]}] {name_text(check)}:{count:,} 处;{told}"


def no_effect_text(report: IssueReport, check_id: str) -> str:
    """Why a check has no effect: its rows count in no figure, or no way leads to a row, so that nobody can know."""
    if check_id in DOUBTS:
        return "影响多少,核对后才知道"
    if check_id == HELD_BACK_FILE:
        return "不计入任何数字"
    if check_id == HELD_BACK_ROW:
        return "影响的数字见“held_back_file”"
    if any(row["source_row_count"] for row in report.issues_of(check_id)):
        return "所在行不计入任何数字"
    return "没有追到来源行,影响不明"


def name_text(check: Row) -> str:
    """A check by the name that accepted.csv calls it, with its rule where the name does not say it."""
    name, rule = check["check_id"], check["rule_zh"]
    return str(name) if rule in name else f"{rule}({name})"


def effects_text(report: IssueReport, check_id: str, state: str, shown: int = SHOWN_EFFECTS) -> str:
    """The figures that stand on the issues of a check, with how much of each."""
    effects = report.effects_of(check_id, state)
    texts = [one_effect(effect) for effect in effects[:shown]]
    return "、".join(texts) + (f"等 {len(effects)} 个数字" if len(effects) > shown else "")


def one_effect(effect: Row) -> str:
    """``2023 累计实际支出 13.580764万元(0.07%)``; of a ratio how it would read without."""
    name = f"{effect['fiscal_year']} 年{effect['label_zh']}"
    if effect["effect"] is None:
        return f"{name}({NOT_COUNTED if effect['value'] is not None else '没有数值'})"
    if effect["unit"] == "%":
        without = "无法计算" if effect["value_without"] is None else f"{effect['value_without']:.4f}%"
        return f"{name}(不计这些行为 {without})"
    return effect_text(name, effect["effect"], effect["unit"], effect["share_pct"])


def place_text(row: Row) -> str:
    """File, sheet and row of an issue; where it stands in no file, its department and year."""
    if not row["file"]:
        department = f"部门 {row['department_code']}" if row["department_code"] else ""
        return " ".join(filter(None, (department, f"{row['fiscal_year']} 年度" if row["fiscal_year"] else "")))
    sheet = f" 工作表“{row['sheet']}”" if row["sheet"] else ""
    line = f" 第 {row['row_number']} 行" if row["row_number"] else ""
    more = f"等 {row['source_row_count']:,} 行" if row["source_row_count"] and row["source_row_count"] > 1 else ""
    return f"{row['file']}{sheet}{line}{more}"


def issue_line(row: Row) -> str:
    """An issue: where, which, what, its effect, who mends it and how."""
    what = ",".join(filter(None, (row["key_text"], row["value_zh"])))
    effect = f"计入 {row['effect_zh']}" if row["effect_zh"] else ""
    return "。".join(filter(None, (":".join(filter(None, (place_text(row), what))), effect, row["remedy_zh"])))


def acceptance_lines(report: IssueReport) -> list[str]:
    """Lines of accepted.csv that accept nothing, and why."""
    lines = []
    for row in report.acceptances:
        place = f"accepted.csv 第 {row['line_no']} 行({row['check_id'] or '未写检查'})"
        if row["state"] == "expired":
            lines.append(f"{place}:已于 {row['valid_until']} 过期,疑点重新列为未处理;请整改,或重新认可")
        elif row["state"] == "unmatched":
            lines.append(f"{place}:{row['fault_zh']};请核对检查名称和编号,已整改的请删去该行")
        elif row["state"] == "faulty":
            lines.append(f"{place}:{row['fault_zh'] or '写法有误'};该行不起作用,请更正")
    return lines


def severity_lines(report: IssueReport) -> list[str]:
    """Lines of rule_severities.csv: what is raised or lowered for whom, which have run out, and which have no effect, with the remedy."""
    lines = []
    for row in report.severity_changes:
        place = f"rule_severities.csv 第 {row['line_no']} 行({row['rule_id'] or '未写规则'})"
        if row["state"] == "in_force":
            words = WORDS.get(row["severity"], FATAL_ZH)
            lines.append(
                f"{place}:部门 {row['department_code']} 改为“{words}”,涉及 {row['changed_count']:,} 处;{row['reason_zh']}"
                f"({row['decided_by']},至 {row['valid_to']})"
            )
        elif row["state"] == "expired":
            lines.append(f"{place}:已于 {row['valid_to']} 过期,恢复原来的程度;请删去该行,或重新决定")
        elif row["state"] == "faulty":
            lines.append(f"{place}:{row['fault_zh']};该行不起作用")
    return lines


def _rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any]) -> list[Row]:
    return named_rows(connection.execute(query, parameters) if parameters else connection.execute(query))
