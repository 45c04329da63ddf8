"""A look at the running year on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from dagster_project.in_year.action_states import DECLINED, DONE
from dagster_project.in_year.actions import RETURN, TRANSFER, WAN, Action, rate_after
from dagster_project.in_year.look import Look
from dagster_project.in_year.outlook import GREEN, RED, YELLOW, Interval, ProjectOutlook, YearOutlook
from dagster_project.in_year.project_years import MONTHS

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {RED: "red", YELLOW: "yellow", GREEN: ""}
SHOWN = 12
STATE_STYLES = {DECLINED: "dim", DONE: "green"}


def print_look(out: Console, look: Look, seen_zh: str, everything: bool = False) -> None:
    """Print headline, projects by what they lack, and actions; all of them, or the first of each."""
    outlook = look.outlook
    out.print(headline(outlook, seen_zh))
    for text in (*verdict(outlook), *accuracy(look.errors)):
        out.print(text, style="bold" if text.startswith("预计") else "")
    ordered = sorted(outlook.projects, key=lambda each: -each.short)
    out.print(_projects(ordered if everything else ordered[:SHOWN]))
    if not everything and len(ordered) > SHOWN:
        out.print(f"另有 {len(ordered) - SHOWN} 个项目没有列出;加 --all 逐项列出")
    if look.actions:
        shown = look.actions if everything else _some_of_each(look.actions)
        out.print(_actions(shown))
        if len(shown) < len(look.actions):
            out.print(f"另有 {len(look.actions) - len(shown)} 项措施没有列出;加 --all 逐项列出")
    for each in look.settled:
        kind, subject, taker = each.subject
        out.print(f"已登记、现不再建议:{kind} {subject}{' → ' + taker if taker else ''} {each.words_zh}")
    for note in look.notes:
        out.print(f"请留意 {note}", style="yellow")


def headline(outlook: YearOutlook, seen_zh: str) -> str:
    """Whose year end this is, and from when it is seen."""
    return f"年末支出预测  {outlook.year} 年度  部门 {outlook.department}  {seen_zh},支付明细到 {outlook.month} 月"


def verdict(outlook: YearOutlook) -> list[str]:
    """What is to be expected, and how far it is from the goal."""
    goal = f"{100 * outlook.goal:g}%"
    word = "年末实际" if outlook.month == MONTHS else "预计年末"
    texts = [
        f"已支出 {outlook.spent / WAN:,.2f} 万元;{word}预算 {outlook.budget / WAN:,.2f} 万元",
        f"{word}支出 {_wan(outlook.spending)} 万元,支出率 {_pct(outlook.rate)}",
    ]
    if outlook.month == MONTHS:
        word = "达到" if outlook.short <= 0 else "没有达到"
        return [
            *texts,
            f"全年{word} {goal} 的目标,相差 {abs(outlook.short) / WAN:,.2f} 万元({abs(outlook.short):,.0f} 元)",
        ]
    if outlook.short <= 0:
        return [*texts, f"预计达到 {goal} 的目标,超过 {-outlook.short / WAN:,.2f} 万元(达到的可能 {_chance(outlook)})"]
    worst = sorted((each for each in outlook.projects if each.short > 0), key=lambda each: -each.short)[:3]
    named = "、".join(f"{each.project.name} {each.short:,.0f} 元" for each in worst)
    return [
        *texts,
        f"预计达不到 {goal}:差 {outlook.short / WAN:,.2f} 万元({outlook.short:,.0f} 元;达到的可能 {_chance(outlook)})",
        f"差得最多的项目:{named}",
    ]


def _chance(outlook: YearOutlook) -> str:
    return f"{100 * outlook.reaches_goal:.0f}%"


def accuracy(row: Mapping[str, str] | None) -> list[str]:
    """What the back-test measured of forecasts made after a month, of its row."""
    if row is None:
        return []
    return [
        f"回测({row['source']}):{row['month_no']} 月末的预测平均误差 {row['error_pct']}%,"
        f"按序时直推 {row['straight_line_error_pct']}%,按上年同期 {row['last_year_error_pct']}%;"
        f"80% 区间命中 {row['total_coverage_pct']}%(项目 {row['project_coverage_pct']}%)"
    ]


def _projects(shown: Sequence[ProjectOutlook]) -> Table:
    table = Table(title="项目(按距目标的差额)")
    for name in ("灯", "项目", "承办"):
        table.add_column(name, overflow="fold")
    for name in (
        "预算万元",
        "已支出万元",
        "通常此时%",
        "已支出%",
        "已签未付万元",
        "预计支出万元(80%区间)",
        "预计支出率%",
        "距目标元",
    ):
        table.add_column(name, justify="right")
    for each in shown:
        project = each.project
        table.add_row(
            each.light, f"{project.name}\n{project.code}", project.unit, f"{each.budget / WAN:,.2f}",
            f"{project.spent / WAN:,.2f}", f"{100 * each.usual_share:.1f}", f"{100 * project.rate:.1f}",
            f"{each.unpaid_contracts / WAN:,.2f}" if each.unpaid_contracts else "", _below(_wan(each.spending)), _below(_pct(each.rate)), f"{each.short:,.0f}", style=STYLES[each.light],
        )  # fmt: skip
        for one in each.stuck:
            table.add_row(
                "", f"  └ 经济科目 {one.item.economic_code}:{one.why_zh};可能剩余 {one.left:,.0f} 元", style="red"
            )
    return table


def _actions(shown: Sequence[Action]) -> Table:
    table = Table(title="措施建议(须由人确认;合同类是不办会少支出的)")
    for name, justify in (("编号", "left"), ("措施", "left"), ("项目", "left"), ("金额元", "right"), ("承办", "left"),
                          ("期限", "left"), ("影响支出率", "right"), ("状态", "left"), ("理由", "left")):  # fmt: skip
        table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for each in shown:
        sign = "+" if each.kind in (RETURN, TRANSFER) else "不办 −"
        table.add_row(
            each.code, each.kind, each.name, f"{each.amount:,.0f}", each.owner, str(each.due_on),
            f"{sign}{each.effect_pp:.2f} 个百分点", each.state_zh, each.why_zh, style=STATE_STYLES.get(each.state, ""),
        )  # fmt: skip
    return table


def _some_of_each(actions: Sequence[Action], most: int = 4) -> list[Action]:
    counts: dict[str, int] = {}
    found = []
    for each in sorted(actions, key=lambda each: -each.amount):
        counts[each.kind] = counts.get(each.kind, 0) + 1
        if counts[each.kind] <= most:
            found.append(each)
    return [each for each in actions if each in found]


def print_what_if(out: Console, look: Look, done: Sequence[Action], points: tuple[str, float] | None) -> None:
    """Print the rate, and the points of its indicator, before and after actions."""
    outlook = look.outlook
    spending, budget, rate = rate_after(outlook, done)
    out.print(f"如果办了 {'、'.join(f'{each.code} {each.kind} {each.amount:,.0f} 元' for each in done)}:", style="bold")
    out.print(
        f"  预计支出 {outlook.spending.middle / WAN:,.2f} → {spending / WAN:,.2f} 万元,预算 {outlook.budget / WAN:,.2f} → "
        f"{budget / WAN:,.2f} 万元,支出率 {100 * outlook.rate.middle:.2f}% → {100 * rate:.2f}%"
        f"({'达到' if rate >= outlook.goal else '仍未达到'} {100 * outlook.goal:g}%)"
    )
    if points:
        name, weight = points
        before, after = (weight * min(each, 1.0) for each in (outlook.rate.middle, rate))
        out.print(f"  {name}(满分 {weight:g})得分 {before:.2f} → {after:.2f},总分 {after - before:+.2f}")


def print_months(out: Console, outlooks: Sequence[YearOutlook]) -> None:
    """Print what each month's run told."""
    table = Table(title="逐月预测(每月只用当时已收到的数据)")
    for name in (
        "支付到",
        "预算万元",
        "已支出万元",
        "预计支出万元(80%区间)",
        "预计支出率%",
        "距目标万元",
        "达到目标的可能",
    ):
        table.add_column(name, justify="right")
    for each in outlooks:
        table.add_row(
            f"{each.month} 月", f"{each.budget / WAN:,.2f}", f"{each.spent / WAN:,.2f}", _wan(each.spending),
            _pct(each.rate), f"{each.short / WAN:,.2f}", _chance(each),
        )  # fmt: skip
    out.print(table)


def _below(text: str) -> str:
    """An interval below its middle, so that a narrow column does not cut it."""
    return text.replace("(", "\n(")


def _wan(yuan: Interval) -> str:
    if yuan.low == yuan.high:
        return f"{yuan.middle / WAN:,.2f}"
    return f"{yuan.middle / WAN:,.2f}({yuan.low / WAN:,.2f}~{yuan.high / WAN:,.2f})"


def _pct(rate: Interval) -> str:
    if rate.low == rate.high:
        return f"{100 * rate.middle:.2f}%"
    return f"{100 * rate.middle:.2f}%({100 * rate.low:.2f}%~{100 * rate.high:.2f}%)"
