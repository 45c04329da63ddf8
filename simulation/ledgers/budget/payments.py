"""Payments of the treasury by month, one month of 2023 handed in again; those of the service centre by half-year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import CORRECTED
from simulation.world import service_centre as centre
from simulation.world.calendar import beijing, on_a_weekday
from simulation.world.organisation import AGENCY
from simulation.world.payments import Voucher
from simulation.world.values import Row, yuan
from simulation.world.world import World

CORRECTED_MONTH = 6


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The months of the office, and the half-years of the service centre."""
    for month, vouchers in months(world.vouchers(year)).items():
        habits = _habits(year, month)
        path = f"payments/{year}/{year}年{month:02d}月国库集中支付明细"
        period = f"{year}-{month:02d}"
        received_at = on_a_weekday(beijing(year + month // 12, month % 12 + 1, 5, 10, 12 + month))
        if (year, month) == (2023, CORRECTED_MONTH):
            first = [Sheet("payments", first_version(vouchers), habits)]
            yield HandedFile(f"{path}.csv", period, received_at, first)
            path += f"-{CORRECTED}"
            received_at += timedelta(days=13, hours=5)
        rows = [to_row(voucher) for voucher in vouchers]
        yield HandedFile(f"{path}.csv", period, received_at, [Sheet("payments", rows, habits)])
    if year == centre.YEAR:
        yield from _centre_files()


def _habits(year: int, month: int) -> Habits:
    return Habits(
        title=f"{year}年{month}月国库集中支付明细",
        has_unit_row=True,
        header_choice=1 if year == 2022 and month < 7 else 0,
        date_forms=(("iso",), ("slash",), ("compact",), ("chinese",), ("dot",), ("iso", "slash"))[month % 6],
        nil_text="-" if month % 4 == 0 else None,
        nil_columns=("contract_no", "original_voucher_no"),
        has_total_row=True,
        thousands_every=3 if month % 2 else 0,
        fullwidth_every=47 if month % 3 == 0 else 0,
        has_parentheses=month % 2 == 1,
    )


def _centre_files() -> Iterator[HandedFile]:
    for half, month, day in ((1, 7, 6), (2, 12, 29)):
        rows = [row for row in centre_rows() if (row["cleared_on"].month > 6) == (half == 2)]  # type: ignore[union-attr]
        path = f"payments/{centre.YEAR}/机关服务中心{centre.YEAR}年{('上', '下')[half - 1]}半年国库集中支付明细.csv"
        sheet = Sheet("payments", rows, Habits(has_total_row=True))
        received_at = beijing(centre.YEAR, month, day, 16, 5)
        yield HandedFile(path, f"{centre.YEAR}H{half}", received_at, [sheet], centre.DEPARTMENT)


def months(vouchers: list[Voucher]) -> dict[int, list[Voucher]]:
    """The vouchers of each month by clearing date, in order."""
    by_month: dict[int, list[Voucher]] = {month: [] for month in range(1, 13)}
    for voucher in vouchers:
        by_month[voucher.cleared_on.month].append(voucher)
    return by_month


def first_version(vouchers: list[Voucher]) -> list[Row]:
    """The month as first handed in: the largest payment has a zero too many."""
    wrong = max(vouchers, key=lambda v: v.amount_fen)
    return [to_row(replace(v, amount_fen=v.amount_fen * 10) if v is wrong else v) for v in vouchers]


def to_row(voucher: Voucher) -> Row:
    """The ledger row of a voucher."""
    allocation, line, number = voucher.allocation, voucher.allocation.line, voucher.payee
    is_person = line.project.category == "1"
    return {
        "voucher_no": voucher.number,
        "application_no": f"SQ{voucher.number[2:]}",
        "applied_on": voucher.applied_on,
        "cleared_on": voucher.cleared_on,
        "agency_name": AGENCY,
        "allocation_no": allocation.number,
        "project_code": line.project.code,
        "project_name": line.project.name,
        "project_category": line.project.category,
        "fund_type": "11",
        "function_code": line.project.function,
        "department_economic_code": line.economic,
        "government_economic_code": line.government,
        "payment_method": "财政授权支付" if number % 5 == 0 else "财政直接支付",
        "settlement_method": "公务卡" if number % 11 == 0 else "转账",
        "payee_name": f"员工{number:04d}" if is_person else f"模拟供应商{number:04d}有限公司",
        "payee_account": f"99990000{number * 7919:011d}",
        "payee_bank": f"模拟银行第{number % 17 + 1}支行",
        "amount_yuan": yuan(voucher.amount_fen),
        "purpose": f"退{line.project.name}" if voucher.original else line.project.name,
        "contract_no": voucher.contract_no,
        "is_refund": voucher.original is not None,
        "original_voucher_no": voucher.original.number if voucher.original else None,
    }


def centre_rows() -> list[Row]:
    """The payments of the service centre: each line pays the same in each month."""
    rows: list[Row] = []
    for allocation, (project, economic, government, amount) in enumerate(centre.LINES, start=1):
        monthly = (amount * centre.PAID_SHARE / 12).quantize(Decimal("0.01"))
        rows += [
            {
                "voucher_no": f"ZF{centre.YEAR}9{allocation:02d}{month:03d}",
                "application_no": f"SQ{centre.YEAR}9{allocation:02d}{month:03d}",
                "applied_on": date(centre.YEAR, month, 17),
                "cleared_on": date(centre.YEAR, month, 19),
                "agency_name": centre.AGENCY,
                "allocation_no": f"FW{centre.YEAR}{allocation:04d}",
                "project_code": project,
                "project_name": centre.NAMES[project],
                "project_category": centre.CATEGORIES[project],
                "fund_type": "11",
                "function_code": centre.FUNCTIONS[project],
                "department_economic_code": economic,
                "government_economic_code": government,
                "payment_method": "财政授权支付",
                "settlement_method": "转账",
                "payee_name": "模拟服务企业有限公司",
                "payee_account": f"99990001{allocation:011d}",
                "payee_bank": "模拟银行第1支行",
                "amount_yuan": monthly,
                "purpose": centre.NAMES[project],
                "contract_no": None,
                "is_refund": False,
                "original_voucher_no": None,
            }
            for month in range(1, 13)
        ]
    return sorted(rows, key=lambda row: str(row["cleared_on"]))
