"""What can still be done about a year end: amounts to give back, transfers, contracts to sign and to file; proposals, each with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.in_year.action_states import DECLINED, OPEN, Subject
from dagster_project.in_year.measured import GOAL, Measured, MeasuredError, valid_rows
from dagster_project.in_year.outlook import ProjectOutlook, YearOutlook
from dagster_project.ingestion.work_days import read_work_days

if TYPE_CHECKING:
    import duckdb

RETURN, TRANSFER, SIGN, FILE, FINANCE = "退回", "调剂", "签订合同", "合同备案", "送财务备案"
LETTERS = {RETURN: "T", TRANSFER: "J", SIGN: "Q", FILE: "B", FINANCE: "F"}
WAN = 10_000
DEADLINES = {"sign_days", "file_wd", "finance_file_wd"}
UNSIGNED = """
    select procurement_no, any_value(project_code), any_value(responsible_unit), any_value(award_notice_on) as awarded_on,
        cast(any_value(coalesce(winning_amount_yuan, budget_yuan)) as double)
    from procurements anti join contracts using (department_code, procurement_no)
    where department_code = $department and period_year = $year and award_notice_on is not null
    group by procurement_no order by awarded_on, procurement_no
"""
SIGNED = """
    with paid as (
        select department_code, contract_no, sum(amount_yuan) as paid_yuan from payments
        where contract_no is not null group by all
    )
    select contract_no, procurements.project_code, contracts.responsible_unit,
        greatest(signed_by_supplier_on, signed_by_buyer_on) as signed_on,
        cast(contracts.amount_yuan - coalesce(paid_yuan, 0) as double) as unpaid_yuan,
        contracts.filed_on is null and procurements.scope = '政府采购' and not coalesce(contracts.is_secret, false) as to_file,
        contracts.filed_with_finance_on is null as to_finance
    from contracts
    left join procurements using (department_code, procurement_no)
    left join paid using (department_code, contract_no)
    where department_code = $department and contracts.period_year = $year
        and signed_by_supplier_on is not null and signed_by_buyer_on is not null
        and contracts.amount_yuan > coalesce(paid_yuan, 0)
    order by signed_on, contract_no
"""


@dataclass(frozen=True)
class Action:
    """Something to do: what, for which project, how many yuan, by whom and when, and why.

    ``taker`` is who gets a transfer. ``state`` is what the ledger says became of it, ``state_zh`` the same with day and reason. ``effect_pp`` is what doing it adds to the rate of the year, or for contracts what leaving it
    undone takes off, in percentage points.
    """

    code: str
    kind: str
    project: str
    name: str
    amount: float
    owner: str
    due_on: dt.date
    why_zh: str
    effect_pp: float
    taker: str = ""
    state: str = OPEN
    state_zh: str = OPEN

    @property
    def subject(self) -> Subject:
        """What it is about, whenever it is proposed."""
        return (self.kind, self.project if self.kind in (RETURN, TRANSFER) else self.name, self.taker)


def proposed(
    connection: duckdb.DuckDBPyConnection, outlook: YearOutlook, measured: Measured, seeds_dir: Path
) -> list[Action]:
    """Everything that can be proposed on what was known, by kind; amounts below the bound of the seeds are left out.

    Raises:
        MeasuredError: a deadline is not in the seeds for this year.
    """
    transfers, left = _transfers(outlook, measured)
    drafts = [*_returns(outlook, measured, left), *transfers, *_contracts(connection, outlook, measured, seeds_dir)]
    counts = dict.fromkeys(LETTERS, 0)
    found = []
    for draft in drafts:
        counts[draft.kind] += 1
        found.append(replace(draft, code=f"{LETTERS[draft.kind]}{counts[draft.kind]}"))
    return found


def _due(outlook: YearOutlook, measured: Measured) -> dt.date:
    return dt.date(outlook.year, measured.return_month, measured.return_day)


def _left_over(outlook: YearOutlook, measured: Measured) -> dict[str, float]:
    """What each project can do without even at the high end of its interval, in yuan, cut to whole hundreds."""
    found = {}
    for each in outlook.projects:
        if _gap(each) >= measured.least_action:
            continue
        stuck = sum(one.left for one in each.stuck)
        yuan = min(max(each.surely_left, stuck), max(each.budget - each.project.spent, 0.0)) // 100 * 100
        if yuan >= measured.least_action:
            found[each.project.code] = yuan
    return found


def _returns(outlook: YearOutlook, measured: Measured, left: dict[str, float]) -> list[Action]:
    found = []
    for each in sorted(outlook.projects, key=lambda each: -left.get(each.project.code, 0.0)):
        yuan = left.get(each.project.code, 0.0)
        if yuan < measured.least_action:
            continue
        why = ";".join(f"经济科目 {one.item.economic_code} {one.why_zh}" for one in each.stuck)
        why = why or f"预计支出率 {100 * each.rate.middle:.1f}%,按区间上限 {100 * each.rate.high:.1f}% 也用不完"
        if each.unpaid_contracts > each.budget - each.project.spent - yuan:
            why += f";已签合同未付 {each.unpaid_contracts / WAN:.2f} 万元,退回前请先核对"
        after = outlook.rate.middle * outlook.budget / (outlook.budget - yuan)
        found.append(
            Action("", RETURN, each.project.code, each.project.name, yuan, each.project.unit, _due(outlook, measured), why,
                   100 * (after - outlook.rate.middle))
        )  # fmt: skip
    return found


def _transfers(outlook: YearOutlook, measured: Measured) -> tuple[list[Action], dict[str, float]]:
    """Gaps of projects that pay faster than their budget allows, covered from the same category; and what is left over then."""
    left = _left_over(outlook, measured)
    found = []
    for taker in sorted(outlook.projects, key=lambda each: -_gap(each)):
        gap = _gap(taker) // 100 * 100
        for giver in sorted(outlook.projects, key=lambda each: -left.get(each.project.code, 0.0)):
            yuan = min(gap, left.get(giver.project.code, 0.0))
            is_same_class = giver.project.category == taker.project.category and giver is not taker
            if not is_same_class or yuan < measured.least_action:
                continue
            why = f"{taker.project.name}按目前进度全年至少需要比预算多 {_gap(taker) / WAN:.2f} 万元;{giver.project.name}用不完;同属一类"
            found.append(
                Action("", TRANSFER, giver.project.code, f"{giver.project.name} → {taker.project.name}", yuan,
                       giver.project.unit, _due(outlook, measured), why, 100 * yuan / outlook.budget, taker.project.code)
            )  # fmt: skip
            gap -= yuan
            left[giver.project.code] -= yuan
    return found, left


def _gap(each: ProjectOutlook) -> float:
    """What a project will spend beyond its budget even at the low end of its pace, and by its division's own forecast, in yuan."""
    return max(min(each.wanted, each.expected_by_unit or each.wanted) - each.budget, 0.0)


def _contracts(
    connection: duckdb.DuckDBPyConnection, outlook: YearOutlook, measured: Measured, seeds_dir: Path
) -> list[Action]:
    asked = {"department": outlook.department, "year": outlook.year}
    limits = {row["parameter"]: int(float(row["value"])) for row in valid_rows(seeds_dir / GOAL, outlook.year)
              if row["parameter"] in DEADLINES}  # fmt: skip
    if missing := DEADLINES - set(limits):
        raise MeasuredError(f"种子表 {GOAL} 没有 {outlook.year} 年的 {'、'.join(sorted(missing))};请补上")
    days = read_work_days(seeds_dir)
    found = []

    def add(kind: str, project: str | None, number: str, yuan: float, unit: str | None, due: dt.date, why: str) -> None:
        if yuan >= measured.least_action:
            effect = 100 * yuan / outlook.budget
            found.append(Action("", kind, project or "", number, yuan, unit or "", due, why, effect))

    for number, project, unit, awarded, yuan in connection.execute(UNSIGNED, asked).fetchall():
        due = awarded + dt.timedelta(days=limits["sign_days"])
        add(SIGN, project, number, yuan, unit, due, f"{awarded} 已发中标(成交)通知书,台账没有合同;不签则当年无法支付")
    for number, project, unit, signed, yuan, to_file, to_finance in connection.execute(SIGNED, asked).fetchall():
        if to_file:
            due = days.after(signed, limits["file_wd"])
            add(FILE, project, number, yuan, unit, due, f"{signed} 签订,没有备案;未付 {yuan / WAN:.2f} 万元")
        if to_finance:
            due = days.after(signed, limits["finance_file_wd"])
            why = f"{signed} 签订,没有报财务备案,付款要等;未付 {yuan / WAN:.2f} 万元"
            add(FINANCE, project, number, yuan, unit, due, why)
    return found


def chosen(actions: Sequence[Action], wanted: Sequence[str]) -> list[Action]:
    """The actions that ``--if`` names by code (``T1``) or kind (``退回``), or all of them; declined ones by their code only.

    Raises:
        ValueError: there is no such action.
    """
    found: dict[str, Action] = {}
    for name in wanted:
        fitting = [
            each for each in actions if name == each.code or (name in (each.kind, "all") and each.state != DECLINED)
        ]
        if not fitting and name not in (*LETTERS, "all"):
            codes = "、".join(each.code for each in actions) or "没有"
            raise ValueError(f"没有措施“{name}”;可用编号 {codes},或种类 {'、'.join(LETTERS)},或 all")
        found |= {each.code: each for each in fitting}
    return list(found.values())


def rate_after(outlook: YearOutlook, done: Sequence[Action]) -> tuple[float, float, float]:
    """Spending and budget in yuan and the rate 0 to 1 if actions are done.

    What is given back leaves the budget; what is transferred is spent by who lacks it. Contracts change nothing: the forecast
    expects that they are paid as in other years.
    """
    returned = sum(each.amount for each in done if each.kind == RETURN)
    moved = sum(each.amount for each in done if each.kind == TRANSFER)
    budget = outlook.budget - returned
    spending = min(outlook.spending.middle + moved, budget)
    return spending, budget, spending / budget if budget > 0 else 0.0
