"""The files that one department hands in for the year: which ledgers, under which names, when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from simulation.departments import performance as acts
from simulation.departments.money import YEAR, Paid
from simulation.departments.property import staff_rows, stock_take
from simulation.departments.world import DepartmentWorld
from simulation.ledgers.assets import asset_cards, asset_disposals, asset_income, asset_standards, ledger_balances
from simulation.ledgers.budget import budget_allocations, carry_over, payments
from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.world.budget import CARRIED_OVER, INITIAL, Allocation
from simulation.world.calendar import beijing, on_a_weekday
from simulation.world.values import Row, yuan

PLAIN, WITH_UNIT = Habits(), Habits(has_unit_row=True)
MONEY_IN_WORKBOOKS = ("finance_findings", "procurement_intentions", "result_applications")
"""Workbooks with amounts whose contract leaves the unit to the file."""
LATE = timedelta(days=26)
LATE_BELOW = 0.35
"""A department of less discipline hands in its yearly ledgers late."""
CSV_OF_FEW_COLUMNS = {"projects": 1, "budget_allocations": 1, "carry_over": 1, "department_targets": 1,
                      "performance_targets": 1, "monitoring_records": 1, "self_evaluations": 1, "procurements": 1}  # fmt: skip
"""Ledgers that these departments write as text, with the layout of the contract for it; the others as the first layout says."""


@dataclass(frozen=True)
class Draft:
    """A file to be: ledger, its name behind the department's code, period, rows and when it is handed in."""

    ledger: str
    name: str
    period: str
    rows: Sequence[Row]
    at: datetime


def files(world: DepartmentWorld) -> Iterator[HandedFile]:
    """All files of the year, those of a disorderly department late by some weeks where they are due after the year."""
    is_late = world.member.discipline < LATE_BELOW
    drafts = (*_money(world), *_performance(world), *_assets(world), *_purchases(world))
    for draft in drafts:
        layout = CSV_OF_FEW_COLUMNS.get(draft.ledger, 0)
        ending = (
            "csv" if layout or draft.ledger in ("payments", "contracts", "asset_cards", "ledger_balances") else "xlsx"
        )
        path = f"{draft.ledger}/{YEAR}/{world.member.code}-{draft.name}.{ending}"
        at = draft.at + LATE if is_late and draft.at.year > YEAR and draft.period == str(YEAR) else draft.at
        habits = WITH_UNIT if draft.ledger in MONEY_IN_WORKBOOKS else PLAIN
        sheet = Sheet(draft.ledger, draft.rows, habits, layout)
        yield HandedFile(path, draft.period, at, [sheet], world.member.code)


def _money(world: DepartmentWorld) -> Iterator[Draft]:
    opened = beijing(YEAR, 1, 10, 9, 40)
    year, after = str(YEAR), beijing(YEAR + 1, 1, 12, 10, 0)
    allocations = world.money.budget.allocations
    opening = [a for a in allocations if a.source in (INITIAL, CARRIED_OVER)]
    later = [a for a in allocations if a.source not in (INITIAL, CARRIED_OVER)]
    yield Draft("projects", f"{YEAR}年项目库", year, _projects(world), opened)
    yield Draft("budget_allocations", f"{YEAR}年预算指标台账-年初", year, _allocations(world, opening), opened)
    yield Draft(
        "budget_allocations",
        f"{YEAR}年预算指标台账-年中调整",
        year,
        _allocations(world, later),
        beijing(YEAR, 11, 7, 15),
    )
    by_month = payments.months(sorted(world.vouchers(YEAR), key=lambda voucher: voucher.number))
    for month, vouchers in by_month.items():
        at = on_a_weekday(beijing(YEAR + month // 12, month % 12 + 1, 5, 10, 12))
        yield Draft(
            "payments", f"{YEAR}年{month:02d}月国库集中支付明细", f"{YEAR}-{month:02d}",
            [_payment(world, voucher) for voucher in vouchers], at,
        )  # fmt: skip
    yield Draft("carry_over", f"{YEAR}年结转结余表", year, carry_over.rows(world, YEAR), after)
    for quarter in range(1, 5):
        at = beijing(YEAR + quarter // 4, quarter * 3 % 12 + 1, 12, 11, 10)
        yield Draft(
            "ledger_balances", f"会计科目余额表{YEAR}Q{quarter}", f"{YEAR}Q{quarter}",
            ledger_balances.rows(world, YEAR, quarter), at,
        )  # fmt: skip
    yield Draft("finance_findings", f"{YEAR}年财务监督问题台账", year, acts.findings(world), after)


def _performance(world: DepartmentWorld) -> Iterator[Draft]:
    year, after = str(YEAR), beijing(YEAR + 1, 1, 12, 15, 5)
    approved = acts.forms(world, is_reached=False)
    yield Draft("performance_targets", f"{YEAR}年项目支出绩效目标申报表", year, approved, beijing(YEAR, 2, 9, 10, 20))
    reached = acts.forms(world, is_reached=True)
    yield Draft("performance_targets", f"{YEAR}年项目支出绩效目标申报表-年终完成值", year, reached, after)
    for period, handed_for, at in (
        ("上半年", f"{YEAR}H1", beijing(YEAR, 8, 7, 10, 5)),
        ("年中", f"{YEAR}H1", beijing(YEAR, 8, 7, 10, 31)),
        ("下半年", f"{YEAR}H2", beijing(YEAR + 1, 2, 7, 9, 12)),
    ):
        name = f"{YEAR}年{period}绩效运行监控表"
        yield Draft("monitoring_records", name, handed_for, acts.monitoring(world, period), at)
    for name, is_reviewed, at in (
        ("", False, beijing(YEAR + 1, 4, 3, 9, 30)), ("-复核后", True, beijing(YEAR + 1, 5, 17, 16, 0)),
    ):  # fmt: skip
        rows = acts.self_evaluations(world, is_reviewed=is_reviewed)
        yield Draft("self_evaluations", f"{YEAR}年项目自评结果{name}", year, rows, at)
    yield Draft("department_targets", f"{YEAR}年部门整体支出绩效目标表", year, acts.whole_targets(world), after)
    yield Draft("result_applications", f"{YEAR}年绩效结果应用台账", year, acts.applications(world), after)
    yield Draft("policies", f"制度台账{YEAR}年末", year, acts.policies(world), after)
    yield Draft("manual_judgements", f"{YEAR}年人工评定表", year, acts.judgements(), beijing(YEAR + 1, 3, 11, 10, 20))
    yield Draft("disclosures", f"{YEAR}年信息公开台账", year, acts.disclosures(world), beijing(YEAR, 12, 28, 16, 30))


def _assets(world: DepartmentWorld) -> Iterator[Draft]:
    year, after = str(YEAR), beijing(YEAR + 1, 1, 10, 9, 20)
    code = world.member.code
    disposals = [
        {**row, "disposal_no": f"CZ{code}-{YEAR}-{n:03d}", "approval_no": f"模{code}资〔{YEAR}〕{n}号"}
        for n, row in enumerate(asset_disposals.rows(world, YEAR), start=1)
    ]
    income = [
        {**row, "income_no": f"SY{code}-{YEAR}-{n:02d}", "remittance_no": f"{code}{row['remittance_no']}"}
        for n, row in enumerate(asset_income.rows(world, YEAR), start=1)
    ]
    yield Draft("asset_cards", f"{YEAR}年末固定资产卡片", year, asset_cards.rows(world, YEAR), after)
    yield Draft("asset_standards", f"资产配置标准{YEAR}", year, asset_standards.rows(), beijing(YEAR, 1, 12, 10, 0))
    yield Draft("asset_disposals", f"{YEAR}年资产处置台账", year, disposals, after)
    yield Draft("asset_income", f"{YEAR}年资产收益台账", year, income, after)
    yield Draft(
        "asset_inventories",
        f"{YEAR}年资产盘点表",
        year,
        stock_take(world.member, world.assets),
        beijing(YEAR, 12, 29, 9),
    )
    yield Draft("staff_counts", f"{YEAR}年人员编制情况", year, staff_rows(world.money.staff), after)


def _purchases(world: DepartmentWorld) -> Iterator[Draft]:
    made = world.purchases
    for quarter in range(1, 5):
        rows = [row for row in made.intentions if _quarter(row["published_on"]) == quarter]
        at = beijing(YEAR + quarter // 4, quarter * 3 % 12 + 1, 9, 9, 30)
        yield Draft("procurement_intentions", f"{YEAR}年第{quarter}批采购意向公开", f"{YEAR}Q{quarter}", rows, at)
    split = len(made.procurements) * 2 // 3
    for half, name, at in (
        (1, "上半年", beijing(YEAR, 7, 6, 16, 5)), (2, "下半年", beijing(YEAR + 1, 1, 8, 15, 47)),
    ):  # fmt: skip
        begun = made.procurements[:split] if half == 1 else made.procurements[split:]
        signed = made.contracts[:split] if half == 1 else made.contracts
        yield Draft("procurements", f"{YEAR}年{name}采购项目台账", f"{YEAR}H{half}", begun, at)
        known = [_as_known(row, at.date()) for row in signed]
        yield Draft("contracts", f"{YEAR}年{name}合同台账", f"{YEAR}H{half}", known, at)


def _as_known(row: Row, day: date) -> Row:
    """A contract as known on a day: what is delivered later is blank."""
    delivered = row["delivered_on"]
    return row if isinstance(delivered, date) and delivered <= day else {**row, "delivered_on": None}


def _quarter(day: object) -> int:
    assert isinstance(day, date)
    return (day.month + 2) // 3


def _projects(world: DepartmentWorld) -> list[Row]:
    return [
        {
            "sequence_no": n,
            "project_code": project.code,
            "project_name": project.name,
            "responsible_unit": project.unit,
            "project_category": project.category,
            "initial_budget_yuan": yuan(world.money.budget.initial_fen[project.code]),
            "start_month": date(YEAR, 1, 1),
            "end_month": date(YEAR, 12, 1),
            "remark": None,
        }
        for n, project in enumerate(world.money.projects, start=1)
    ]


def _allocations(world: DepartmentWorld, allocations: Sequence[Allocation]) -> list[Row]:
    by_code = {project.code: project for project in world.money.projects}
    return [
        {**row, "agency_name": world.agency_of(by_code[str(row["project_code"])].serial), "remark": None}
        for row in budget_allocations.rows(YEAR, allocations)
    ]


def _payment(world: DepartmentWorld, voucher: object) -> Row:
    assert isinstance(voucher, Paid)
    row = {**payments.to_row(voucher), "agency_name": world.agency_of(voucher.allocation.line.project.serial)}
    if voucher.payee_name:
        row |= {"payee_name": voucher.payee_name, "purpose": "拨付所属单位经费"}
    return row
