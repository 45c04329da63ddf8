"""部门整体绩效目标半年监控表: the check of the targets of the whole department, as a sheet and on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from dagster_project.in_year.monitoring_entries import WHOLE
from dagster_project.in_year.monitoring_sheets import FILED_ON, LIKELIHOOD, REASONS
from dagster_project.in_year.outlook import GREEN, RED, YELLOW
from dagster_project.in_year.target_progress import TargetCheck, TargetProgress
from dagster_project.reporting.workbook.project_forms import FILLED_IN_BY
from dagster_project.reporting.workbook.sheet_writer import Book, Sheet, two_places

if TYPE_CHECKING:
    from rich.console import Console

SHEET_NAME = "整体目标监控"
TITLE = "部门整体绩效目标半年监控表"
WIDTHS = (6, 8, 24, 11, 7, 13, 11, 11, 11, 6, 13, 18, 16, 20, 30)
HEADS = (
    "序号", "一级指标", "指标名称", "年度指标值", "分值", "截至当日完成", "完成进度", "应达进度", "偏差(百分点)", "灯", "全年预计完成",
    REASONS, LIKELIHOOD, "整改措施", "说明",
)  # fmt: skip
STYLES = {RED: "red", YELLOW: "yellow", GREEN: ""}


def write_target_sheet(
    book: Book, name: str, check: TargetCheck, choices: Mapping[str, Sequence[str]], department: str
) -> None:
    """Write the sheet of a department; what a person must say has a choice to tick or an empty cell.

    Args:
        book: the workbook.
        name: of the sheet.
        check: the targets on the day.
        choices: of the fields that are ticked (seed ``monitoring_form_choices``).
        department: its full name.
    """
    sheet = Sheet(book, name, WIDTHS, f"{TITLE} {check.day}")
    label, text, centre = book.cell("centre", bold=True), book.cell("text"), book.cell("centre")
    sheet.heading(TITLE)
    sheet.line(f"({check.year} 年,截至 {check.day};{headline(check)})", align="center", font_size=10)
    sheet.cells([("部门名称", label, 2), (department, text, 5), ("项目编码", label, 2), (WHOLE, text, 6)])
    date = book.cell("date")
    sheet.cells([("监控截至", label, 2), (check.day, date, 5), (FILED_ON, label, 2), ("", date, 6)])
    sheet.cells([(head, label) for head in HEADS])
    percent, points = book.cell("percent"), book.cell("points")
    for each in check.targets:
        said = each.written
        likelihood = boxes(choices.get(LIKELIHOOD, ()), (said.likelihood if said else "") or each.likelihood)
        reasons = boxes(choices.get(REASONS, ()), *(said.reasons if said else ()))
        sheet.cells(
            [
                (each.number, centre, 1, "count"), (each.kind, centre), (each.name, text), (each.shown, centre), (two_places(each.weight), points, 1, "points"),
                (reached(each), centre), (two_places(each.progress), percent, 1, "percent"), (two_places(each.expected), percent, 1, "percent"),
                (two_places(each.deviation), points, 1, "points"), (each.light, centre), (forecast(each, check), centre), (reasons, text),
                (likelihood, text), (said.remedy if said else "", text), (explained(each), text),
            ]
        )  # fmt: skip
    if not check.targets:
        sheet.cells([(check.note_zh, text, len(HEADS))])
    sheet.gap()
    for line in method(check):
        sheet.line(line)
    sheet.line(FILLED_IN_BY, font_size=10)


def boxes(choices: Sequence[str], *ticked: str) -> str:
    """The choices, each with a box; those that are ticked with a tick."""
    return " ".join(f"{'☑' if choice in ticked else '□'}{choice}" for choice in choices)


def print_check(out: Console, check: TargetCheck) -> None:
    """Print the check on the terminal."""
    out.print(f"部门整体绩效目标监控  {check.year} 年度  部门 {check.department}  截至 {check.day}  {headline(check)}")
    if not check.targets:
        out.print(check.note_zh, style="yellow")
        return
    table = Table()
    for name, justify in (("灯", "left"), ("指标", "left"), ("年度指标值", "right"), ("截至当日完成", "right"), ("完成进度%", "right"),
                          ("应达进度%", "right"), ("偏差", "right"), ("全年预计", "right"), ("说明", "left")):  # fmt: skip
        table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for each in check.targets:
        table.add_row(
            each.light or "—", f"{each.number} {each.name}", each.shown, reached(each), _number(each.progress), _number(each.expected),
            "" if each.deviation is None else f"{each.deviation:+.1f}", forecast(each, check), explained(each), style=STYLES.get(each.light, ""),
        )  # fmt: skip
    out.print(table)


def headline(check: TargetCheck) -> str:
    """How many targets there are, how many are behind, and of how many the day tells nothing."""
    counts = {light: sum(each.light == light for each in check.targets) for light in STYLES}
    told = "、".join(f"{light} {count}" for light, count in counts.items() if count)
    without = f";没有数据 {len(check.without_data)} 项" if check.without_data else ""
    lit = f"({told})" if told else ""
    return f"目标 {len(check.targets)} 项{lit}{without};序时进度 {check.days_progress:.1f}%"


def reached(each: TargetProgress) -> str:
    """What was reached by the day: of rates the share of what was due, with both numbers."""
    if each.value is None:
        return f"{each.written.reached}(填报)" if each.written and each.written.reached else ""
    return f"{each.value:.1f}%({each.reached_zh})" if each.is_rate else each.reached_zh


def forecast(each: TargetProgress, check: TargetCheck) -> str:
    """What the year gives at this pace: a rate stays, but no higher than what can still be reached; a number of things grows with the days."""
    if each.written and each.written.expected:
        return each.written.expected
    if each.value is None:
        return ""
    if each.is_rate:
        return f"{min(each.value, each.best) if each.best is not None else each.value:.1f}%"
    return f"{each.value * 100 / check.days_progress:,.0f}"


def explained(each: TargetProgress) -> str:
    """What the expected progress stands on, what the year can still reach, and what is lacking."""
    parts = [f"应达进度为{each.expected_zh}"] if each.expected_zh else []
    if each.likelihood:
        at_most = f"全年最多 {each.best:.1f}%" if each.best is not None else "全年不能再达到目标"
        parts.append(f"已有到期未按要求完成的,{at_most}")
    if each.version > 1:
        parts.append(f"目标值为第 {each.version} 版")
    if each.written:
        parts.append(f"按 {each.written.until} 的监控表填报")
    if each.note_zh and not (each.written and each.written.reached):
        parts.append(each.note_zh)
    return ";".join(parts)


def method(check: TargetCheck) -> list[str]:
    """How the columns are made."""
    return [
        f"完成值与全年数字口径相同:分子、分母取已发布的佐证,只算到 {check.day}。“截至当日完成”为到期事项中按时完成的比例。",
        "有年度计划的目标,完成进度 = 按时完成数 ÷(全年计划数 × 目标值),应达进度为计划到期的比例;随事项发生的比率与目标值比;数量与序时进度比。",
        "全年预计按目前的比例(数量按日均)推算;“不可能”由台账算出,其余由人勾选。",
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
