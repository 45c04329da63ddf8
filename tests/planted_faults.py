"""Faults planted into the files of a copy of the sample, for nights that several tests look at."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from ledger_files import CONTRACTS
from oracle.spreadsheets import Workbook

from dagster_project.drill.paper import open_paper
from dagster_project.ingestion.drop import scan_drop
from simulation.ledgers.budget.budget_allocations import withdrawal_file
from simulation.paper.writer import write_file

REGISTER = "projects/2023/2023年项目库.xlsx"
MARCH, MAY = (f"payments/2023/2023年{month}月国库集中支付明细.csv" for month in ("03", "05"))
CASES = Path(__file__).parent / "cases" / "drops" / "case-closed-before-submitted"
BALANCES = "ledger_balances/2023/会计科目余额表2023Q4.csv"
REPORT = "final_account_reports/2023/2023年度部门决算报表.xlsx"
SPENT_IN_DECEMBER = b"14843342.19"
"""Debits of 710101 in December: basic spending."""
CONTRACT = "HT2023-003"
"""A contract with a small enterprise that the sample pays nine days late."""
SCHEME = "GZ-2023-RECON"
HEAD = "复核编号,评分方案,评价年度,指标序号,复核分,复核理由,复核单位,复核日期,是否采纳,整改要求,整改期限,整改情况,佐证材料编号,销号日期"
OPINION = f"""{HEAD}
FH-001,,2023,3,9.87,与支付记录一致,市财政局,2024-06-12,是,,,,,
FH-002,{SCHEME},2023,5,2,内控制度缺采购章节,市财政局,2024-06-12,是,补齐采购内控制度,2024-07-15,,,
FH-003,,2023,8,2,公开内容缺一项,市财政局,2024-06-12,是,补充公开,2024-07-10,,,
FH-004,,2023,10,6.97,一份合同另有约定,市财政局,2024-06-12,否,,,,,
FH-006,,2023,26,1,没有这项指标,市财政局,2024-06-12,,,,,,
FH-007,,2023,7,1.5,高于分值,市财政局,2024-06-12,是,,,,,
FH-008,,2023,12,0.90,同日第一次,市财政局,2024-06-12,是,,,,,
FH-009,,2023,12,0.85,同日第二次,市财政局,2024-06-12,是,,,,,
"""
ANSWERS = [
    HEAD.split(","),
    ["FH-003", None, 2023, 8, 2, "公开内容缺一项", "市财政局", "2024-06-12", "是", "补充公开", "2024-07-10", "已补充公开", "ZG-03", "2024-07-08"],
    ["FH-005", None, 2023, 9, 3.5, "一笔补办手续", "市财政局", "2024-06-30", None, "说明原因", "2024-07-20", None, None, None],
]  # fmt: skip
FILES = {
    "evaluation_reviews/2023/2023年度自评复核意见.csv": "2024-06-20T10:00:00+08:00",
    "evaluation_reviews/2023/2023年度复核整改情况.xlsx": "2024-07-20T10:00:00+08:00",
}
OPINION_FILE, ANSWERS_FILE = FILES
DECIMALS = 6
"""Of an amount in 万元 the last is the fen."""


@dataclass(frozen=True)
class Changed:
    """A payment whose amount was changed: its voucher, the row of its file, and the amount before."""

    voucher: str
    file: str
    row: int
    before: Decimal


def change(raw: Path, file: str, column: str, by: str, row: int = 1) -> None:
    """Multiply the amount in the so many-th row below the header of a file."""
    dropped = next(each for each in scan_drop(raw, CONTRACTS)[0] if each.name == file)
    paper = open_paper(dropped.path, dropped.contract, dropped.layouts, dropped.elsewhere)
    assert paper is not None
    line = paper.header_row + row
    paper.write(line, column, round(Decimal(paper.read(line, column)) * Decimal(by), DECIMALS).normalize())
    dropped.path.write_bytes(paper.content())


def project_in_yuan(raw: Path) -> None:
    """The office types a project's budget in yuan where 万元 stands: a rule before publishing does not let it through."""
    change(raw, REGISTER, "initial_budget_yuan", "10000", 3)


def budget_below_zero(raw: Path) -> None:
    """A file withdraws more of the budget than there is."""
    write_file(withdrawal_file(2023), CONTRACTS, raw)


def case_closed_before_it_was_submitted(raw: Path) -> None:
    """One case of the second quarter is closed before it was submitted."""
    shutil.copytree(CASES, raw, dirs_exist_ok=True)


def payment_in_yuan(raw: Path) -> Changed:
    """A payment of March is typed as if 万元 were yuan."""
    return change_payment(raw, MARCH, "ZF202303000010", lambda amount: amount * 10_000)


def change_payment(raw: Path, file: str, voucher: str, to: Callable[[Decimal], Decimal]) -> Changed:
    """Change the amount of one payment."""
    path = raw / file
    lines = path.read_text(encoding="gb18030").split("\n")
    place = next(number for number, line in enumerate(lines) if line.startswith(f"{voucher},"))
    cells = next(csv.reader([lines[place]]))
    position = [column.name for column in CONTRACTS["payments"].columns].index("amount_yuan")
    before = Decimal(cells[position].replace(",", ""))
    cells[position] = f"{to(before):.2f}"
    lines[place] = ",".join(f'"{cell}"' if "," in cell else cell for cell in cells)
    path.write_text("\n".join(lines), encoding="gb18030", newline="")
    return Changed(voucher, file, place + 1, before)


def account_differs_by_a_fen(raw: Path) -> None:
    """The accounts of December have a fen less than was paid."""
    path = raw / BALANCES
    content = path.read_bytes()
    assert content.count(SPENT_IN_DECEMBER) == 1
    path.write_bytes(content.replace(SPENT_IN_DECEMBER, b"14843342.18"))


def final_accounts_in_the_wrong_class(raw: Path) -> None:
    """The final accounts count 300 yuan of basic spending as spending on projects."""
    book = Workbook(raw / REPORT)
    (name,) = book.sheets
    lines = book.rows(name)
    (head,) = (line for line in lines if "本年支出" in line)
    column = head.index("本年支出")
    for kind, moved in (("基本支出", -300), ("项目支出", 300)):
        number = next(n for n, line in enumerate(lines) if kind in line)
        book.write(name, number, column, str(Decimal(lines[number][column].replace(",", "")) + moved))
    book.save()


def contract_that_nobody_paid(raw: Path) -> None:
    """No payment names the contract any longer."""
    for file in sorted((raw / "payments" / "2023").glob("*.csv")):
        content = file.read_bytes()
        if CONTRACT.encode() in content:
            file.unlink()  # it may be a link to the sample's
            file.write_bytes(content.replace(CONTRACT.encode(), b""))


def reviews_handed_in(raw: Path) -> None:
    """The bureau's opinion as text, and what was answered later as a workbook."""
    (raw / OPINION_FILE).parent.mkdir(parents=True)
    (raw / OPINION_FILE).write_text(OPINION, encoding="utf-8")
    with xlsxwriter.Workbook(str(raw / ANSWERS_FILE)) as book:
        book.set_properties({"created": dt.datetime(2024, 7, 18, 9, 30)})  # before it was handed in
        page = book.add_worksheet("复核")
        for number, line in enumerate(ANSWERS):
            page.write_row(number, 0, line)
    with (raw / "received.csv").open("a", encoding="utf-8", newline="") as receipts:
        writer = csv.writer(receipts, lineterminator="\n")
        writer.writerows([name, "101001", "2023", moment] for name, moment in FILES.items())
