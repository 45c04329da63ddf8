"""项目支出绩效运行监控表: one sheet for each project above the bound, with what is known filled in and the rest to be written by hand."""

from __future__ import annotations

from typing import Any

from dagster_project.in_year.actions import WAN
from dagster_project.in_year.monitoring_forms import MonitoringForm
from dagster_project.in_year.outlook import YearOutlook
from dagster_project.reporting.workbook.project_forms import FILLED_IN_BY
from dagster_project.reporting.workbook.sheet_writer import Book, Sheet, two_places

WIDTHS = (11, 11, 24, 12, 12, 12, 26, 14, 14)
FORM_NAME = "绩效运行监控"
FILED_ON = "报送日期"
REASONS, LIKELIHOOD = "偏差原因", "完成目标可能性"
"""Fields of which a choice is ticked."""


def write_monitoring_sheet(book: Book, name: str, outlook: YearOutlook, form: MonitoringForm, department: str) -> None:
    """Write the form of one project."""
    project = form.outlook.project
    sheet = Sheet(book, name, WIDTHS, f"绩效运行监控 {outlook.year} 年 支付到 {outlook.month} 月")
    label, text = book.cell("centre", bold=True), book.cell("text")
    sheet.heading("项目支出绩效运行监控表")
    sheet.line(f"({outlook.year}年1—{outlook.month}月)", align="center", font_size=10)
    sheet.cells(
        [("项目名称", label, 2), (project.name, text, 3), ("项目编码", label, 1), (project.code, text, 3, "raw")]
    )
    sheet.cells([("主管部门", label, 2), (department, text, 3), ("实施单位", label, 1), (project.unit, text, 3)])
    sheet.cells(
        [
            ("监控截至", label, 2),
            (outlook.last_day, book.cell("date"), 3),
            (FILED_ON, label, 1),
            ("", book.cell("date"), 3),
        ]
    )
    _money(sheet, outlook, form)
    goal = form.targets.overall if form.targets is not None else ""
    sheet.cells([("年度总体目标", label, 2), (goal or "没有填报", text, 7)])
    _targets(sheet, form)
    for record in form.records:
        progress = "未报" if record.target_progress is None else f"{record.target_progress:g}%"
        told = ";".join(part for part in (record.deviation_zh, record.measure_zh) if part)
        sheet.line(f"已报监控 {record.period}:目标完成进度 {progress}{';' + told if told else ''}。")
    for entry in form.entries:
        sheet.line(f"已填监控 {entry.until} {entry.indicator}:{entry.words_zh}。")
    for stuck in form.outlook.stuck:
        sheet.line(f"经济科目 {stuck.item.economic_code}:{stuck.why_zh},预计剩余 {stuck.left / WAN:,.2f} 万元。")
    sheet.gap()
    sheet.line(FILLED_IN_BY, font_size=10)


def _money(sheet: Sheet, outlook: YearOutlook, form: MonitoringForm) -> None:
    book, each = sheet.book, form.outlook
    label = book.cell("centre", bold=True)
    heads = (
        "年初预算数(元)",
        "预计年末预算(元)",
        f"1—{outlook.month}月执行数(元)",
        "执行率",
        "全年预计执行数(元)",
        "预计执行率",
    )
    spans = (2, 1, 2, 1, 1, 2)
    sheet.cells([(head, label, span) for head, span in zip(heads, spans, strict=True)])
    values: tuple[Any, ...] = (form.initial, each.budget, each.project.spent, None, each.spending.middle, None)
    rates = (None, None, None, each.project.spent / each.budget if each.budget > 0 else 0.0, None, each.rate.middle)
    cells = []
    for value, rate, span in zip(values, rates, spans, strict=True):
        kind = "percent" if rate is not None else "money"
        number = two_places(value if rate is None else 100 * rate)
        cells.append((number, book.cell(kind), span, kind))
    sheet.cells(cells)


def _targets(sheet: Sheet, form: MonitoringForm) -> None:
    """Each indicator with its value and what was reached the year before; what this year's months reached is for the clerk to write."""
    book = sheet.book
    label, text, centre = book.cell("centre", bold=True), book.cell("text"), book.cell("centre")
    heads = (
        "一级指标", "二级指标", "三级指标", "年度指标值", "截至当日完成", "全年预计完成", REASONS, LIKELIHOOD,
        "整改措施",
    )  # fmt: skip
    sheet.cells([(head, label) for head in heads])
    targets = form.targets.targets if form.targets is not None else ()
    for each in targets:
        sheet.cells(
            [
                (each.level1, centre), (each.level2, centre), (each.name, text), (each.shown or "缺", centre), ("", centre), ("", centre),
                (form.ticked(REASONS), text), (form.ticked(LIKELIHOOD), text), ("", text),
            ]
        )  # fmt: skip
    if not targets:
        sheet.cells([("没有批复的绩效指标,无法监控目标;请补报绩效目标申报表", text, 9)])
    elif without := [each.name for each in targets if not each.actual_before]:
        sheet.line(f"上年没有完成值可比的指标 {len(without)} 个:{'、'.join(without)}。")
