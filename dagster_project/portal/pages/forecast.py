"""The page on where the year's spending will end: in total month by month, and by project, with interval and back-test error beside each."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dagster_project.in_year.outlook import Interval, ProjectOutlook, YearOutlook
from dagster_project.in_year.printed import accuracy, verdict
from dagster_project.in_year.project_years import MONTHS
from dagster_project.in_year.published import MonthOutlook, YearForecast
from dagster_project.portal.blocks import (
    LEGEND_ZH,
    Card,
    Cards,
    Cell,
    Column,
    Heading,
    Links,
    Page,
    Picture,
    Text,
    cell,
    table_of,
)
from dagster_project.portal.interval_drawing import Bar, draw_intervals
from dagster_project.portal.reading import PortalYear

PATH = "forecast.html"
DRAWN = 8
"""So many projects are drawn, those that lack most; the table has all."""
HOW = (
    "由本版本已发布的指标、支付、合同和季度预测算出:每月只用到当月末为止的业务,后来的更正也算在内;"
    "当时实际收到什么、据此预测什么,见 jixiao forecast --as-of。"
)
LEGEND_OF_PICTURE = "横条为区间,圆点为预测,竖线为目标"


def forecast_page(told: PortalYear, forecast: YearForecast) -> Page:
    """The page of a year."""
    last, shown = forecast.months[-1].outlook, forecast.told
    goal, within = 100 * last.goal, f"{100 * forecast.interval:g}% 区间"
    blocks: list[Any] = [Cards(_cards(forecast, within)), *(Text(line) for line in verdict(last))]
    blocks += [Text(HOW + LEGEND_ZH, "note"), Heading("逐月预测", "months"), *_months(forecast, goal, within)]
    when = f"支付到 {shown.outlook.month} 月时" if forecast.is_over else f"支付到 {last.month} 月"
    blocks += [Heading(f"各项目({when})", "projects"), *_projects(forecast, goal, within)]
    blocks += [Heading("停滞的科目", "stuck"), _stuck(shown.outlook)]
    command = f"jixiao forecast {told.year.fiscal_year} --department {told.evaluation.department_code} --all"
    blocks += [Text("可以办的措施和当时的预测:", "note"), Text(command, "code")]
    trail = (Cell("预算执行", told.link("budget.html")), Cell("年末支出预测", told.link(PATH)))
    return Page(told.link(PATH), "年末支出预测", "Year-end forecast", blocks, "budget", trail)


def forecast_blocks(told: PortalYear, forecast: YearForecast | str) -> list[Any]:
    """What the page on the budget says of the forecast: the way to it, or why there is none."""
    if isinstance(forecast, str):
        return [Text(forecast, "note")] if forecast else []
    last = forecast.months[-1].outlook
    word = "年末实际支出率" if forecast.is_over else "预计年末支出率"
    text = f"{word} {_pct(last.rate.middle)}" + ("" if forecast.is_over else f"({_between(last.rate)})")
    return [Links([Cell(text, told.link(PATH))], "年末支出预测")]


def _cards(forecast: YearForecast, within: str) -> list[Card]:
    last, shown = forecast.months[-1].outlook, forecast.told
    goal = f"目标 {100 * last.goal:g}%"
    tone = "good" if last.short <= 0 else "bad"
    rate = f"{within} {_between(shown.outlook.rate)}"
    if forecast.is_over:
        cards = [
            Card("年末实际支出", f"{_wan(last.spending.middle)} 万元", f"预算 {_wan(last.budget)} 万元"),
            Card("年末实际支出率", _pct(last.rate.middle), goal, tone=tone),
            Card(f"支付到 {shown.outlook.month} 月时的预测", _pct(shown.outlook.rate.middle), rate),
        ]
    else:
        low, high = _wan(last.spending.low), _wan(last.spending.high)
        cards = [
            Card("预计年末支出", f"{_wan(last.spending.middle)} 万元", f"{within} {low}~{high} 万元"),
            Card("预计年末支出率", _pct(last.rate.middle), f"{rate};{goal}", tone=tone),
            Card("达到目标的可能", f"{100 * last.reaches_goal:.0f}%", f"差 {_wan(last.short)} 万元" if last.short > 0 else goal),
        ]  # fmt: skip
    if shown.errors is not None:
        hit = f"{within}命中 {shown.errors['total_coverage_pct']}%"
        cards.append(
            Card("回测平均误差", f"{shown.errors['error_pct']}%", f"{shown.outlook.month} 月末的总额预测;{hit}")
        )
    return cards


def _months(forecast: YearForecast, goal: float, within: str) -> list[Any]:
    end = forecast.months[-1].outlook.rate.middle if forecast.is_over else None
    bars = [
        Bar(f"支付到 {m.outlook.month} 月", _with_interval(m.outlook.rate), *_in_per_cent(m.outlook.rate), actual=_times_100(end))
        for m in forecast.months
        if m.outlook.month < MONTHS
    ]  # fmt: skip
    columns = (
        Column("month", "支付到"), Column("budget", "年末预算(万元)", "wan"), Column("spent", "已支出(万元)", "wan"),
        Column("spending", "年末支出(万元)", "wan"), Column("spending_within", f"支出{within}(万元)", "right"),
        Column("rate", "支出率", "pct"), Column("rate_within", f"支出率{within}", "right"), Column("short", "与目标相差(万元)", "wan"),
        Column("chance", "达到目标的可能", "right"), Column("error", "回测平均误差", "pct"), Column("hit", "回测区间命中", "pct"),
        Column("straight", "按序时直推的误差", "pct"),
    )  # fmt: skip
    sources = sorted({m.errors["source"] for m in forecast.months if m.errors is not None})
    note = (
        f"与目标相差为负数时,已超过目标。12 月为实际数。回测:{';'.join(sources) or '没有'};误差为占年末支出的百分比。"
    )
    legend = LEGEND_OF_PICTURE + (",方块为年末实际" if forecast.is_over else "")
    return [
        Picture("各月预测的年末支出率", draw_intervals(bars, goal, "各月预测的年末支出率和区间,同样的数字见下表")), Text(legend + "。", "note"),
        table_of("各月预测的年末支出", columns, [_month_row(m) for m in forecast.months], note),
    ]  # fmt: skip


def _month_row(told: MonthOutlook) -> dict[str, Any]:
    outlook, errors = told.outlook, told.errors or {}
    is_over = outlook.month == MONTHS
    low, high = _wan(outlook.spending.low), _wan(outlook.spending.high)
    return {
        "month": f"{outlook.month} 月" + ("(实际)" if is_over else ""), "budget": _exact(outlook.budget), "spent": _exact(outlook.spent),
        "spending": _exact(outlook.spending.middle), "spending_within": None if is_over else f"{low}~{high}",
        "rate": _exact(100 * outlook.rate.middle), "rate_within": None if is_over else _between(outlook.rate), "short": _exact(outlook.short),
        "chance": None if is_over else f"{100 * outlook.reaches_goal:.0f}%", "error": _number(errors, "error_pct"),
        "hit": _number(errors, "total_coverage_pct"), "straight": _number(errors, "straight_line_error_pct"),
    }  # fmt: skip


def _projects(forecast: YearForecast, goal: float, within: str) -> list[Any]:
    shown = forecast.told
    ends = {each.project.code: each for each in forecast.months[-1].outlook.projects} if forecast.is_over else {}
    ordered = sorted(shown.outlook.projects, key=lambda each: (-each.short, each.project.code))
    lacking = [each for each in ordered if each.short > 0][:DRAWN]
    columns = [
        Column("name", "项目"), Column("light", "提示"), Column("unit", "责任处室"), Column("budget", "年末预算(万元)", "wan"),
        Column("spent", "已支出(万元)", "wan"), Column("spending", "预计支出(万元)", "wan"),
        Column("spending_within", f"支出{within}(万元)", "right"), Column("rate", "预计支出率", "pct"),
        Column("rate_within", f"支出率{within}", "right"), Column("short", "距目标(元)", "money"),
        *([Column("end", "年末实际支出率", "pct")] if forecast.is_over else []), Column("code", "项目编码"),
    ]  # fmt: skip
    rows = [_project_row(each, ends.get(each.project.code)) for each in ordered]
    note = "红:有停滞的科目,或区间上限低于同类项目以往的支出率;黄:低于目标。距目标为负数时,已超过目标。"
    if shown.errors is not None:
        note += (
            f"回测:{shown.outlook.month} 月末的项目预测平均误差 {shown.errors['project_error_pct']}%(占项目全年支出)。"
        )
    picture: list[Any] = []
    if lacking:
        bars = [_project_bar(each, ends.get(each.project.code)) for each in lacking]
        label = f"距目标最多的 {len(bars)} 个项目的预计支出率和区间,同样的数字见下表"
        picture = [Picture("距目标最多的项目", draw_intervals(bars, goal, label))]
    lines = [Text(line) for line in accuracy(shown.errors)]
    return [*lines, *picture, table_of("各项目预测的年末支出", columns, rows, note, is_filtered=True)]


def _project_row(each: ProjectOutlook, end: ProjectOutlook | None) -> dict[str, Any]:
    return {
        "name": each.project.name, "light": each.light, "unit": each.project.unit, "budget": _exact(each.budget),
        "spent": _exact(each.project.spent), "spending": _exact(each.spending.middle),
        "spending_within": f"{_wan(each.spending.low)}~{_wan(each.spending.high)}", "rate": _exact(100 * each.rate.middle),
        "rate_within": _between(each.rate), "short": _exact(each.short), "end": _exact(100 * end.project.rate) if end else None,
        "code": each.project.code,
    }  # fmt: skip


def _project_bar(each: ProjectOutlook, end: ProjectOutlook | None) -> Bar:
    actual = _times_100(end.project.rate if end else None)
    return Bar(each.project.name, _with_interval(each.rate), *_in_per_cent(each.rate), actual=actual)


def _stuck(outlook: YearOutlook) -> Any:
    rows: Sequence[dict[str, Any]] = [
        {"name": each.project.name, "code": one.item.economic_code, "left": _exact(one.left), "why": one.why_zh}
        for each in outlook.projects
        for one in each.stuck
    ]
    columns = (
        Column("name", "项目"), Column("code", "经济科目"), Column("left", "预计剩余(万元)", "wan"), Column("why", "为什么"),
    )  # fmt: skip
    return table_of("停滞的科目", columns, rows)


def _in_per_cent(rate: Interval) -> tuple[float, float, float]:
    return 100 * rate.low, 100 * rate.middle, 100 * rate.high


def _times_100(rate: float | None) -> float | None:
    return None if rate is None else 100 * rate


def _with_interval(rate: Interval) -> str:
    return f"{_pct(rate.middle)}({_between(rate)})"


def _between(rate: Interval) -> str:
    return f"{_pct(rate.low)}~{_pct(rate.high)}"


def _pct(rate: float) -> str:
    return cell(_exact(100 * rate), "pct").text


def _wan(yuan: float) -> str:
    return cell(_exact(yuan), "wan").text


def _number(errors: dict[str, str], name: str) -> Decimal | None:
    return Decimal(errors[name]) if errors.get(name) else None


def _exact(number: float) -> Decimal:
    """A computed number without the noise of its binary fraction."""
    return Decimal(str(round(float(number), 6)))
