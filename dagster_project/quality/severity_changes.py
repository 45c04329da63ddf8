"""Rules that are raised or lowered for one department, as seeds/rule_severities.csv says: which lines are in force, and what is wrong with the others."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.quality.rule_catalogue import FATAL, SEVERITIES_ZH, CatalogueRule

if TYPE_CHECKING:
    import duckdb

SEVERITIES_FILE = "rule_severities.csv"
IN_FORCE = "in_force"
REQUIRED_ZH = {
    "rule_id": "规则编号", "department_code": "部门", "severity": "程度", "reason_zh": "理由", "decided_by": "决定的处室",
    "valid_from": "起始日期", "valid_to": "截止日期",
}  # fmt: skip
"""A change without a reason, an author or an end is none."""
CHANGEABLE = ("warning", "info")
"""What stops publishing or rejects a row is not silenced for anybody."""
INFO = "info"
DOOR = ("file", "row", "column", "cross_row")


@dataclass(frozen=True)
class SeverityChange:
    """One line of the file. ``state`` is ``in_force``, ``expired``, ``not_yet`` or ``faulty``, and then ``fault`` says why and what to do."""

    line_no: int
    rule_id: str
    department: str
    severity: str
    reason: str
    decided_by: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    usual: str = ""
    is_of_the_door: bool = False
    state: str = IN_FORCE
    fault: str = ""

    @property
    def text_zh(self) -> str:
        """What it changes and why, in one sentence for people."""
        words = SEVERITIES_ZH | {FATAL: "阻止发布"}
        usual, now = (words.get(each, each) for each in (self.usual, self.severity))
        return f"部门 {self.department} 由“{usual}”改为“{now}”:{self.reason}({self.decided_by},至 {self.valid_to})"


def read_changes(seeds_dir: Path, rules: Iterable[CatalogueRule], made_for: dt.date) -> list[SeverityChange]:
    """The lines of the file, each with its state on a day; a faulty line concerns itself only.

    Args:
        seeds_dir: the seeds of the office.
        rules: the catalogue, which knows how grave each rule is.
        made_for: the day that the build is made for.
    """
    lines = _lines(seeds_dir)
    if not lines:
        return []
    by_id = {rule.rule_id: rule for rule in rules}
    judged = [_judged(line, by_id.get(line.rule_id), made_for) for line in lines]
    return [_alone(line, judged) for line in judged]


def lowered(seeds_dir: Path, day: dt.date) -> set[tuple[str, str]]:
    """The rules that a department does not have to look at on a day, as (rule, department); only of warnings is it asked."""
    return {
        (line.rule_id, line.department)
        for line in _lines(seeds_dir)
        if not line.fault and line.severity == INFO and line.valid_from and line.valid_to
        and line.valid_from <= day <= line.valid_to
    }  # fmt: skip


def last_day(connection: duckdb.DuckDBPyConnection) -> dt.date:
    """The day of the last hand-in, for which a build is made that looks back at no other."""
    query = "select cast(max(received_at) as date) from quality.submissions"
    return connection.execute(query).fetchall()[0][0] or dt.date.min


def _lines(seeds_dir: Path) -> list[SeverityChange]:
    """The lines as they are written; none where the office has no such file."""
    path = seeds_dir / SEVERITIES_FILE
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        return [_line(reader.line_num, {name: (text or "").strip() for name, text in row.items()}) for row in reader]


def _line(number: int, said: Mapping[str, str]) -> SeverityChange:
    missing = [f"没有写{zh}" for name, zh in REQUIRED_ZH.items() if not said.get(name)]
    days = {name: _day(said.get(name, "")) for name in ("valid_from", "valid_to")}
    missing += [
        f"{REQUIRED_ZH[name]}“{said[name]}”不是日期,应如 2026-11-29"
        for name, day in days.items()
        if said.get(name) and not day
    ]
    return SeverityChange(
        number, said.get("rule_id", ""), said.get("department_code", ""), said.get("severity", ""), said.get("reason_zh", ""),
        said.get("decided_by", ""), days["valid_from"], days["valid_to"], fault=";".join(missing),
    )  # fmt: skip


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _judged(line: SeverityChange, rule: CatalogueRule | None, made_for: dt.date) -> SeverityChange:
    is_door = rule is not None and rule.scope in DOOR and rule.reference.startswith(("contracts/", "ingestion/"))
    line = replace(line, usual=rule.severity if rule else "", is_of_the_door=is_door)
    fault = line.fault or _fault(line, rule)
    if fault or line.valid_from is None or line.valid_to is None:
        return replace(line, state="faulty", fault=fault)
    state = "expired" if line.valid_to < made_for else "not_yet" if line.valid_from > made_for else IN_FORCE
    return replace(line, state=state)


def _fault(line: SeverityChange, rule: CatalogueRule | None) -> str:
    """Why a line that is written whole changes nothing, and what to do; empty where it does."""
    if rule is None:
        return f"没有规则“{line.rule_id}”;规则编号见 quality.rules 或 jixiao rules"
    if rule.severity not in CHANGEABLE:
        words = SEVERITIES_ZH[rule.severity]
        return f"规则“{rule.rule_id}”是“{words}”,不能为某一部门降级;请更正所列各行,或由 {rule.reference} 的负责人修改规则本身"
    if line.severity not in (*CHANGEABLE, FATAL):
        return f"程度“{line.severity}”不认识;请写 fatal、warning 或 info"
    if line.severity == FATAL and line.is_of_the_door:
        return "载入时的提醒不能对某一部门改为 fatal;要它在不符时整份退回,请在约定中写明(如 wrong_totals: refuse)"
    return ""


def _alone(line: SeverityChange, lines: Iterable[SeverityChange]) -> SeverityChange:
    """Of several lines in force for one rule and department the one that begins last counts."""
    if line.state != IN_FORCE or line.valid_from is None:
        return line
    for other in lines:
        if (other.rule_id, other.department) != (line.rule_id, line.department) or other.state != IN_FORCE:
            continue
        begins = other.valid_from or dt.date.min
        is_earlier = (other.severity, other.line_no) < (line.severity, line.line_no)
        if begins > line.valid_from or (begins == line.valid_from and is_earlier):
            fault = f"与第 {other.line_no} 行是同一规则和部门,以该行为准;请删去一行"
            return replace(line, state="faulty", fault=fault)
    return line
