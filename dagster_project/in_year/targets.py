"""Targets as approved for the year, of projects and of the department, with what was reached of each in the year before."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

NUMBER = re.compile(r"\s*(-?\d[\d,]*(?:\.\d+)?)\s*%?\s*")
QUALITATIVE = "定性"
AT_MOST = "≤"
OF_PROJECTS = """
    select now.project_code, now.project_name, now.division, now.overall_target_zh, now.indicator_no, now.level1, now.level2,
        now.indicator_name, now.operator, now.target_value, now.unit, cast(now.weight as double), before.actual_value
    from performance_targets as now
    left join performance_targets as before
        on now.department_code = before.department_code and before.period_year = now.period_year - 1
        and now.project_code = before.project_code and now.level2 = before.level2
        and now.indicator_name = before.indicator_name
    where now.department_code = $department and now.period_year = $year
    order by now.project_code, now.indicator_no
"""
OF_DEPARTMENT = """
    with last as (
        select max(period_year) as period_year from department_targets
        where department_code = $department and period_year <= $year
    )
    select now.period_year, now.indicator_no, now.indicator_kind, now.indicator_name, now.operator, now.target, now.unit,
        cast(now.weight as double), before.actual, now.overall_target_zh
    from department_targets as now
    inner join last on now.period_year = last.period_year
    left join department_targets as before
        on now.department_code = before.department_code and before.period_year = now.period_year - 1
        and now.indicator_name = before.indicator_name
    where now.department_code = $department
    qualify row_number() over (partition by now.indicator_no order by now.version desc, before.version desc) = 1
    order by now.indicator_no
"""


@dataclass(frozen=True)
class Target:
    """An approved indicator: its value and what was reached the year before as they are written; empty where nothing is."""

    number: str
    level1: str
    level2: str
    name: str
    operator: str
    value: str
    unit: str
    weight: float | None
    actual_before: str

    @property
    def is_qualitative(self) -> bool:
        """Whether words are its value."""
        return self.operator == QUALITATIVE

    @property
    def shown(self) -> str:
        """The value as a form prints it."""
        return f"{'' if self.is_qualitative else self.operator}{self.value}{self.unit}" if self.value else ""


@dataclass(frozen=True)
class TargetForm:
    """The targets of a project, or of the department (whose ``code`` is empty), approved for ``year``."""

    code: str
    name: str
    unit: str
    overall: str
    year: int
    targets: tuple[Target, ...] = field(default=())


def number_of(text: str) -> float | None:
    """The number that a value is, also in per cent; None for words."""
    found = NUMBER.fullmatch(text)
    return float(found[1].replace(",", "")) if found else None


def project_forms(connection: duckdb.DuckDBPyConnection, department: str, year: int) -> list[TargetForm]:
    """The forms of a department's projects, by code, as `in_year.known.known_at` shows them."""
    forms: dict[str, TargetForm] = {}
    rows = connection.execute(OF_PROJECTS, {"department": department, "year": year}).fetchall()
    for code, name, unit, overall, *target in rows:
        before = forms.get(code) or TargetForm(code, name, unit or "", overall or "", year)
        forms[code] = replace(
            before, overall=before.overall or overall or "", targets=(*before.targets, _target(*target))
        )
    return list(forms.values())


def department_form(connection: duckdb.DuckDBPyConnection, department: str, name: str, year: int) -> TargetForm | None:
    """The department's own targets in their last version, of the year or the last one before; None where it never had any.

    Many departments hand them in with what was reached, after the year: in October those of the year before are the last ones.
    """
    rows = connection.execute(OF_DEPARTMENT, {"department": department, "year": year}).fetchall()
    targets = tuple(_target(number, kind, "", *rest) for _, number, kind, *rest, _ in rows)
    overall = next((row[-1] for row in rows if row[-1]), "")
    return TargetForm("", name, "", overall, rows[0][0], targets) if targets else None


def _target(
    number: object, level1: str, level2: str, name: str, operator: str, value: str | None, unit: str | None,
    weight: float | None, actual: str | None,
) -> Target:  # fmt: skip
    return Target(str(number), level1, level2, name, operator, value or "", unit or "", weight, actual or "")
