"""The books of a year held against each other, from the files; and where the warehouse says otherwise."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import duckdb

from oracle import coverage
from oracle.cells import code, month, yuan
from oracle.drop import Drop, Table, pick
from oracle.figures import Office, codes, seed, unique, valid

KINDS = ("基本支出", "项目支出")
LEDGERS = {
    "payments_accounts": ("payments", "ledger_balances"),
    "grants_accounts": ("budget_allocations", "carry_over", "ledger_balances"),
    "roll_forward": ("payments", "budget_allocations", "carry_over"),
    "carry_over_accounts": ("carry_over", "ledger_balances"),
    "opening_closing": ("carry_over",),
    "allocated_opening": ("budget_allocations", "carry_over"),
}
"""What each line needs whole."""
Amount = Decimal | None
Line = tuple[Amount, Amount, Amount, str]


def _sum(rows: list[dict[str, Any]], key: str) -> Amount:
    return sum((row[key] for row in rows), Decimal(0)) if rows else None


def balances_carried(drop: Drop, year: int) -> list[dict[str, Any]]:
    """The balances carried over of fiscal funds, with their class."""
    office, funds = Office(drop, year), codes("fund_types")

    def read(row: dict[str, str], table: Table) -> dict[str, Any]:
        return {
            "year": table.file.year,
            "fund": code(pick(row, ["资金性质"]), funds),
            "code": pick(row, ["项目编码"]),
            "kind": pick(row, ["结转结余类型", "类型"]),
            "class": pick(row, ["支出类别", "支出类型"]),
            "opening": yuan(pick(row, ["年初结转结余", "年初数"]), table.unit) or Decimal(0),
            "withdrawn": yuan(pick(row, ["财政收回", "收回数"]), table.unit) or Decimal(0),
            "closing": yuan(pick(row, ["年末结转结余", "年末数"]), table.unit) or Decimal(0),
        }

    tables = drop.replaced(drop.tables("carry_over", ["资金性质", "项目编码"]))
    rows = unique([read(row, table) for table in tables for row in table.rows], "year", "fund", "code", "kind")
    return [row for row in rows if row["year"] == year and row["fund"] in office.fiscal_funds]


def accounts(drop: Drop, year: int) -> list[dict[str, Any]]:
    """What the accounts of the year moved and closed with."""

    def read(row: dict[str, str], table: Table) -> dict[str, Any]:
        return {
            "account": pick(row, ["科目编码", "科目代码"]),
            "month": month(pick(row, ["会计期间", "期间"])),
            "借": yuan(pick(row, ["本期借方", "本期借方发生额"]), table.unit) or Decimal(0),
            "贷": yuan(pick(row, ["本期贷方", "本期贷方发生额"]), table.unit) or Decimal(0),
            "closing": yuan(pick(row, ["期末余额"]), table.unit),
        }

    tables = drop.replaced(drop.tables("ledger_balances", ["科目编码|科目代码", "期末余额"]))
    rows = unique([read(row, table) for table in tables for row in table.rows], "account", "month")
    return [row for row in rows if row["month"] is not None and row["month"].year == year]


def _moved(drop: Drop, year: int, what: str, kind: str) -> Amount:
    sides = {
        line["account_code"]: line["balance_side"]
        for line in seed("book_accounts")
        if line["what"] == what and line["spending_kind"] == kind and valid(line, year)
    }
    found = [row[sides[row["account"]]] for row in accounts(drop, year) if row["account"] in sides]
    return sum(found, Decimal(0)) if found else None


def _closed(drop: Drop, year: int, kind: str) -> Amount:
    names = {
        line["account_code"]
        for line in seed("carry_over_accounts")
        if line["spending_kind"] == kind and valid(line, year)
    }
    found = [row for row in accounts(drop, year) if row["account"] in names and row["month"].month == 12]
    return _sum(found, "closing")


def sides(drop: Drop, year: int, kind: str) -> dict[str, tuple[Amount, Amount]]:
    """Both sides of each line for a class of spending; None where a ledger does not say."""
    office, nothing = Office(drop, year), Decimal(0)

    def of_class(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if row["fund"] in office.fiscal_funds and office.kinds.get(row["category"]) == kind]

    spent = _sum(of_class(office.payments()), "yuan")
    allocations = of_class(office.allocations())
    granted = _sum([row for row in allocations if row["source"] != "上年结转"], "yuan")
    carried_in = _sum([row for row in allocations if row["source"] == "上年结转"], "yuan")
    carried = [row for row in balances_carried(drop, year) if row["class"] == kind]
    continued = [row for row in carried if row["kind"] == "结转"]
    opening, withdrawn, closing = (_sum(carried, name) for name in ("opening", "withdrawn", "closing"))
    all_before = balances_carried(drop, year - 1)
    found = {
        "payments_accounts": (spent, _moved(drop, year, "支出", kind)),
        "grants_accounts": (
            None if granted is None else granted - (_sum(continued, "withdrawn") or nothing),
            _moved(drop, year, "收入", kind),
        ),
        "roll_forward": (
            None
            if granted is None or spent is None
            else (opening or nothing) + granted - spent - (withdrawn or nothing),
            closing,
        ),
        "carry_over_accounts": (closing, _closed(drop, year, kind)),
        "allocated_opening": (carried_in or nothing, _sum(continued, "opening") or nothing),
    }
    if all_before:
        before = _sum([row for row in all_before if row["class"] == kind], "closing")
        found["opening_closing"] = (opening or nothing, before or nothing)
    return found


def lines_of(drop: Drop, year: int) -> dict[tuple[str, str], Line]:
    """The reconciliation of a year: both sides, their difference, and whether they agree."""
    office = Office(drop, year)
    allowed = Decimal(office.parameter("books_tolerance_yuan"))
    found: dict[tuple[str, str], Line] = {}
    for kind in KINDS:
        for line, (left, right) in sides(drop, year, kind).items():
            difference = None if left is None or right is None else left - right
            if not all(coverage.is_whole(drop, ledger, year) for ledger in LEDGERS[line]):
                state = "台账不全"
            elif difference is None:
                state = "缺一方"
            else:
                state = "相符" if abs(difference) <= allowed else "不符"
            found[line, kind] = (left, right, difference, state)
    return found


def book_differences(connection: duckdb.DuckDBPyConnection, drop: Drop, year: int) -> list[str]:
    """Every line of the reconciliation on which warehouse and oracle disagree."""
    theirs: defaultdict[tuple[str, str], Any] = defaultdict(lambda: None)
    theirs |= {
        row[:2]: row[2:]
        for row in connection.execute(
            "select line, spending_kind, left_yuan, right_yuan, difference_yuan, state from marts.books_reconciliation "
            "where department_code = ? and fiscal_year = ?",
            [drop.department, year],
        ).fetchall()
    }
    if not theirs:
        return []
    return [
        f"{year} books {name}: {theirs[name]} is not {line}"
        for name, line in lines_of(drop, year).items()
        if theirs[name] != line
    ]
