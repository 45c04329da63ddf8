"""Items of a budget that nobody spends: a project's budget on one economic code of which far less was paid than is usual by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dagster_project.in_year.measured import Measured
from dagster_project.in_year.project_years import LEAST_SHARE, MONTHS, Key, ProjectYear
from dagster_project.in_year.seasons import Seasons

if TYPE_CHECKING:
    import duckdb

ITEMS = """
    with allocated as (
        select department_code, cast(fiscal_year as integer) as fiscal_year, project_code, department_economic_code,
            sum(amount_yuan) as budget_yuan
        from budget_allocations group by all
    ),
    paid as (
        select department_code, fiscal_year, project_code, department_economic_code,
            sum(amount_yuan) as spent_yuan, sum(abs(amount_yuan)) as moved_yuan,
            sum(cast(amount_yuan as double) * cast(amount_yuan as double)) as squares, min(month_no) as first_month
        from payments group by all
    )
    select department_code, fiscal_year, project_code, department_economic_code,
        cast(budget_yuan as double), cast(coalesce(spent_yuan, 0) as double),
        coalesce(cast(moved_yuan as double) ** 2 / nullif(squares, 0), 0), coalesce(first_month, 0)
    from allocated left join paid using (department_code, fiscal_year, project_code, department_economic_code)
    where fiscal_year <= $year and department_code = $department and budget_yuan > 0
    order by all
"""


@dataclass(frozen=True)
class Item:
    """A project's budget on one economic code of a year, in yuan.

    ``payments`` is how many equal payments would scatter as those made do, ``first_month`` when the first was made; 0 for none.
    """

    project: Key
    economic_code: str
    budget: float
    spent: float
    payments: float
    first_month: int


@dataclass(frozen=True)
class StuckItem:
    """An item far behind: ``left`` is what will be left of it at this pace, in yuan, and ``why_zh`` says what is unusual about it."""

    item: Item
    left: float
    why_zh: str


def items_of(connection: duckdb.DuckDBPyConnection, department: str, year: int) -> list[Item]:
    """The items of a department, of a year and the years before, as `known_at` shows them."""
    rows = connection.execute(ITEMS, {"department": department, "year": year}).fetchall()
    return [Item((department, of_year, code), *numbers) for _, of_year, code, *numbers in rows]


def stuck_items(
    items: Sequence[Item], projects: Sequence[ProjectYear], seasons: Seasons, measured: Measured
) -> list[StuckItem]:
    """The items of which far less was paid than chance explains, or nothing when items of earlier years had been paid.

    Where the allocations of a project exceed the register of projects, a mistyped allocation may be what seems unspent: as much is
    taken off before the item is judged.
    """
    by_key = {each.key: each for each in projects}
    year = max((each.year for each in projects), default=0)
    earlier = [each.first_month for each in items if each.project[1] < year and each.first_month]
    found = []
    for item in items:
        project = by_key.get(item.project)
        if project is None or not 0 < project.known_months < MONTHS or project.spent <= 0:
            continue
        budget = item.budget + min(project.registered_gap, 0.0)
        if budget < measured.stuck_share * project.budget:
            continue
        if not item.first_month and earlier:
            why, left = _idle(earlier, project.known_months, measured), budget
        else:
            why, left = _slow(item, budget, project, seasons, measured)
        if why and left >= measured.stuck_share * project.budget:
            found.append(StuckItem(item, left, why))
    return sorted(found, key=lambda each: -each.left)


def _usual(project: ProjectYear, seasons: Seasons) -> float:
    """The part of an item's budget that would be spent by now if it went as its project goes."""
    share = max(float(seasons.of(project).share[project.known_months - 1]), LEAST_SHARE)
    return min(share, project.spent / project.budget)


def _idle(earlier: Sequence[int], month: int, measured: Measured) -> str:
    """What is unusual about an item without a payment; empty where others began as late in earlier years."""
    late = sum(first > month for first in earlier)
    if (late + 1) / (len(earlier) + 2) >= measured.idle_part:
        return ""
    return f"至 {month} 月没有一笔支付;以往年度 {len(earlier)} 个有支付的科目中,此后才开始支付的只有 {late} 个"


def _slow(item: Item, budget: float, project: ProjectYear, seasons: Seasons, measured: Measured) -> tuple[str, float]:
    """What is unusual about the pace of an item, empty where chance explains it; and what will be left at this pace, in yuan."""
    month, season = project.known_months - 1, seasons.of(project)
    share = max(float(season.share[month]), LEAST_SHARE)
    payments = max(item.payments, project.payments * min(budget / project.budget, 1.0)) / share
    variance = season.scatter[month] / max(payments, 1.0) + season.own[month] + seasons.shift[month] ** 2
    usual = _usual(project, seasons)
    behind = (usual * budget - item.spent) / (budget * float(np.sqrt(variance))) if variance > 0 else 0.0
    left = budget * (1 - min(item.spent / max(budget * usual, LEAST_SHARE), 1.0))
    if behind < measured.stuck_sd:
        return "", left
    why = f"至 {project.known_months} 月只支付了 {100 * item.spent / budget:.1f}%,按项目进度应为 {100 * usual:.1f}%"
    return why, left
