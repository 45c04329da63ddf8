"""Next year's budget as a workbook: 编制底表, 科目, 目标审核, and 绩效目标申报表 of the department and of each project, ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from dagster_project.in_year.actions import WAN
from dagster_project.in_year.targets import TargetForm
from dagster_project.next_year.codes import NAMED, CodeLine
from dagster_project.next_year.compile import Compiled
from dagster_project.next_year.printed import headline, summary
from dagster_project.next_year.projects import ProjectSheet
from dagster_project.next_year.review import TargetFinding
from dagster_project.reporting.workbook.project_forms import BEFORE_LINES, FILLED_IN_BY, TO_FILL_IN, sheet_names
from dagster_project.reporting.workbook.sheet_writer import Book, Column, Sheet, new_workbook, two_places

PROJECTS = (
    Column("code", "项目编码", "raw"), Column("name", "项目"), Column("unit", "承办"),
    Column("before_budget", "上年预算(元)", "money", total=True), Column("before_spent", "上年支出(元)", "money", total=True),
    Column("before_rate", "上年支出率", "percent"), Column("score", "上年评价得分", "points"), Column("rating", "等级", "centre"),
    Column("budget", "预计年末预算(元)", "money", total=True), Column("spent", "已支出(元)", "money", total=True),
    Column("middle", "预计全年支出(元)", "money", total=True), Column("rate", "预计支出率", "percent"),
    Column("regular", "其中不含上年结转(元)", "money", total=True), Column("needed", "已签未付至明年(元)", "money", total=True),
    Column("proposal", "建议", "centre"), Column("proposed", "下年建议数(元)", "money", total=True), Column("reason", "理由"),
)  # fmt: skip
PROJECT_WIDTHS = (20, 18, 13, 14, 14, 9, 9, 6, 14, 14, 14, 9, 14, 13, 6, 14, 46)
CODES = (
    Column("code", "项目编码", "raw"), Column("name", "项目"), Column("function_code", "功能分类科目"),
    Column("department_economic_code", "部门经济分类"), Column("government_economic_code", "政府经济分类"),
    Column("budget", "今年预算(元)", "money", total=True), Column("spent", "今年实际支出(元)", "money", total=True),
    Column("share", "占本项目支出", "percent"), Column("before", "上年实际支出(元)", "money", total=True), Column("note", "提示"),
)  # fmt: skip
CODE_WIDTHS = (20, 20, 22, 22, 24, 15, 15, 9, 15, 20)
REVIEW = (
    Column("project", "项目编码", "raw"), Column("name", "项目"), Column("criterion", "审核标准", "centre"),
    Column("number", "指标序号", "centre"), Column("text", "问题"), Column("remedy", "怎样修改"),
)  # fmt: skip
REVIEW_WIDTHS = (20, 22, 11, 9, 58, 46)
FORM_WIDTHS = (8, 11, 12, 24, 14, 14, 14, 9)
FORM_NAME = "项目绩效目标申报"


def write_workbook(path: Path, found: Sequence[Compiled], seen_zh: str) -> None:
    """Write the sheets, those of each department side by side.

    Args:
        path: the xlsx file.
        found: one for each department.
        seen_zh: from when they are seen, in words.

    Raises:
        OSError: it could not be written.
    """
    with new_workbook(path) as workbook:
        book = Book(workbook)
        names = iter(sheet_names([f"{form.name or form.code}" for each in found for form in each.forms], FORM_NAME))
        for each in found:
            mark = f"-{each.department}" if len(found) > 1 else ""
            footer = f"预算编制 {each.year} 年 部门 {each.department} {seen_zh}"
            sheet = Sheet(book, f"编制底表{mark}", PROJECT_WIDTHS, footer)
            sheet.heading(
                f"{each.year}年项目支出预算编制底表", lines=[headline(each, seen_zh), *summary(each), *each.notes]
            )
            sheet.table(PROJECTS, [_project(one) for one in each.sheets], total="合计")
            sheet = Sheet(book, f"科目{mark}", CODE_WIDTHS, footer)
            sheet.heading(
                "按实际支出的功能分类和经济分类科目",
                lines=["下年预算的科目按实际支出的填,预算科目与支出科目不一致的已提示。"],
            )
            sheet.table(CODES, [_code(one, each) for one in each.codes], total="合计")
            sheet = Sheet(book, f"目标审核{mark}", REVIEW_WIDTHS, footer)
            sheet.heading("绩效目标审核意见", lines=["按指向明确、细化量化、合理可行、相互匹配逐项审核;修改后再申报。"])
            sheet.table(REVIEW, [_finding(one, each) for one in each.findings])
            if each.whole is not None:
                sheet = Sheet(book, f"部门目标申报{mark}", FORM_WIDTHS, footer, is_portrait=True)
                _whole_form(sheet, each, each.whole)
            by_code = {one.outlook.project.code: one for one in each.sheets}
            for form in each.forms:
                _project_form(
                    Sheet(book, next(names), FORM_WIDTHS, footer, is_portrait=True), each, form, by_code.get(form.code)
                )


def _percent(rate: float | None) -> Decimal | None:
    return None if rate is None else two_places(100 * rate)


def _project(each: ProjectSheet) -> dict[str, Any]:
    outlook, before = each.outlook, each.before
    project = outlook.project
    return {
        "code": project.code, "name": project.name, "unit": project.unit,
        "before_budget": two_places(before.budget if before else None), "before_spent": two_places(before.spent if before else None),
        "before_rate": _percent(before.rate if before and before.budget > 0 else None),
        "score": two_places(each.score), "rating": each.rating, "budget": two_places(outlook.budget), "spent": two_places(project.spent),
        "middle": two_places(outlook.spending.middle), "rate": _percent(outlook.rate.middle), "regular": two_places(each.regular),
        "needed": two_places(each.first_needed), "proposal": each.proposal, "proposed": two_places(each.proposed), "reason": each.reason_zh,
    }  # fmt: skip


def _code(each: CodeLine, of: Compiled) -> dict[str, Any]:
    named = {
        kind: f"{code} {of.names[kind].get(code, '')}".strip() for kind, code in zip(NAMED, each.codes, strict=True)
    }
    note = ""
    if each.differs:
        note = "有支出没有预算" if each.budget == 0 else "有预算没有支出"
    return {
        "code": each.project, "name": _name_of(of, each.project), **named, "budget": two_places(each.budget), "spent": two_places(each.spent),
        "share": _percent(each.share), "before": two_places(each.spent_before), "note": note,
    }  # fmt: skip


def _finding(each: TargetFinding, of: Compiled) -> dict[str, Any]:
    return {
        "project": each.project, "name": _name_of(of, each.project), "criterion": each.rule.criterion_zh,
        "number": each.number or "整表", "text": each.text_zh, "remedy": each.rule.remedy_zh,
    }  # fmt: skip


def _name_of(of: Compiled, project: str) -> str:
    return next((each.outlook.project.name for each in of.sheets if each.outlook.project.code == project), project)


def _project_form(sheet: Sheet, of: Compiled, form: TargetForm, line: ProjectSheet | None) -> None:
    label, text = sheet.book.cell("centre", bold=True), sheet.book.cell("text")
    sheet.heading("项目支出绩效目标申报表")
    sheet.line(f"({of.year}年度)", align="center", font_size=10)
    sheet.cells(
        [("项目名称", label, 2), (form.name or form.code, text, 3), ("项目编码", label, 1), (form.code, text, 2, "raw")]
    )
    sheet.cells([("主管部门", label, 2), (of.department_name, text, 3), ("实施单位", label, 1), (form.unit, text, 2)])
    kind = "新增项目" if line is not None and line.cause == "new" else "延续项目"
    end = f"{line.ended_in:%Y-%m}" if line is not None and line.ended_in else TO_FILL_IN
    sheet.cells([("项目属性", label, 2), (kind, text, 3), ("项目期至", label, 1), (end, text, 2)])
    first = sheet.row
    amount = line.proposed if line is not None else None
    shown = (two_places(amount) if amount is not None else TO_FILL_IN, sheet.book.cell("wan"), 5, "wan")
    sheet.cells([("", label), ("年度资金总额(万元)", text, 2), shown])
    for before, name in zip(BEFORE_LINES[1:3], ("当年财政拨款", "其他资金"), strict=True):
        sheet.cells([("", label), (before + name, text, 2), (TO_FILL_IN, sheet.book.cell("wan"), 5)])
    sheet.merge_down(0, first, sheet.row - 1, "项目\n资金", label)
    _targets(sheet, form, of.year)
    if line is not None:
        sheet.line(f"资金为建议数:{line.proposal}。{line.reason_zh}。")
    _signed(sheet, [each for each in of.findings if each.project == form.code])


def _whole_form(sheet: Sheet, of: Compiled, form: TargetForm) -> None:
    label, text = sheet.book.cell("centre", bold=True), sheet.book.cell("text")
    sheet.heading("部门整体支出绩效目标申报表")
    sheet.line(f"({of.year}年度)", align="center", font_size=10)
    sheet.cells([("部门名称", label, 2), (of.department_name, text, 6)])
    total = sum(each.proposed or 0.0 for each in of.sheets)
    open_count = sum(each.proposed is None for each in of.sheets)
    shown = f"已有建议数的项目合计 {total / WAN:,.2f} 万元" + (f";另有 {open_count} 个项目待测算" if open_count else "")
    sheet.cells([("年度预算", label, 2), (shown, text, 6)])
    _targets(sheet, form, of.year)
    _signed(sheet, [])


def _targets(sheet: Sheet, form: TargetForm, following: int) -> None:
    """The goal and the indicators, with the values of the year that they were approved for and what was reached before; next year's value is for the department to write."""
    label, text, centre = sheet.book.cell("centre", bold=True), sheet.book.cell("text"), sheet.book.cell("centre")
    goal = f"{TO_FILL_IN} {form.year}年:{form.overall}" if form.overall else TO_FILL_IN
    sheet.cells([("年度总体目标", label, 2), (goal, text, 6)])
    heads = (
        "一级指标",
        "二级指标",
        "三级指标",
        f"{form.year - 1}年实际",
        f"{form.year}年指标值",
        f"{following}年指标值",
        "分值",
    )
    sheet.cells([("", label), *((head, label) for head in heads)])
    first = sheet.row
    for each in form.targets:
        actual = f"{each.actual_before}{each.unit if not each.is_qualitative else ''}" if each.actual_before else "—"
        weight = Decimal(f"{each.weight:g}") if each.weight is not None else "缺"
        sheet.cells(
            [
                ("", label), (each.level1, centre), (each.level2, centre), (each.name, text), (actual, centre),
                (each.shown or "缺", centre), ("", centre), (weight, sheet.book.cell("points"), 1, "points"),
            ]
        )  # fmt: skip
    if form.targets:
        sheet.merge_down(0, first, sheet.row - 1, "绩效指标", label)


def _signed(sheet: Sheet, findings: Sequence[TargetFinding]) -> None:
    for each in findings:
        where = f"指标 {each.number}:" if each.number else ""
        sheet.line(f"审核意见({each.rule.criterion_zh}):{where}{each.text_zh}。{each.rule.remedy_zh}。")
    sheet.gap()
    sheet.line(FILLED_IN_BY, font_size=10)
