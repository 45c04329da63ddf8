"""A second, small department: an institution below the office that hands in its own three ledgers of 2023."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from simulation.handed_in import Group, Habits, HandedFile, Row, Sheet, beijing

DEPARTMENT = "101002"
AGENCY = "101002-市人大常委会机关服务中心"
YEAR = 2023
PERSONNEL, SUPPORT = "101002230001", "101002230002"
NAMES = {PERSONNEL: "在职人员经费", SUPPORT: "会议服务保障经费"}
CATEGORIES = {PERSONNEL: "1", SUPPORT: "22"}
FUNCTIONS = {PERSONNEL: "2010150", SUPPORT: "2010103"}
LINES: tuple[tuple[str, str, str, Decimal], ...] = (
    (PERSONNEL, "30101", "50501", Decimal("1862000.00")),
    (PERSONNEL, "30107", "50501", Decimal("974500.50")),
    (SUPPORT, "30227", "50502", Decimal("640000.00")),
    (SUPPORT, "30213", "50502", Decimal("158300.00")),
)
PAID_SHARE = Decimal("0.96")


def files(year: int) -> Iterator[HandedFile]:
    """Allocations, payments by half-year, and the project register; nothing for other years."""
    if year != YEAR:
        return
    yield _file(
        "budget_allocations", "预算指标台账.xlsx", str(year), 1, 11, _allocations(),
        Habits(title=f"{year}年预算指标台账", unit="万元", has_unit_row=True, has_total_row=True, groups=(
            Group("指标信息", "allocation_no", "source_type"),
            Group("科目", "fund_type", "government_economic_code"),
            Group("项目", "project_code", "project_category"),
        )),
    )  # fmt: skip
    for half, month, day in ((1, 7, 6), (2, 12, 29)):
        rows = [row for row in _payments() if (row["cleared_on"].month > 6) == (half == 2)]  # type: ignore[union-attr]
        name = f"{('上', '下')[half - 1]}半年国库集中支付明细.csv"
        yield _file("payments", name, f"{year}H{half}", month, day, rows, Habits(has_total_row=True))
    yield _file(
        "projects", "项目库.xlsx", str(year), 1, 11, _projects(),
        Habits(title=f"{year}年项目库", unit="万元", has_unit_row=True),
    )  # fmt: skip


def _file(ledger: str, name: str, period: str, month: int, day: int, rows: list[Row], habits: Habits) -> HandedFile:
    path = f"{ledger}/{YEAR}/机关服务中心{YEAR}年{name}"
    received_at = beijing(YEAR, month, day, 16, 5)
    return HandedFile(path, period, received_at, [Sheet(ledger, rows, habits)], DEPARTMENT)


def _allocations() -> list[Row]:
    return [
        {
            "sequence_no": n,
            "fiscal_year": YEAR,
            "agency_name": AGENCY,
            "allocation_no": f"FW{YEAR}{n:04d}",
            "document_no": f"穗财行\u3014{YEAR}\u301518号",
            "issued_on": date(YEAR, 1, 10),
            "source_type": "年初预算",
            "fund_type": "11",
            "function_code": FUNCTIONS[project],
            "department_economic_code": economic,
            "government_economic_code": government,
            "project_code": project,
            "project_name": NAMES[project],
            "project_category": CATEGORIES[project],
            "amount_yuan": amount,
            "remark": None,
        }
        for n, (project, economic, government, amount) in enumerate(LINES, start=1)
    ]


def _payments() -> list[Row]:
    rows: list[Row] = []
    for allocation, (project, economic, government, amount) in enumerate(LINES, start=1):
        monthly = (amount * PAID_SHARE / 12).quantize(Decimal("0.01"))
        rows += [
            {
                "voucher_no": f"ZF{YEAR}9{allocation:02d}{month:03d}",
                "application_no": f"SQ{YEAR}9{allocation:02d}{month:03d}",
                "applied_on": date(YEAR, month, 17),
                "cleared_on": date(YEAR, month, 19),
                "agency_name": AGENCY,
                "allocation_no": f"FW{YEAR}{allocation:04d}",
                "project_code": project,
                "project_name": NAMES[project],
                "project_category": CATEGORIES[project],
                "fund_type": "11",
                "function_code": FUNCTIONS[project],
                "department_economic_code": economic,
                "government_economic_code": government,
                "payment_method": "财政授权支付",
                "settlement_method": "转账",
                "payee_name": "模拟服务企业有限公司",
                "payee_account": f"99990001{allocation:011d}",
                "payee_bank": "模拟银行第1支行",
                "amount_yuan": monthly,
                "purpose": NAMES[project],
                "contract_no": None,
                "is_refund": False,
                "original_voucher_no": None,
            }
            for month in range(1, 13)
        ]
    return sorted(rows, key=lambda row: str(row["cleared_on"]))


def _projects() -> list[Row]:
    return [
        {
            "sequence_no": n,
            "project_code": code,
            "project_name": NAMES[code],
            "responsible_unit": "机关服务中心",
            "project_category": CATEGORIES[code],
            "initial_budget_yuan": sum(line[3] for line in LINES if line[0] == code),
            "start_month": date(YEAR, 1, 1),
            "end_month": date(YEAR, 12, 1),
            "remark": None,
        }
        for n, code in enumerate((PERSONNEL, SUPPORT), start=1)
    ]
