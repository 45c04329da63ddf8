"""The books of a year held against each other, from the files; and where the warehouse says otherwise."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any, cast

import duckdb

from oracle import coverage
from oracle.cells import code, month, yuan
from oracle.drop import Drop, Table, pick
from oracle.figures import Office, codes, seed, unique, valid

KINDS = ("基本支出", "项目支出")
BOTH = "合计"
LEDGERS = {
    "payments_accounts": ("payments", "ledger_balances"),
    "grants_accounts": ("budget_allocations", "carry_over", "ledger_balances"),
    "roll_forward": ("payments", "budget_allocations", "carry_over"),
    "carry_over_accounts": ("carry_over", "ledger_balances"),
    "opening_closing": ("carry_over",),
    "allocated_opening": ("budget_allocations", "carry_over"),
    "accounts_roll": ("ledger_balances", "carry_over"),
    "funds_accounts": ("ledger_balances",),
    "income_parallel": ("ledger_balances",),
    "payments_final_accounts": ("payments",),
    "accounts_final_accounts": ("ledger_balances",),
    "grants_final_accounts": ("budget_allocations", "carry_over"),
    "income_final_accounts": ("ledger_balances",),
    "opening_final_accounts": ("carry_over",),
    "closing_final_accounts": ("carry_over",),
    "final_accounts_roll": (),
    "expenses_spending": ("ledger_balances",),
}
"""What each line needs whole."""
TOGETHER = ("funds_accounts", "income_parallel", "expenses_spending")
"""Lines that hold both classes together."""
Amount = Decimal | None
Line = tuple[Amount, Amount, Amount, str]
Told = dict[str, list[tuple[str, str, Decimal]]]
"""What each source tells of a year: fund, class and amount; a source that tells nothing has no rows."""


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
            "opening": yuan(pick(row, ["期初余额"]), table.unit) or Decimal(0),
            "closing": yuan(pick(row, ["期末余额"]), table.unit) or Decimal(0),
        }

    tables = drop.replaced(drop.tables("ledger_balances", ["科目编码|科目代码", "期末余额"]))
    rows = unique([read(row, table) for table in tables for row in table.rows], "account", "month")
    return [row for row in rows if row["month"] is not None and row["month"].year == year]


def reports(drop: Drop, year: int) -> list[dict[str, Any]]:
    """The final accounts that were handed in, of fiscal funds."""
    office, funds = Office(drop, year), codes("fund_types")

    def read(row: dict[str, str], table: Table) -> dict[str, Any]:
        def amount(*names: str) -> Decimal:
            return yuan(pick(row, list(names)), table.unit) or Decimal(0)

        return {
            "year": table.file.year,
            "fund": code(pick(row, ["资金性质"]), funds),
            "class": pick(row, ["支出类别", "支出类型"]),
            "opening": amount("年初结转和结余", "年初结转结余"),
            "income": amount("本年收入"),
            "spent": amount("本年支出"),
            "closing": amount("年末结转和结余", "年末结转结余"),
        }

    tables = drop.replaced(drop.tables("final_account_reports", ["资金性质", "本年支出"]))
    rows = unique([read(row, table) for table in tables for row in table.rows], "year", "fund", "class")
    return [row for row in rows if row["year"] == year and row["fund"] in office.fiscal_funds]


def told_of(drop: Drop, year: int) -> Told:
    """What each source tells of a year."""
    office, told = Office(drop, year), cast(Told, defaultdict(list))
    for row in office.payments():
        if row["fund"] in office.fiscal_funds:
            told["spent"].append((row["fund"], office.kinds.get(row["category"], ""), row["yuan"]))
    for row in office.allocations():
        if row["fund"] in office.fiscal_funds and row["category"] in office.kinds:
            is_carried = row["source"] == "上年结转"
            for name, counts in (("granted", not is_carried), ("carried in", is_carried)):
                amount = row["yuan"] if counts else Decimal(0)
                told[name].append((row["fund"], office.kinds[row["category"]], amount))
    for row in balances_carried(drop, year):
        for name in ("opening", "withdrawn", "closing"):
            told[name].append((row["fund"], row["class"], row[name]))
        for name, of in (("continued", "opening"), ("cancelled", "withdrawn")):
            told[name].append((row["fund"], row["class"], row[of] if row["kind"] == "结转" else Decimal(0)))
    for row in reports(drop, year):
        for name in ("opening", "income", "spent", "closing"):
            told[f"reported {name}"].append((row["fund"], row["class"], row[name]))
    _tell_accounts(drop, year, told)
    return told


def _tell_accounts(drop: Drop, year: int, told: Told) -> None:
    of_the_year = {line["account_code"]: line for line in seed("book_accounts") if valid(line, year)}
    carried = {line["account_code"]: line for line in seed("carry_over_accounts") if valid(line, year)}
    for row in accounts(drop, year):
        if line := of_the_year.get(row["account"]):
            is_fund = line["what"] == "资金结存"
            if not is_fund or row["month"].month == 12:
                amount = row["closing"] if is_fund else _turnover(row, line)
                told[f"account {line['what']}"].append((line["fund_type"], line["spending_kind"], amount))
        if line := carried.get(row["account"]):
            for name, in_month in (("opening", 1), ("closing", 12)):
                if row["month"].month == in_month:
                    told[f"account {name}"].append((line["fund_type"], line["spending_kind"], row[name]))


def _turnover(row: dict[str, Any], line: dict[str, str]) -> Decimal:
    """What an account moved: on its own side; what makes expenses differ from spending with the sign that it has in expenses."""
    if line["what"] != "差异调节":
        return cast(Decimal, row[line["balance_side"]])
    signs = {"借": (-1, 0), "贷": (0, 1), "净": (-1, 1)}
    debits, credits_ = signs[line["balance_side"]]
    return debits * cast(Decimal, row["借"]) + credits_ * cast(Decimal, row["贷"])


def sides(told: Told, before: Told, fund: str, kind: str) -> dict[str, tuple[Amount, Amount]]:
    """Both sides of each line for a fund and class; None where a source tells nothing of the year (or of the one before)."""

    def of(name: str, source: Told = told) -> Amount:
        if not source.get(name):
            return None
        return sum((a for f, k, a in source[name] if f == fund and kind in (k, BOTH)), Decimal(0))

    def plus(*parts: tuple[int, Amount]) -> Amount:
        if any(part is None for _, part in parts):
            return None
        return sum((sign * (part or Decimal(0)) for sign, part in parts), Decimal(0))

    surplus = plus((1, of("withdrawn")), (-1, of("cancelled")))
    grants = plus((1, of("granted")), (-1, of("cancelled") or Decimal(0)))
    spent, closing = of("spent"), of("closing")
    income, spending, at_end = of("account 收入"), of("account 支出"), of("account closing")
    of_report = {name: of(f"reported {name}") for name in ("opening", "income", "spent", "closing")}
    found = {
        "payments_accounts": (spent, spending),
        "grants_accounts": (grants, income),
        "roll_forward": (
            plus((1, of("opening")), (1, of("granted")), (-1, spent), (-1, of("withdrawn"))), closing,
        ),
        "carry_over_accounts": (closing, at_end),
        "allocated_opening": (of("carried in"), of("continued")),
        "accounts_roll": (
            plus((1, of("account opening")), (1, income), (-1, spending), (-1, surplus or Decimal(0))), at_end,
        ),
        "funds_accounts": (of("account 资金结存"), at_end),
        "income_parallel": (of("account 财务收入"), income),
        "expenses_spending": (
            of("account 费用"), plus((1, spending), (1, of("account 差异调节") or Decimal(0))),
        ),
        "payments_final_accounts": (spent, of_report["spent"]),
        "accounts_final_accounts": (spending, of_report["spent"]),
        "grants_final_accounts": (grants, of_report["income"]),
        "income_final_accounts": (income, of_report["income"]),
        "opening_final_accounts": (plus((1, of("opening")), (-1, surplus)), of_report["opening"]),
        "closing_final_accounts": (closing, of_report["closing"]),
        "final_accounts_roll": (
            plus((1, of_report["opening"]), (1, of_report["income"]), (-1, of_report["spent"])), of_report["closing"],
        ),
    }  # fmt: skip
    if before.get("closing"):
        found["opening_closing"] = (of("opening"), of("closing", before))
    return {line: both for line, both in found.items() if (line in TOGETHER) == (kind == BOTH)}


def lines_of(drop: Drop, year: int) -> dict[tuple[str, str, str], Line]:
    """The reconciliation of a year: both sides, their difference, and whether they agree."""
    office, told, before = Office(drop, year), told_of(drop, year), told_of(drop, year - 1)
    allowed = {name: Decimal(office.parameter(f"{name}_tolerance_yuan")) for name in ("books", "final_accounts")}
    found: dict[tuple[str, str, str], Line] = {}
    for fund in sorted({fund for rows in told.values() for fund, _, _ in rows}):
        for kind in (*KINDS, BOTH):
            for line, (left, right) in sides(told, before, fund, kind).items():
                difference = None if left is None or right is None else left - right
                is_reported = "final_accounts" in line
                if is_reported and not told.get("reported spent"):
                    state = "未报送"
                elif not all(coverage.is_whole(drop, ledger, year) for ledger in LEDGERS[line]):
                    state = "台账不全"
                elif difference is None:
                    state = "缺一方"
                else:
                    tolerance = allowed["final_accounts" if is_reported else "books"]
                    state = "相符" if abs(difference) <= tolerance else "不符"
                found[line, fund, kind] = (left, right, difference, state)
    return found


def book_differences(connection: duckdb.DuckDBPyConnection, drop: Drop, year: int) -> list[str]:
    """Every line of the reconciliation on which warehouse and oracle disagree."""
    ours = lines_of(drop, year)
    theirs: defaultdict[tuple[str, str, str], Any] = defaultdict(lambda: None)
    theirs |= {
        row[:3]: row[3:]
        for row in connection.execute(
            "select line, fund_type, spending_kind, left_yuan, right_yuan, difference_yuan, state from marts.books_reconciliation "
            "where department_code = ? and fiscal_year = ?",
            [drop.department, year],
        ).fetchall()
    }
    return [
        f"{year} books {name}: {theirs[name]} is not {line}"
        for name in sorted(ours.keys() | theirs.keys())
        if theirs[name] != (line := ours.get(name))
    ]
