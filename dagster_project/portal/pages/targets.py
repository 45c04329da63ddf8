"""The page on the targets of the whole department: how far each was at each half-year end, and how far it should have been."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dagster_project.in_year.outlook import GREEN, RED, YELLOW
from dagster_project.in_year.target_progress import TargetCheck, TargetProgress
from dagster_project.in_year.target_sheet import explained, forecast, headline, method, reached
from dagster_project.portal.blocks import Card, Cards, Cell, Column, Facts, Heading, Links, Page, Text, table_of
from dagster_project.portal.reading import PortalYear

PATH = "targets.html"
TITLE = "整体目标监控"
WITHOUT_DATA = "没有数据"
COLUMNS = (
    Column("name", "指标"), Column("light", "灯"), Column("reached", "截至当日完成", "right"), Column("shown", "年度指标值", "right"),
    Column("progress", "完成进度", "pct"), Column("expected", "应达进度", "pct"), Column("deviation", "偏差(百分点)", "pp"),
    Column("forecast", "全年预计完成", "right"), Column("likelihood", "完成目标可能性"), Column("reasons", "偏差原因"),
    Column("remedy", "整改措施"), Column("explained", "说明"), Column("weight", "分值", "points"),
)  # fmt: skip


def targets_page(told: PortalYear, checks: Sequence[TargetCheck]) -> Page:
    """The page of a year, the last half-year first; each check is as `jixiao forecast --targets-on` prints it."""
    last, *earlier = checks[::-1]
    blocks: list[Any] = [Cards(_cards(last)), *_check(last)]
    for each in earlier:
        blocks += _check(each)
    blocks.append(Text("".join(method(last)), "note"))
    code = told.evaluation.department_code
    command = f"jixiao forecast {last.year} --department {code} --targets-on {last.day} --xlsx 监控.xlsx"
    blocks += [Text("填报用的监控表和终端上的同一检查:", "note"), Text(command, "code")]
    trail = (Cell("预算执行", told.link("budget.html")), Cell(TITLE, told.link(PATH)))
    return Page(told.link(PATH), "部门整体绩效目标半年监控", "Targets at half-year ends", blocks, "budget", trail)


def target_blocks(told: PortalYear, checks: Sequence[TargetCheck] | str) -> list[Any]:
    """What the page on the budget says of the targets: the way to their page, or why there is none."""
    if isinstance(checks, str):
        return [Text(checks, "note")] if checks else []
    last = checks[-1]
    return [Links([Cell(f"截至 {last.day}:{headline(last)}", told.link(PATH))], TITLE)]


def _cards(check: TargetCheck) -> list[Card]:
    number = {light: sum(each.light == light for each in check.targets) for light in (RED, YELLOW, GREEN)}
    return [
        Card(f"截至 {check.day} 的目标", f"{len(check.targets)} 项", f"序时进度 {check.days_progress:.1f}%"),
        Card("红", f"{number[RED]} 项", "落后较多,或已不可能完成" if number[RED] else "", tone="bad" if number[RED] else ""),
        Card("黄", f"{number[YELLOW]} 项", tone="bad" if number[YELLOW] else ""),
        Card("绿", f"{number[GREEN]} 项", tone="good" if number[GREEN] else ""),
        Card(WITHOUT_DATA, f"{len(check.without_data)} 项", "完成值由单位填报,或台账没有收到" if check.without_data else ""),
    ]  # fmt: skip


def _check(check: TargetCheck) -> list[Any]:
    """A check: what is behind in words, which a telephone shows whole, then all of them in a table."""
    heading = [Heading(f"截至 {check.day}", f"day-{check.day}"), Text(f"{headline(check)}。")]
    behind = [each for each in check.targets if each.light in (RED, YELLOW) or each in check.without_data]
    said = (
        [Facts([(f"{each.light or WITHOUT_DATA} {each.name}", Cell(_words(each))) for each in behind])]
        if behind
        else []
    )
    rows = [_row(each, check) for each in check.targets]
    return [*heading, *said, table_of(f"各目标截至 {check.day} 的进度", COLUMNS, rows)]


def _words(each: TargetProgress) -> str:
    """How far a target is, in a line."""
    behind = f"偏差 {each.deviation:+.1f} 个百分点" if each.deviation is not None else ""
    parts = (f"年度指标值 {each.shown}", f"完成 {reached(each)}" if reached(each) else "", behind, explained(each))
    return ";".join(part for part in parts if part)


def _row(each: TargetProgress, check: TargetCheck) -> dict[str, Any]:
    said = each.written
    return {
        "name": f"{each.number} {each.name}", "light": each.light or None, "reached": reached(each) or None, "shown": each.shown,
        "progress": _exact(each.progress), "expected": _exact(each.expected), "deviation": _exact(each.deviation),
        "forecast": forecast(each, check) or None, "likelihood": (said.likelihood if said else "") or each.likelihood or None,
        "reasons": "、".join(said.reasons) if said else None, "remedy": said.remedy if said else None,
        "explained": explained(each) or None, "weight": _exact(each.weight),
    }  # fmt: skip


def _exact(number: float | None) -> Decimal | None:
    """A computed number without the noise of its binary fraction."""
    return None if number is None else Decimal(str(round(float(number), 6)))
