"""Looks at the running year as a workbook: a brief of one page, 预测, 项目, 措施, 整体目标监控, where asked 逐月, and a form of monitoring per large project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dagster_project.in_year.action_states import ACCEPTED, OPEN
from dagster_project.in_year.actions import Action
from dagster_project.in_year.look import Look
from dagster_project.in_year.monitoring_forms import MonitoringForm
from dagster_project.in_year.monitoring_sheets import FORM_NAME, write_monitoring_sheet
from dagster_project.in_year.outlook import Interval, ProjectOutlook, YearOutlook
from dagster_project.in_year.printed import accuracy, headline, verdict
from dagster_project.in_year.target_progress import TargetCheck
from dagster_project.in_year.target_sheet import SHEET_NAME as TARGET_SHEET
from dagster_project.in_year.target_sheet import write_target_sheet
from dagster_project.reporting.workbook.project_forms import sheet_names
from dagster_project.reporting.workbook.sheet_writer import Book, Column, Sheet, new_workbook, two_places

BOUNDS = (
    Column("low", "区间下限(元)", "money"),
    Column("middle", "预计支出(元)", "money"),
    Column("high", "区间上限(元)", "money"),
)
RATES = (
    Column("rate_low", "支出率下限", "percent"),
    Column("rate", "预计支出率", "percent"),
    Column("rate_high", "支出率上限", "percent"),
)
PROJECTS = (
    Column("light", "灯", "centre"), Column("code", "项目编码", "raw"), Column("name", "项目"), Column("unit", "承办"),
    Column("budget", "预计年末预算(元)", "money", total=True), Column("spent", "已支出(元)", "money", total=True),
    Column("unpaid", "已签未付(元)", "money", total=True), *BOUNDS, *RATES, Column("short", "距目标(元)", "money", total=True),
    Column("stuck", "停滞的经济科目"),
)  # fmt: skip
PROJECT_WIDTHS = (5, 20, 20, 14, 15, 15, 14, 15, 15, 15, 9, 9, 9, 13, 34)
ACTIONS = (
    Column("code", "编号", "raw"), Column("kind", "措施"), Column("name", "项目或合同"), Column("amount", "金额(元)", "money"),
    Column("owner", "承办"), Column("due", "期限", "date"), Column("effect", "影响支出率(百分点)", "points"), Column("state", "状态"),
    Column("why", "理由"),
)  # fmt: skip
ACTION_WIDTHS = (7, 10, 34, 15, 14, 12, 11, 24, 60)
MONTHLY = (
    Column("month", "支付到(月)", "count"), Column("budget", "预算(元)", "money"), Column("spent", "已支出(元)", "money"), *BOUNDS,
    *RATES, Column("short", "距目标(元)", "money"),
)  # fmt: skip
MONTHLY_WIDTHS = (8, 17, 17, 17, 17, 17, 9, 9, 9, 15)
HEAD_WIDTHS = (120,)
BRIEF_PROJECTS = (
    Column("light", "灯", "centre"), Column("name", "项目"), Column("unit", "承办"), Column("spent", "已支出(元)", "money"),
    Column("rate", "预计支出率", "percent"), Column("short", "距目标(元)", "money"), Column("stuck", "停滞的经济科目"),
)  # fmt: skip
BRIEF_ACTIONS = (
    Column("code", "编号", "centre"), Column("name", "措施和对象"), Column("owner", "承办"), Column("amount", "金额(元)", "money"),
    Column("due", "期限", "date"), Column("effect", "百分点", "points"), Column("state", "状态"),
)  # fmt: skip
BRIEF_WIDTHS = (7, 36, 16, 17, 13, 15, 34)
MOST_OF_A_BRIEF = 8
"""Projects and actions on the page that a head of department reads."""


def write_workbook(
    path: Path,
    found: Sequence[Look],
    seen_zh: str,
    by_month: Mapping[str, Sequence[YearOutlook]],
    forms: Mapping[str, Sequence[MonitoringForm]],
    names: Mapping[str, str],
    checks: Mapping[str, TargetCheck],
    choices: Mapping[str, Sequence[str]],
) -> None:
    """Write the looks, sheets of each department side by side.

    Args:
        path: the xlsx file.
        found: one look per department.
        seen_zh: from when they are seen, in words.
        by_month: what each month's run told, by department; sheets for those only.
        forms: of monitoring, by department.
        names: of the departments, by code.
        checks: of the targets of the whole department, by department.
        choices: of the fields of forms that are ticked.

    Raises:
        OSError: it could not be written.
    """
    with new_workbook(path) as workbook:
        book = Book(workbook)
        for look in found:
            outlook = look.outlook
            mark = f"-{outlook.department}" if len(found) > 1 else ""
            footer = headline(outlook, seen_zh)
            _brief(book, f"简报{mark}", look, footer)
            sheet = Sheet(book, f"预测{mark}", HEAD_WIDTHS, footer)
            sheet.heading("年末支出预测", lines=[footer, *verdict(outlook), *accuracy(look.errors), *look.notes])
            sheet = Sheet(book, f"项目{mark}", PROJECT_WIDTHS, footer)
            ordered = sorted(outlook.projects, key=lambda each: -each.short)
            sheet.table(PROJECTS, [_project(each) for each in ordered], total="合计")
            sheet = Sheet(book, f"措施{mark}", ACTION_WIDTHS, footer)
            sheet.table(ACTIONS, [_action(each) for each in look.actions])
            if outlook.department in checks:
                check, name = checks[outlook.department], names.get(outlook.department, outlook.department)
                write_target_sheet(book, f"{TARGET_SHEET}{mark}", check, choices, name)
            if outlook.department in by_month:
                sheet = Sheet(book, f"逐月{mark}", MONTHLY_WIDTHS, footer)
                sheet.table(MONTHLY, [_month(each) for each in by_month[outlook.department]])
        large = [(look, form) for look in found for form in forms.get(look.outlook.department, ())]
        pages = sheet_names((form.outlook.project.name for _, form in large), FORM_NAME)
        for page, (look, form) in zip(pages, large, strict=True):
            write_monitoring_sheet(
                book, page, look.outlook, form, names.get(look.outlook.department, look.outlook.department)
            )


def _brief(book: Book, name: str, look: Look, footer: str) -> None:
    """What a head of department reads: where the year ends, the projects that cause it, what to do next; on one page."""
    outlook = look.outlook
    sheet = Sheet(book, name, BRIEF_WIDTHS, footer)
    sheet.worksheet.fit_to_pages(1, 1)
    sheet.heading(f"{outlook.year}年{outlook.month}月支出监控简报", lines=[footer, *verdict(outlook)])
    sheet.gap()
    ordered = [each for each in sorted(outlook.projects, key=lambda each: -each.short) if each.short > 0 or each.stuck]
    sheet.line(f"差得最多的项目(共 {len(ordered)} 个预计达不到目标或有停滞的科目)", bold=True)
    sheet.table(BRIEF_PROJECTS, [_project(each) for each in ordered[:MOST_OF_A_BRIEF]], repeat=False)
    sheet.gap()
    waiting = sorted(
        (each for each in look.actions if each.state in (OPEN, ACCEPTED)),
        key=lambda each: (each.due_on, -each.effect_pp),
    )
    sheet.line(f"最近要办的措施(共 {len(waiting)} 项待办;全部见“措施”)", bold=True)
    sheet.table(
        BRIEF_ACTIONS,
        [{**_action(each), "name": f"{each.kind} {each.name}"} for each in waiting[:MOST_OF_A_BRIEF]],
        repeat=False,
    )
    for note in look.notes[:2]:
        sheet.line(f"请留意 {note}")


def _bounds(spending: Interval, rate: Interval) -> dict[str, Any]:
    return {
        "low": two_places(spending.low), "middle": two_places(spending.middle), "high": two_places(spending.high),
        "rate_low": two_places(100 * rate.low), "rate": two_places(100 * rate.middle), "rate_high": two_places(100 * rate.high),
    }  # fmt: skip


def _project(each: ProjectOutlook) -> dict[str, Any]:
    project = each.project
    return {
        "light": each.light, "code": project.code, "name": project.name, "unit": project.unit,
        "budget": two_places(each.budget), "spent": two_places(project.spent), "unpaid": two_places(each.unpaid_contracts), "short": two_places(each.short),
        "stuck": ";".join(f"{one.item.economic_code}:{one.why_zh},可能剩余 {one.left:,.2f} 元" for one in each.stuck),
        **_bounds(each.spending, each.rate),
    }  # fmt: skip


def _action(each: Action) -> dict[str, Any]:
    return {
        "code": each.code, "kind": each.kind, "name": each.name, "amount": two_places(each.amount), "owner": each.owner,
        "due": each.due_on, "effect": two_places(each.effect_pp), "state": each.state_zh, "why": each.why_zh,
    }  # fmt: skip


def _month(each: YearOutlook) -> dict[str, Any]:
    return {
        "month": each.month, "budget": two_places(each.budget), "spent": two_places(each.spent), "short": two_places(each.short),
        **_bounds(each.spending, each.rate),
    }  # fmt: skip
