"""Month-end balances of the ledger accounts, from the cards in the books and the funds carried over."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import DASH
from simulation.world.asset_cards import Card
from simulation.world.asset_kinds import BOOKS, BUILDINGS, FURNITURE, GENERAL, INTANGIBLE, RELICS, SPECIAL
from simulation.world.calendar import YEARS, beijing
from simulation.world.carry_over import BASIC, CONTINUED, ENDED, PROJECT
from simulation.world.values import Row, yuan
from simulation.world.world import World

DEBIT, CREDIT = "借", "贷"
CLASS_ACCOUNTS = (
    ("01", "房屋及构筑物", BUILDINGS), ("02", "专用设备", SPECIAL), ("03", "通用设备", GENERAL),
    ("04", "文物和陈列品", RELICS), ("05", "图书、档案", BOOKS), ("06", "家具、用具、装具及动植物", FURNITURE),
)  # fmt: skip
FISCAL_FUND = "11"
SOFTWARE_NOTE = "本年新购信息系统软件10套,合同和验收资料已归档"


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The balances of each quarter in the month after it."""
    for quarter in range(1, 5):
        habits = Habits(
            title=f"{year}年第{quarter}季度会计科目余额表",
            has_unit_row=True,
            header_choice=1 if quarter == 2 else 0,
            thousands_every=2 if quarter % 2 else 0,
            nil_text=DASH if quarter == 3 else None,
            nil_columns=("opening_yuan", "debit_yuan", "credit_yuan"),
        )
        path = f"ledger_balances/{year}/会计科目余额表{year}Q{quarter}.csv"
        received_at = beijing(year + quarter // 4, quarter * 3 % 12 + 1, 15, 11, 10 + quarter)
        sheet = Sheet("ledger_balances", rows(world, year, quarter), habits)
        yield HandedFile(path, f"{year}Q{quarter}", received_at, [sheet])


@dataclass(frozen=True)
class Account:
    """An account and what it holds at the end of a day, in fen; ``turnover`` is what leaves its side in a month."""

    code: str
    name: str
    side: str
    at: Callable[[date], int]
    left: Callable[[date], int] = lambda month: 0
    is_blank: bool = False


def rows(world: World, year: int, quarter: int) -> list[Row]:
    """The balances of the three months of a quarter."""
    accounts = _accounts(world, year)
    return [
        _row(account, date(year, month, 1)) for month in range(3 * quarter - 2, 3 * quarter + 1) for account in accounts
    ]


def _row(account: Account, month: date) -> Row:
    before, day = month - timedelta(days=1), _month_end(month)
    opening, closing, left = account.at(before), account.at(day), account.left(month)
    came = closing - opening + left
    if came < 0:
        came, left = 0, left - came
    debit, credit = (came, left) if account.side == DEBIT else (left, came)
    is_noted = account.code == "1701" and (month.year, month.month) == (2023, 12)
    amounts = [None if account.is_blank else yuan(fen) for fen in (opening, debit, credit)]
    return {
        "account_code": account.code,
        "account_name": account.name,
        "month": month,
        "balance_side": account.side,
        "opening_yuan": amounts[0],
        "debit_yuan": amounts[1],
        "credit_yuan": amounts[2],
        "closing_yuan": yuan(closing),
        "change_note": SOFTWARE_NOTE if is_noted else None,
    }


def _month_end(month: date) -> date:
    return date(month.year, month.month, monthrange(month.year, month.month)[1])


def _accounts(world: World, year: int) -> list[Account]:
    """The 34 accounts of the table."""
    of_class = {c: [card for card in world.assets if card.asset_class == c] for *_, c in CLASS_ACCOUNTS}
    software = [card for card in world.assets if card.asset_class == INTANGIBLE]
    fixed = [card for cards in of_class.values() for card in cards]
    income = [one for y in YEARS for one in world.income(y)]

    def due(day: date) -> int:
        return sum(one.amount_fen for one in income if one.received_on <= day < one.remitted_on)

    funds = _carried_over(world, year)
    carried = {name: funds(name) for name in (BASIC, PROJECT, ENDED)}
    everything = _sum(*carried.values())

    def net_assets(day: date) -> int:
        tangible = _original(fixed)(day) - _depreciation(fixed)(day)
        return everything(day) + tangible + _original(software)(day) - _depreciation(software)(day)

    accounts = [
        Account("1002", "银行存款", DEBIT, due),
        Account("1201", "财政应返还额度", DEBIT, everything),
        Account("1601", "固定资产", DEBIT, _original(fixed), _original_left(fixed)),
    ]
    accounts += [
        Account(f"1601{n}", f"固定资产-{name}", DEBIT, _original(of_class[c]), _original_left(of_class[c]))
        for n, name, c in CLASS_ACCOUNTS
    ]
    accounts.append(Account("1602", "固定资产累计折旧", CREDIT, _depreciation(fixed), _depreciation_left(fixed)))
    accounts += [
        Account(
            f"1602{n}", f"固定资产累计折旧-{name}", CREDIT, _depreciation(of_class[c]), _depreciation_left(of_class[c]),
            is_blank=c in (RELICS, BOOKS),
        )
        for n, name, c in CLASS_ACCOUNTS
    ]  # fmt: skip
    return [
        *accounts,
        Account("1613", "在建工程", DEBIT, lambda day: 0),
        Account("1701", "无形资产", DEBIT, _original(software), _original_left(software)),
        Account("1702", "无形资产累计摊销", CREDIT, _depreciation(software), _depreciation_left(software)),
        Account("2103", "应缴财政款", CREDIT, due),
        Account("3001", "累计盈余", CREDIT, net_assets),
        *_of_the_year(world, year, _not_in_spending(year, fixed, software)),
        Account("8001", "资金结存", DEBIT, everything, _paid_and_returned(world, year)),
        Account("8101", "财政拨款结转", CREDIT, _sum(carried[BASIC], carried[PROJECT])),
        Account("810101", "财政拨款结转-基本支出结转", CREDIT, carried[BASIC]),
        Account("810102", "财政拨款结转-项目支出结转", CREDIT, carried[PROJECT]),
        Account("8102", "财政拨款结余", CREDIT, carried[ENDED]),
    ]


def _not_in_spending(year: int, *groups: list[Card]) -> Callable[[date], int]:
    """What expenses have beyond spending from January to the month of a day: depreciation charged, less assets bought."""

    def of_month(cards: list[Card], month: date) -> int:
        before, day = month - timedelta(days=1), _month_end(month)
        charged, bought = (
            total(cards)(day) - total(cards)(before) + left(cards)(month)
            for total, left in ((_depreciation, _depreciation_left), (_original, _original_left))
        )
        return charged - bought

    by_month = [sum(of_month(cards, date(year, month, 1)) for cards in groups) for month in range(1, 13)]
    return lambda day: sum(by_month[: day.month])


def _of_the_year(world: World, year: int, beyond: Callable[[date], int]) -> list[Account]:
    """Appropriations received, spending and expenses of the year: they grow month by month and are carried over when the books close.

    What the treasury pays is income on the day; what may be used next year is income in December.
    """
    ends = date(year, 12, 31)
    kinds = {BASIC: True, PROJECT: False}

    def spent(name: str) -> Callable[[date], int]:
        mine = [
            voucher
            for voucher in world.vouchers(year)
            if voucher.counts_in(year) and voucher.allocation.line.project.is_basic == kinds[name]
        ]
        return lambda day: sum(voucher.amount_fen for voucher in mine if voucher.cleared_on <= day)

    def kept(name: str) -> int:
        mine = [b for b in world.balances(year) if b.fund == FISCAL_FUND and b.spending_kind == name]
        returned = sum(b.withdrawn_fen or 0 for b in mine if b.kind == ENDED)
        return sum((b.closing_fen or 0) - (b.opening_fen or 0) for b in mine) + returned

    def received(name: str) -> Callable[[date], int]:
        paid, rest = spent(name), kept(name)
        return lambda day: paid(day) + (rest if day == ends else 0)

    def open_until_closed(total: Callable[[date], int]) -> tuple[Callable[[date], int], Callable[[date], int]]:
        return (
            lambda day: total(day) if day.year == year and day < ends else 0,
            lambda month: total(ends) if month.month == ends.month else 0,
        )

    revenue = _sum(received(BASIC), received(PROJECT))
    expenses = _sum(spent(BASIC), spent(PROJECT), beyond)
    accounts = [
        Account("4001", "财政拨款收入", CREDIT, *open_until_closed(revenue)),
        Account("5001", "业务活动费用", DEBIT, *open_until_closed(expenses)),
    ]
    for code, name, side, of in (
        ("6001", "财政拨款预算收入", CREDIT, received), ("7101", "行政支出", DEBIT, spent),
    ):  # fmt: skip
        parts = {f"{code}{n}": (f"{name}-{kind}", of(kind)) for n, kind in (("01", BASIC), ("02", PROJECT))}
        whole = _sum(*(total for _, total in parts.values()))
        accounts.append(Account(code, name, side, *open_until_closed(whole)))
        accounts += [Account(one, called, side, *open_until_closed(total)) for one, (called, total) in parts.items()]
    return accounts


def _paid_and_returned(world: World, year: int) -> Callable[[date], int]:
    """What leaves the funds in a month: payments, and in December the surplus that goes back to the treasury."""
    paid: Counter[int] = Counter()
    for voucher in world.vouchers(year):
        if voucher.counts_in(year):
            paid[voucher.cleared_on.month] += voucher.amount_fen
    paid[12] += sum(b.withdrawn_fen or 0 for b in world.balances(year) if b.fund == FISCAL_FUND and b.kind == ENDED)
    return lambda month: paid[month.month]


def _sum(*parts: Callable[[date], int]) -> Callable[[date], int]:
    return lambda day: sum(part(day) for part in parts)


def _original(cards: list[Card]) -> Callable[[date], int]:
    return lambda day: sum(card.original_fen for card in cards if card.is_in_books(day))


def _depreciation(cards: list[Card]) -> Callable[[date], int]:
    return lambda day: sum(card.depreciation_fen(day) for card in cards if card.is_in_books(day))


def _written_off(cards: list[Card], month: date) -> list[Card]:
    return [card for card in cards if card.written_off_on is not None and card.written_off_on.replace(day=1) == month]


def _original_left(cards: list[Card]) -> Callable[[date], int]:
    return lambda month: sum(card.original_fen for card in _written_off(cards, month))


def _depreciation_left(cards: list[Card]) -> Callable[[date], int]:
    before = timedelta(days=1)
    return lambda month: sum(card.depreciation_fen(month - before) for card in _written_off(cards, month))


def _carried_over(world: World, year: int) -> Callable[[str], Callable[[date], int]]:
    """The fiscal balances carried over: those of the opening until the books are closed in December."""

    def of(name: str) -> Callable[[date], int]:
        opening = closing = 0
        for balance in world.balances(year):
            if balance.fund != FISCAL_FUND:
                continue
            if (balance.kind == ENDED and name == ENDED) or (
                balance.kind == CONTINUED and name == balance.spending_kind
            ):
                opening += balance.opening_fen or 0
                closing += balance.closing_fen or 0
        return lambda day: closing if day == date(year, 12, 31) else opening

    return of
