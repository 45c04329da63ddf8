"""What issue-sized rules are about: files, months, quarters and dates that are missing, come back, or come twice; each at random."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from oracle.accepting import required
from oracle.cells import plain
from oracle.coverage import replaces
from oracle.drop import DEPARTMENT, HandedIn
from oracle.editor import LEDGERS, Editor, Grid
from oracle.figures import Office
from oracle.reviews import hand_in_reviews
from oracle.slips import filled

Event = Callable[[Editor, Random], str]
"""Changes an office of 2023; returns what happened, or nothing where it could not."""
CONTRACT, PROCUREMENT = "合同编号", "采购项目编号|采购计划编号"
AWARD, NOTICE = "中标成交通知书日期|中标(成交)时间", "采购公告日期|采购文件发出日期"
LATER = "2024-04-20T10:00:00+08:00"


def _files(e: Editor, ledger: str) -> list[HandedIn]:
    return [file for file in e.drop().files.get(ledger, []) if file.year == 2023]


def _lose_one(e: Editor, rng: Random, ledger: str) -> str:
    periods = sorted({file.period for file in _files(e, ledger)})
    if not periods:
        return ""
    period = rng.choice(periods)
    e.lose(ledger, period)
    return f"{ledger} {period}"


def month_of_payments_missing(e: Editor, rng: Random) -> str:
    return _lose_one(e, rng, "payments")


def quarter_of_balances_missing(e: Editor, rng: Random) -> str:
    return _lose_one(e, rng, "ledger_balances")


def half_of_a_ledger_missing(e: Editor, rng: Random) -> str:
    return _lose_one(e, rng, rng.choice(["contracts", "procurements", "monitoring_records"]))


def quarter_of_intentions_missing(e: Editor, rng: Random) -> str:
    return _lose_one(e, rng, "procurement_intentions")


def ledger_of_the_year_missing(e: Editor, rng: Random) -> str:
    ledger = rng.choice([one for one in LEDGERS if _files(e, one)])
    e.withdraw(ledger)
    return ledger


def _grids(e: Editor, file: HandedIn) -> list[tuple[Grid, str]]:
    """The tables of a file with a header that every row fills."""
    found: list[tuple[Grid, str]] = []
    for headers, _ in required(file.ledger):
        for grid in e.grids(file.ledger, file.year, ["|".join(headers)]):
            if grid.file.path == file.path and grid.sheet not in {one.sheet for one, _ in found}:
                found.append((grid, "|".join(headers)))
    return found


def _some_file(e: Editor, rng: Random) -> HandedIn:
    files = [file for ledger in LEDGERS for file in _files(e, ledger)]
    return rng.choice([file for file in files if file.ledger not in ("performance_targets", "publication_matrix")])


def file_without_rows(e: Editor, rng: Random) -> str:
    file = _some_file(e, rng)
    for grid, key in _grids(e, file):
        for line in filled(grid, key):
            grid.clear(line)
        grid.save()
    return file.path.name


def file_wholly_rejected(e: Editor, rng: Random) -> str:
    """A column that no row may lack is empty all the way down."""
    file = _some_file(e, rng)
    for grid, key in _grids(e, file):
        for line in filled(grid, key):
            grid.write(line, key, "")
        grid.save()
    return file.path.name


def rows_rejected(e: Editor, rng: Random) -> str:
    """Some rows lack what no row may lack."""
    file = _some_file(e, rng)
    told = ""
    for grid, key in _grids(e, file)[:1]:
        lines = filled(grid, key)
        for line in rng.sample(lines, min(3, len(lines))):
            told += f" {plain(grid.lines[line][grid.column(key)])}"
            grid.write(line, key, "")
        grid.save()
    return f"{file.path.name}{told}"


def staff_counted_up_to_september(e: Editor, rng: Random) -> str:
    last = rng.choice([6, 9, 9, 11])
    e.keep_months("staff_counts", "统计月份|月份", last)
    return f"up to month {last}"


def books_end_before_the_quarter(e: Editor, rng: Random) -> str:
    e.keep_months("ledger_balances", "会计期间|期间", 11)
    return "no December"


def _awarded(office: Office) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    government = office.government()
    return [
        (government[row["procurement"]], row)
        for row in office.contracts()
        if row["procurement"] in government
        and not row["supplementary"]
        and office.within(government[row["procurement"]]["award"])
    ]


def not_reserved_with_an_amount(e: Editor, rng: Random) -> str:
    rows = [row for row in e.office().contracts() if row["reserved"] and row["form"] not in (None, "不预留")]
    row = rng.choice(rows)
    e.set("contracts", {CONTRACT: row["no"]}, {"预留形式": rng.choice(["不预留", "不预留", ""])})
    return str(row["no"])


def award_date_blank(e: Editor, rng: Random) -> str:
    row, contract = rng.choice(_awarded(e.office()))
    e.set("procurements", {PROCUREMENT: row["no"]}, {AWARD: rng.choice(["", "—"])})
    return f"{row['no']} of {contract['no']}"


def procurement_number_blank(e: Editor, rng: Random) -> str:
    _, contract = rng.choice(_awarded(e.office()))
    e.set("contracts", {CONTRACT: contract["no"]}, {"采购项目编号|项目编号": rng.choice(["", "/", "CG2023-990"])})
    return str(contract["no"])


def late_contract(e: Editor, rng: Random) -> str:
    row, contract = rng.choice(_awarded(e.office()))
    days = rng.choice([29, 30, 31, 32, 33, 40, 90])
    when = str(row["award"] + timedelta(days=days))
    signed = ["供应商签订日期|供应商签订时间", "采购人签订日期|采购人签订时间"]
    e.set("contracts", {CONTRACT: contract["no"]}, dict.fromkeys(signed, when))
    return f"{contract['no']} after {days} days"


def late_record(e: Editor, rng: Random) -> str:
    office = e.office()
    contract = rng.choice([row for row in office.contracts() if office.within(row["signed"])])
    days = [rng.choice([1, 2, 3, 7, 8]) for _ in range(2)]
    published, filed = (str(office.calendar.working_days_after(contract["signed"], one)) for one in days)
    changes = {"合同公告日期|公告时间": published, "合同备案日期|备案时间": filed}
    e.set("contracts", {CONTRACT: contract["no"]}, changes)
    return f"{contract['no']} on working days {days}"


def _described(e: Editor, rng: Random) -> tuple[dict[str, Any], dict[str, Any]]:
    cases = [(row, versions[0]) for row, versions in e.office().intention_cases() if len(versions) == 1]
    return rng.choice([case for case in cases if str(case[1]["no"]).startswith("YX2023")])


def intention_came_back(e: Editor, rng: Random) -> str:
    """The first version names the project, the second something else, the third the project again."""
    row, one = _described(e, rng)
    for version, name, ahead in (("2", "另一项目", 20), ("3", row["name"], rng.choice([10, 29, 30, 31]))):
        changes = {
            "版本|版本号": version,
            "采购项目名称": name,
            "公开日期|意向公开日期": str(row["notice"] - timedelta(days=ahead)),
        }
        e.add("procurement_intentions", {"意向编号": one["no"]}, changes)
    return f"{one['no']} of {row['no']}"


def intention_changed(e: Editor, rng: Random) -> str:
    """A later version names the project for the first time."""
    row, one = _described(e, rng)
    when = str(row["notice"] - timedelta(days=rng.choice([3, 14, 30])))
    e.add("procurement_intentions", {"意向编号": one["no"]}, {"版本|版本号": "2", "公开日期|意向公开日期": when})
    where = {"意向编号": one["no"], "版本|版本号": "1"}
    e.set("procurement_intentions", where, {"采购项目名称": "另一项目"})
    return f"{one['no']} of {row['no']}"


def vote_in_another_year(e: Editor, rng: Random) -> str:
    """A vote counts in the year in which it is held."""
    year = rng.choice([2022, 2023])
    rows = [row for row in e.office(year).agenda("重大事项") if row["voted"]]
    row = rng.choice(rows)
    when = {2023: "2024-01-09", 2022: "2023-01-10"}[year]
    e.set("agenda_items", {"议题编号": row["no"]}, {"表决日期": when}, year)
    return f"{row['no']} voted {when}"


def transfer_between_departments(e: Editor, rng: Random) -> str:
    amount = Decimal(rng.choice(["12.5", "30", "88.8888"]))
    told = []
    for department, sign in ((DEPARTMENT, -1), ("101002", 1)):
        there = e.of(department)
        rows = there.office().allocations()
        if rows:
            no = f"ZB2023{rng.randrange(900000, 999999)}"
            changes = {"指标编号": no, "指标来源": "调剂", "金额|指标金额": str(sign * amount)}
            there.add("budget_allocations", {"指标编号": rng.choice(rows)["no"]}, changes)
            told.append(no)
    return " ".join(told)


def budget_adjusted(e: Editor, rng: Random) -> str:
    source, sign = rng.choice([("年中追加", 1), ("调减", -1), ("收回", -1), ("调剂", 1), ("上年结转", 1)])
    no = f"ZB2023{rng.randrange(900000, 999999)}"
    changes = {
        "指标编号": no,
        "指标来源": source,
        "金额|指标金额": str(sign * Decimal(rng.randrange(100, 2_000_000)) / 10000),
        "发文日期|发文时间": str(date(2023, 1, 1) + timedelta(days=rng.randrange(20, 364))),
    }
    e.add("budget_allocations", {"指标编号": rng.choice(e.office().allocations())["no"]}, changes)
    return f"{no} {source}"


def complaint_upheld(e: Editor, rng: Random) -> str:
    row = rng.choice(e.office().procurements())
    when = rng.choice(["", "", "2023-12-31", "2024-01-02", "2022-12-30"])
    changes = {"收到投诉|投诉件数": "2", "投诉成立|成立件数": "1", "投诉处理决定日期": when}
    e.set("procurements", {PROCUREMENT: row["no"]}, changes)
    return f"{row['no']} {when or 'undated'}"


def booking_date_blank(e: Editor, rng: Random) -> str:
    office = e.office()
    rows = [row for row in office.of_year(office.cards()) if row["booked"]]
    nos = {row["no"] for row in rng.sample(rows, 3)}
    e.set("asset_cards", {"资产编号": nos}, {"资产记账日期|财务入账日期": ""})
    return " ".join(sorted(nos))


def _copied(e: Editor, rng: Random) -> tuple[HandedIn, Grid, str] | None:
    """Another hand-in of a file with at least thirty rows in one table, not yet handed in again."""
    files = [file for ledger in LEDGERS for file in _files(e, ledger) if "更正" not in file.path.name]
    rng.shuffle(files)
    for file in files:
        tables = [] if file.ledger in ("performance_targets", "publication_matrix") else _grids(e, file)
        last = max((one.path for one in _files(e, file.ledger) if one.period == file.period), default=None)
        if len(tables) == 1 and len(filled(*tables[0])) >= 30 and last == file.path:
            return file, tables[0][0], tables[0][1]
    return None


def file_corrected(e: Editor, rng: Random) -> str:
    """A later file takes the place of an earlier one and says nearly the same: it counts."""
    found = _copied(e, rng)
    if found is None:
        return ""
    file, _, key = found
    new = e.hand_in_again(file, LATER)
    grid = next(iter(e.grids_of(new, [key])))
    line = rng.choice(filled(grid, key))
    grid.clear(line)
    grid.save()
    return f"{new.path.name} without row {line + 1}"


def file_that_loses_much(e: Editor, rng: Random) -> str:
    """A later file in the place of an earlier one lacks most of its rows: the door holds it, the earlier one counts."""
    found = _copied(e, rng)
    if found is None:
        return ""
    file, _, key = found
    if not replaces(file.ledger):
        return ""
    new = e.hand_in_again(file, LATER, is_held=True)
    for grid in e.grids_of(new, [key]):
        for line in filled(grid, key)[5:]:
            grid.clear(line)
        grid.save()
    return new.path.name


def refund(e: Editor, rng: Random) -> str:
    office = e.office()
    like = rng.choice([row for row in office.payments() if not row["refund"]])
    of, kind = rng.choice(
        [
            (rng.choice(office.payments())["no"], "this year's"),
            (rng.choice(e.office(2022).payments() or office.payments())["no"], "last year's"),
            ("", "unknown"),
            ("ZF202001000001", "unknown"),
        ]
    )
    changes = {
        "支付凭证号|凭证号": f"ZF2023{rng.randrange(10**7, 10**8)}",
        "支付金额|金额": str(rng.choice([1, -1]) * Decimal(rng.randrange(100, 9_000_000)) / 100),
        "退款标志": "是",
        "原支付凭证号": of,
    }
    e.add("payments", {"支付凭证号|凭证号": like["no"]}, changes)
    return f"of {kind} voucher"


def payment_again(e: Editor, rng: Random) -> str:
    like = rng.choice(e.office().payments())
    changes = {
        "支付凭证号|凭证号": f"ZF2023{rng.randrange(10**7, 10**8)}",
        "支付金额|金额": str(Decimal(rng.randrange(100, 900_000_000)) / 100),
    }
    e.add("payments", {"支付凭证号|凭证号": like["no"]}, changes)
    return str(like["no"])


def rows_taken_out(e: Editor, rng: Random) -> str:
    file = _some_file(e, rng)
    for grid, key in _grids(e, file)[:1]:
        lines = filled(grid, key)
        for line in rng.sample(lines, min(2, len(lines))):
            grid.clear(line)
        grid.save()
    return file.path.name


def row_twice(e: Editor, rng: Random) -> str:
    """The first row of a key counts, whatever the second says."""
    row = rng.choice(e.office().payments())
    e.add("payments", {"支付凭证号|凭证号": row["no"]}, {"支付金额|金额": "1.23"})
    return str(row["no"])


EVENTS: list[Event] = [
    month_of_payments_missing,
    quarter_of_balances_missing,
    half_of_a_ledger_missing,
    quarter_of_intentions_missing,
    ledger_of_the_year_missing,
    file_without_rows,
    file_wholly_rejected,
    rows_rejected,
    staff_counted_up_to_september,
    books_end_before_the_quarter,
    not_reserved_with_an_amount,
    award_date_blank,
    procurement_number_blank,
    late_contract,
    late_record,
    intention_came_back,
    intention_changed,
    vote_in_another_year,
    transfer_between_departments,
    budget_adjusted,
    complaint_upheld,
    booking_date_blank,
    file_corrected,
    file_that_loses_much,
    refund,
    payment_again,
    rows_taken_out,
    row_twice,
    hand_in_reviews,
]
"""Each touches a rule on completeness, identity, replacement or dates."""


def told(event: Event) -> str:
    """The name of an event in words."""
    return event.__name__.replace("_", " ")
