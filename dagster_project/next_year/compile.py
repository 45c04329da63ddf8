"""What a department needs to compile its next budget, from one moment of the running year; nothing later is seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dagster_project.in_year.known_projects import project_years
from dagster_project.in_year.look import looks_in, official_names, seen_at
from dagster_project.in_year.outlook import YearOutlook
from dagster_project.in_year.targets import TargetForm, department_form, project_forms
from dagster_project.next_year.codes import CodeLine, code_lines, code_names
from dagster_project.next_year.projects import ProjectSheet, project_sheets
from dagster_project.next_year.review import TargetFinding, review
from dagster_project.next_year.rules import Rules, rules_of

if TYPE_CHECKING:
    from dagster_project.settings import Settings


@dataclass(frozen=True)
class Compiled:
    """Everything of one department; ``year`` is the one that is compiled, the outlook that of the year before it."""

    year: int
    department: str
    department_name: str
    outlook: YearOutlook
    sheets: tuple[ProjectSheet, ...]
    codes: tuple[CodeLine, ...]
    names: Mapping[str, Mapping[str, str]]
    forms: tuple[TargetForm, ...]
    whole: TargetForm | None
    findings: tuple[TargetFinding, ...]
    rules: Rules
    notes: tuple[str, ...]

    @property
    def by_proposal(self) -> dict[str, list[ProjectSheet]]:
        """The projects by what is proposed, in the order of the seed."""
        found: dict[str, list[ProjectSheet]] = {}
        for each in self.rules.proposals.values():
            if here := [sheet for sheet in self.sheets if sheet.proposal == each.proposal]:
                found[each.proposal] = here
        return found


def compiled(settings: Settings, running: int, moment: dt.datetime | None, department: str = "") -> list[Compiled]:
    """One for each department that has a budget of the running year.

    Args:
        settings: where the landing zone and the seeds are.
        running: the running year; the budget of the next one is compiled.
        moment: in Asia/Shanghai without a time zone; None for now.
        department: of this one only.

    Raises:
        NothingToForecast: nothing was landed, or nobody has a budget of the running year.
        MeasuredError: a setting is missing.
    """
    seeds = settings.dbt_project_dir / "seeds"
    rules = rules_of(seeds, running + 1)
    names = official_names(settings)
    found = []
    code_lists = code_names(seeds, running)
    with seen_at(settings, moment) as connection:
        known = project_years(connection)
        for look in looks_in(connection, known, settings, running, moment, department):
            code, outlook = look.outlook.department, look.outlook
            before = {each.code: each for each in known if (each.department, each.year) == (code, running - 1)}
            sheets = project_sheets(connection, outlook, before, rules)
            forms = project_forms(connection, code, running)
            name = names.get(code, code)
            whole = department_form(connection, code, name, running)
            found.append(
                Compiled(
                    running + 1, code, name, outlook, tuple(sheets), tuple(code_lines(connection, code, running)),
                    code_lists, tuple(forms), whole,
                    tuple(review(forms, {each.outlook.project.code: each for each in sheets}, rules)), rules,
                    tuple(_notes(outlook, sheets, forms, whole, rules)),
                )
            )  # fmt: skip
    return found


def _notes(
    outlook: YearOutlook, sheets: list[ProjectSheet], forms: list[TargetForm], whole: TargetForm | None, rules: Rules
) -> list[str]:
    notes = []
    if whole is None:
        notes.append("没有报送过部门整体绩效目标;请先报送台账“部门整体支出绩效目标”")
    elif whole.year < outlook.year:
        notes.append(f"{outlook.year} 年的部门整体绩效目标还没有报送,申报表按 {whole.year} 年的列出")
    if outlook.month < rules.first_month:
        notes.append(
            f"支付明细只到 {outlook.month} 月;编制下年预算通常用到 {rules.first_month} 月,建议会随后面的支付改变"
        )
    with_forms = {form.code for form in forms}
    if lacking := [each for each in sheets if each.outlook.project.code not in with_forms and each.cause != "standard"]:
        named = "、".join(each.outlook.project.name for each in lacking[:5])
        notes.append(
            f"{len(lacking)} 个项目没有绩效目标申报表({named}{' 等' if len(lacking) > 5 else ''});没有目标的不得申报预算"
        )
    return notes
