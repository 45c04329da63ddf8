"""The ledgers of a second kind of office, a county committee of the CPPCC, invented so that they add up to what it published for 2021.

`python -m simulation.county_office DIR` writes them; its configuration is `offices/nanxian_cppcc`. Published are the totals in
`PUBLISHED`; lines, months, payees, balances and targets are made up.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from dagster_project.contracts.load import load_contracts
from dagster_project.office import put_together
from dagster_project.settings import PROJECT
from simulation.__main__ import write_handed
from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.world.calendar import beijing
from simulation.world.values import WAN, Row, yuan

OFFICE = Path(__file__).parents[1] / "offices" / "nanxian_cppcc"
DEPARTMENT, AGENCY = "430921001", "430921001-政协南县委员会办公室"
YEAR = 2021
PUBLISHED = {
    "income.total": "792.22",
    "income.increase": "189.25",
    "income.growth": "31.39",
    "income.fiscal_increase": "209.28",
    "income.fiscal_growth": "35.9",
    "spending.total": "799.12",
    "spending.staff": "434.89",
    "public_funds.spent": "77.40",
    "spending.project": "286.83",
    "carry_over.used": "6.90",
}
"""What the office published for 2021, in 万元 and per cent (hnnxzx.com, 2022-04-15); 6.90 is spending less income."""
LAST_YEAR = {
    "600101": ("财政拨款预算收入-基本支出", "380.00"),
    "600102": ("财政拨款预算收入-项目支出", "202.94"),
    "6609": ("其他预算收入", "20.03"),
}
OPENING, CLOSING = Decimal("10.00"), Decimal("3.10")
"""Balances of the tours of members in 万元, made up; what is between them was used."""
STAFF, RUNNING, TOURS = "RY001", "GY001", "XM002"
LINES = (
    # project, name, category, function, economic class, governmental class, spent in 万元
    (STAFF, "人员经费", "1", "2010201", "30101", "50101", "248.31"),
    (STAFF, "人员经费", "1", "2010201", "30102", "50101", "132.08"),
    (STAFF, "人员经费", "1", "2010201", "30110", "50102", "54.50"),
    (RUNNING, "日常公用经费", "21", "2010201", "30201", "50201", "41.25"),
    (RUNNING, "日常公用经费", "21", "2010201", "30211", "50201", "30.95"),
    (RUNNING, "日常公用经费", "21", "2010201", "30217", "50206", "5.20"),
    ("XM001", "政协会议经费", "3", "2010204", "30215", "50202", "120.00"),
    (TOURS, "委员视察调研经费", "3", "2010205", "30211", "50201", "86.83"),
    ("XM003", "提案办理和文史工作经费", "3", "2010206", "30227", "50205", "80.00"),
)
TARGETS = (
    ("政协全体会议召开次数", "产出", "=", "1", "次", 10, "1"),
    ("委员提案办理答复率", "产出", "≥", "100", "%", 10, "100"),
    ("委员视察调研次数", "产出", "≥", "8", "次", 10, "9"),
    ("协商成果被采纳件数", "效益", "≥", "3", "件", 10, "3"),
    ("政协委员满意度", "满意度", "≥", "95", "%", 10, "96.5"),
)


def write_county_office(folder: Path, build: Path) -> list[HandedFile]:
    """Write the drop of the office; ``build`` is a folder for its configuration, put together."""
    contracts = load_contracts(put_together(OFFICE, PROJECT, build).contracts)
    handed = list(files())
    write_handed(handed, contracts, folder)
    return handed


def files() -> Iterator[HandedFile]:
    """The files of 2021 and the books of 2020, each once a year."""
    plain = Habits(has_total_row=True)
    in_wan = Habits(unit="万元", has_unit_row=True, has_total_row=True)
    day = beijing(YEAR + 1, 1, 10, 10, 0)
    for path, ledger, rows, habits in (
        ("projects/{0}/{0}年项目库.xlsx", "projects", projects(), in_wan),
        ("budget_allocations/{0}/{0}年预算指标台账.xlsx", "budget_allocations", allocations(), in_wan),
        ("payments/{0}/{0}年国库集中支付明细.csv", "payments", payments(), plain),
        ("carry_over/{0}/{0}年结转结余表.xlsx", "carry_over", balances(), in_wan),
        ("department_targets/{0}/{0}年部门整体支出绩效目标表.xlsx", "department_targets", targets(), Habits()),
        ("staff_counts/{0}/{0}年人员编制情况.xlsx", "staff_counts", staff(), Habits()),
        ("ledger_balances/{0}/{0}年会计科目余额表.csv", "ledger_balances", books(), Habits()),
    ):
        yield HandedFile(path.format(YEAR), str(YEAR), day, [Sheet(ledger, rows, habits)], DEPARTMENT)
    before = YEAR - 1
    path = f"ledger_balances/{before}/{before}年会计科目余额表.csv"
    accounts = [
        row for code, (name, total) in LAST_YEAR.items() for row in account(before, code, name, "贷", spread(total))
    ]
    sheet = Sheet("ledger_balances", accounts, Habits())
    yield HandedFile(path, str(before), beijing(YEAR, 1, 12, 10, 0), [sheet], DEPARTMENT)


def spread(total: str) -> list[Decimal]:
    """An amount in 万元 over twelve months, in yuan; December takes what division leaves."""
    fen = int(Decimal(total) * WAN * 100)
    month = fen // 12
    return [yuan(month)] * 11 + [yuan(fen - 11 * month)]


def granted(project: str, spent: str) -> Decimal:
    """What a line was granted this year in yuan: what it spent, less what the tours had left of last year, plus what they keep."""
    return (Decimal(spent) - (OPENING - CLOSING if project == TOURS else 0)) * WAN


def projects() -> list[Row]:
    """The five projects with what they were granted in January."""
    named = {code: (name, category) for code, name, category, *_ in LINES}
    return [
        {
            "sequence_no": number,
            "project_code": code,
            "project_name": name,
            "responsible_unit": "办公室",
            "project_category": category,
            "initial_budget_yuan": sum(granted(line[0], line[6]) for line in LINES if line[0] == code),
            "start_month": date(YEAR, 1, 1),
            "end_month": date(YEAR, 12, 1),
        }
        for number, (code, (name, category)) in enumerate(named.items(), start=1)
    ]


def allocations() -> list[Row]:
    """One allocation a line in January, and the balance of the tours."""
    lines = [(line, "年初预算", granted(line[0], line[6])) for line in LINES]
    lines += [(line, "上年结转", OPENING * WAN) for line in LINES if line[0] == TOURS]
    return [
        {
            "sequence_no": number,
            "fiscal_year": YEAR,
            "agency_name": AGENCY,
            "allocation_no": f"ZB{YEAR}{number:06d}",
            "document_no": f"南财预〔{YEAR}〕{1 if source == '年初预算' else 2}号",
            "issued_on": date(YEAR, 1, 8),
            "source_type": source,
            "fund_type": "11",
            "function_code": line[3],
            "department_economic_code": line[4],
            "government_economic_code": line[5],
            "project_code": line[0],
            "project_name": line[1],
            "project_category": line[2],
            "amount_yuan": amount,
        }
        for number, (line, source, amount) in enumerate(lines, start=1)
    ]


def payments() -> list[Row]:
    """A payment of each line in each month; the balance of the tours is used first."""
    rows: list[Row] = []
    balance = len(LINES) + 1
    for month in range(1, 13):
        for number, (code, name, category, function, economic, government, spent) in enumerate(LINES, start=1):
            voucher = f"{YEAR}{month:02d}{number:06d}"
            rows.append(
                {
                    "voucher_no": f"ZF{voucher}",
                    "application_no": f"SQ{voucher}",
                    "applied_on": date(YEAR, month, 15),
                    "cleared_on": date(YEAR, month, 17),
                    "agency_name": AGENCY,
                    "allocation_no": f"ZB{YEAR}{balance if code == TOURS and month == 1 else number:06d}",
                    "project_code": code,
                    "project_name": name,
                    "project_category": category,
                    "fund_type": "11",
                    "function_code": function,
                    "department_economic_code": economic,
                    "government_economic_code": government,
                    "payment_method": "财政授权支付",
                    "payee_name": "员工0001" if category == "1" else f"模拟供应商{number:04d}有限公司",
                    "amount_yuan": spread(spent)[month - 1],
                    "purpose": name,
                    "is_refund": False,
                }
            )
    return rows


def balances() -> list[Row]:
    """The balance of the tours, of which a part was used."""
    return [
        {
            "fund_type": "11",
            "spending_kind": "项目支出",
            "project_code": TOURS,
            "project_name": "委员视察调研经费",
            "balance_kind": "结转",
            "opening_yuan": OPENING * WAN,
            "withdrawn_yuan": Decimal(0),
            "closing_yuan": CLOSING * WAN,
        }
    ]


def targets() -> list[Row]:
    """The approved targets of the office, with what it says it reached."""
    return [
        {
            "indicator_no": number,
            "indicator_name": name,
            "indicator_kind": kind,
            "operator": operator,
            "target": target,
            "unit": unit,
            "weight": Decimal(weight),
            "actual": actual,
            "evidence_no": f"ZZ{YEAR}-{number:02d}",
            "approved_on": date(YEAR, 2, 5),
            "version": 1,
        }
        for number, (name, kind, operator, target, unit, weight, actual) in enumerate(TARGETS, start=1)
    ]


def staff() -> list[Row]:
    """Posts and staff at the year's end."""
    return [
        {"month": date(YEAR, 12, 1), "post_kind": "行政编制", "posts": 24, "staff": 23},
        {"month": date(YEAR, 12, 1), "post_kind": "后勤服务人员", "posts": 4, "staff": 4},
    ]


def books() -> list[Row]:
    """Income and spending by basic and project spending, and the balance of the tours, month by month."""
    basic = sum(Decimal(line[6]) for line in LINES if line[2] in ("1", "21"))
    project = sum(Decimal(line[6]) for line in LINES if line[2] == "3")
    rows = account(YEAR, "600101", "财政拨款预算收入-基本支出", "贷", spread(str(basic)))
    rows += account(YEAR, "600102", "财政拨款预算收入-项目支出", "贷", spread(str(project - OPENING + CLOSING)))
    rows += account(YEAR, "710101", "行政支出-基本支出", "借", paid_by_month("1", "21"))
    rows += account(YEAR, "710102", "行政支出-项目支出", "借", paid_by_month("3"))
    for month in range(1, 13):
        is_last = month == 12
        rows.append(
            {
                "account_code": "810102",
                "account_name": "财政拨款结转-项目支出",
                "month": date(YEAR, month, 1),
                "balance_side": "贷",
                "opening_yuan": OPENING * WAN,
                "debit_yuan": (OPENING - CLOSING) * WAN if is_last else Decimal(0),
                "credit_yuan": Decimal(0),
                "closing_yuan": (CLOSING if is_last else OPENING) * WAN,
            }
        )
    return rows


def paid_by_month(*categories: str) -> list[Decimal]:
    """What the lines of some categories pay in each month, in yuan."""
    lines = [spread(line[6]) for line in LINES if line[2] in categories]
    return [sum(amounts, Decimal(0)) for amounts in zip(*lines, strict=True)]


def account(year: int, code: str, name: str, side: str, months: list[Decimal]) -> list[Row]:
    """An account that grows by its own side and is closed in December."""
    rows: list[Row] = []
    total = Decimal(0)
    for number, amount in enumerate(months, start=1):
        opening, total = total, total + amount
        closed = total if number == 12 else Decimal(0)
        rows.append(
            {
                "account_code": code,
                "account_name": name,
                "month": date(year, number, 1),
                "balance_side": side,
                "opening_yuan": opening,
                "debit_yuan": amount if side == "借" else closed,
                "credit_yuan": amount if side == "贷" else closed,
                "closing_yuan": total - closed,
            }
        )
    return rows


def main() -> None:
    """Write the drop and say where."""
    parser = argparse.ArgumentParser(prog="python -m simulation.county_office", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as build:
        for file in write_county_office(folder, Path(build)):
            print(folder / file.path)


if __name__ == "__main__":
    main()
