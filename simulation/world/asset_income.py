"""Income from assets: rents and what disposals brought, and when it was remitted to the treasury."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from simulation.world.asset_cards import Card
from simulation.world.asset_kinds import LEASED_BUILDING


@dataclass(frozen=True)
class Income:
    """One receipt of income; money in fen."""

    kind: str
    card_no: str | None
    amount_fen: int
    received_on: date
    remitted_on: date


def income_of(cards: Sequence[Card], year: int) -> list[Income]:
    """The income of a year.

    2023: rent of September was remitted on working day 10 counted over the holidays of October, that of December after
    the New Year. 2022: the rent of September was remitted on working day 11.
    """
    annex = next(card.number for card in cards if card.name == LEASED_BUILDING)
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
