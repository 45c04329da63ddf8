"""Stock-takes, disposals and income of the office's assets."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from simulation.allocate import pick, yuan
from simulation.asset_cards import Card, cards_of, found_uncarded, gone_in, registered
from simulation.asset_kinds import LEASED_BUILDING
from simulation.handed_in import Row

FULL, SPOT = "全面盘点", "抽查盘点"
AGREES, FOUND, LOST, DAMAGED, WRONG_TEXT = "账实相符", "盘盈", "盘亏", "毁损", "信息不符"
SPOT_CHECKED = 40
LEFT_BRACKET, RIGHT_BRACKET = "\u3014", "\u3015"


def base_day(year: int) -> date:
    """The day the full stock-take of a year refers to."""
    return date(year, 10, 31)


def inventory_rows(seed: int, year: int, rng: random.Random) -> list[Row]:
    """A spot check in June without a report, and the full stock-take of November with one."""
    spot_day, base_on = date(year, 6, 15), base_day(year)
    cards = registered(seed, spot_day)
    rows = [
        _line(f"PD{year}-C{n:04d}", f"PD{year}-01", SPOT, spot_day, None, card, spot_day + timedelta(days=1), AGREES)
        for n, card in enumerate(rng.sample(cards, SPOT_CHECKED), start=1)
    ]
    reported_on = date(year, 12, 8)
    cards = registered(seed, base_on)
    usual = [n for n, card in enumerate(cards) if card.missing_in != year]
    wrong_text = set(rng.sample(usual, 6))
    damaged = {pick(rng, usual)} - wrong_text
    uncounted = sorted(set(usual) - wrong_text - damaged)[17:19] if year == 2022 else []
    for n, card in enumerate(cards):
        if uncounted and n == uncounted[0]:
            continue
        result = (
            LOST if card.missing_in == year else WRONG_TEXT if n in wrong_text else DAMAGED if n in damaged else AGREES
        )
        counted_on: date | None = base_on + timedelta(days=1 + n * 23 // len(cards))
        if uncounted and n == uncounted[1]:
            counted_on, result = None, ""
        handled_on, handling = _handled(year, result)
        rows.append(
            _line(
                f"PD{year}-{n + 1:05d}", f"PD{year}-02", FULL, base_on, reported_on, card, counted_on, result or None,
                handled_on, handling,
            )
        )  # fmt: skip
    found = found_uncarded(seed, year)
    line = _line(
        f"PD{year}-{len(cards) + 1:05d}", f"PD{year}-02", FULL, base_on, reported_on, None, base_on + timedelta(days=9),
        FOUND, found.booked_on, "按名义金额入账",
    )  # fmt: skip
    return [*rows, line]


def _handled(year: int, result: str) -> tuple[date | None, str | None]:
    if result == LOST:
        return (date(2023, 12, 18), "报损核销") if year == 2023 else (None, None)
    if result in (WRONG_TEXT, DAMAGED):
        return date(year, 12, 13), "已更正卡片" if result == WRONG_TEXT else "已报修"
    return None, None


def _line(
    number: str, stock_take: str, kind: str, base_on: date, reported_on: date | None, card: Card | None,
    counted_on: date | None, result: str | None, handled_on: date | None = None, handling: str | None = None,
) -> Row:  # fmt: skip
    return {
        "line_no": number,
        "stock_take_no": stock_take,
        "stock_take_kind": kind,
        "base_on": base_on,
        "reported_on": reported_on,
        "card_no": card.number if card else None,
        "asset_name": card.name if card else "会议椅",
        "counted_on": counted_on,
        "result": result,
        "handled_on": handled_on,
        "handling": handling,
    }


def disposal_rows(seed: int, year: int, rng: random.Random) -> list[Row]:
    """The disposals of a year. In 2022 one came before its approval, and one was not booked by the end of the year."""
    rows: list[Row] = []
    for n, card in enumerate(gone_in(seed, year), start=1):
        assert card.disposed_on is not None and card.written_off_on is not None
        approved_on = card.disposed_on - timedelta(days=rng.randrange(1, 40))
        is_first, is_irregular = n == 1, year == 2022 and n == 5
        if is_first:
            approved_on = card.disposed_on
        if is_irregular:
            approved_on = card.disposed_on + timedelta(days=12)
        is_booked = card.written_off_on.year == year
        method = "报损" if card.missing_in == year else "无偿划转" if n % 9 == 4 else "报废"
        sold = method == "报废" and n % 20 == 7
        before = card.written_off_on.replace(day=1) - timedelta(days=1)
        rows.append(
            {
                "disposal_no": f"CZ{year}-{n:03d}",
                "card_no": card.number,
                "asset_name": card.name,
                "disposal_method": method,
                "acquired_on": card.acquired_on,
                "original_value_yuan": yuan(card.original_fen),
                "depreciation_yuan": yuan(card.depreciation_fen(before)),
                "approved_on": approved_on,
                "approval_no": f"穗人办资{LEFT_BRACKET}{year}{RIGHT_BRACKET}{10 + n // 6}号",
                "disposed_on": card.disposed_on,
                "booked_on": card.written_off_on if is_booked else None,
                "proceeds_yuan": yuan(15_000 + rng.randrange(9_000)) if sold else yuan(0) if n % 3 == 0 else None,
                "confirmed_on": date(2022, 12, 15) if is_irregular else None,
            }
        )
    return rows


@dataclass(frozen=True)
class Income:
    """One receipt of income; money in fen."""

    kind: str
    card_no: str | None
    amount_fen: int
    received_on: date
    remitted_on: date


def income_of(seed: int, year: int) -> list[Income]:
    """The income of a year.

    2023: rent of September was remitted on working day 10 counted over the holidays of October, that of December after
    the New Year. 2022: the rent of September was remitted on working day 11.
    """
    annex = next(card.number for card in cards_of(seed) if card.name == LEASED_BUILDING)
    rents = {
        2022: (((3, 22), (4, 1)), ((6, 21), (6, 30)), ((9, 22), (10, 12)), ((12, 21), (12, 29))),
        2023: (((3, 21), (3, 30)), ((6, 20), (7, 3)), ((9, 25), (10, 13)), ((12, 22), (13, 5))),
    }[year]
    rent_fen = 11_250_000 if year == 2023 else 10_800_000
    income = [
        Income("出租出借收入", annex, rent_fen, date(year, *got), date(year + sent[0] // 13, (sent[0] - 1) % 12 + 1, sent[1]))
        for got, sent in rents
    ]  # fmt: skip
    income += [
        Income("处置收入", None, 238_650, date(year, 8, 11), date(year, 8, 18)),
        Income("处置收入", None, 96_020, date(year, 11, 14), date(year, 11, 24)),
    ]
    if year == 2023:
        income += [
            Income("处置收入", None, 41_500, date(2023, 4, 18), date(2023, 4, 27)),
            Income("其他收入", None, 8_000, date(2023, 6, 9), date(2023, 6, 9)),
        ]
    return sorted(income, key=lambda one: one.received_on)


def income_rows(seed: int, year: int) -> list[Row]:
    """The rows of the income ledger."""
    return [
        {
            "income_no": f"SY{year}-{n:02d}",
            "income_kind": one.kind,
            "card_no": one.card_no,
            "amount_yuan": yuan(one.amount_fen),
            "received_on": one.received_on,
            "remitted_on": one.remitted_on,
            "remittance_no": f"4401{year}{one.remitted_on:%m%d}{n:04d}",
        }
        for n, one in enumerate(income_of(seed, year), start=1)
    ]
