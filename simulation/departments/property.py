"""What a department owns: the cards of its assets, what it sold, what it received and counted."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from simulation.departments.members import Member
from simulation.departments.money import YEAR
from simulation.ledgers.assets.asset_inventories import AGREES, FULL
from simulation.world.asset_cards import IDLE, IN_USE, Card, registered
from simulation.world.asset_income import Income
from simulation.world.asset_kinds import BUILDINGS, DESKTOP, KINDS, OFFICE_SPACE, Kind
from simulation.world.chance import pick
from simulation.world.values import Row

OWNED = (DESKTOP, "打印机", "空调机", "办公桌", "办公椅", "文件柜", "网络设备")
PER_HEAD = {DESKTOP: 0.8, "打印机": 0.2, "空调机": 0.3, "办公桌": 0.9, "办公椅": 0.9, "文件柜": 0.5, "网络设备": 0.1}
AREA_PER_HEAD_SQM = 11
BUILT = date(2008, 6, 18)
YUAN_PER_SQM = 6_500
BOUGHT = 2
SOLD_FEN = 12_000
COUNTED_AFTER = date(YEAR, 10, 31)


def cards_of(member: Member, staff: int, rng: random.Random) -> list[Card]:
    """The cards of a department: a building, what its people use, what was bought and what was sold in the year."""
    area = staff * AREA_PER_HEAD_SQM
    cards = [
        Card(
            OFFICE_SPACE, f"{member.name}办公楼", BUILDINGS, ("1010201", "A01010100"), None, area * YUAN_PER_SQM * 100,
            50, BUILT, BUILT, "自建", str(area), "办公室", states={YEAR: IN_USE},
        )
    ]  # fmt: skip
    by_name = {kind.name: kind for kind in KINDS}
    idle_share = 0.25 * (1 - member.discipline)
    for name in OWNED:
        for _ in range(max(2, int(staff * PER_HEAD[name]))):
            cards.append(_card(by_name[name], date(2018, 3, 1), 1_500, rng, idle_share))
    cards += [_card(by_name["文件柜"], date(YEAR, 3, 1), 150, rng, 0.0) for _ in range(BOUGHT)]
    sold = next(card for card in cards if card.kind_name == "打印机")
    sold.acquired_on = sold.booked_on = date(2014, 5, 12)
    sold.disposed_on, sold.written_off_on = date(YEAR, 8, 9), date(YEAR, 8, 16)
    cards.sort(key=lambda card: card.booked_on)
    for n, card in enumerate(cards, start=1):
        card.number = f"ZC{card.booked_on.year}{member.serial:03d}{n:03d}"
    return cards


def _card(kind: Kind, first: date, days: int, rng: random.Random, idle_share: float) -> Card:
    day = first + timedelta(days=rng.randrange(days))
    low, high = kind.price_yuan
    state = IDLE if rng.random() < idle_share else IN_USE
    return Card(
        kind.name, kind.name, kind.asset_class, kind.codes, pick(rng, kind.models), rng.randrange(low, high) * 100,
        kind.life_years, day, day, department="办公室", place=f"{rng.randrange(2, 7)}层{rng.randrange(1, 20):02d}室",
        states={YEAR: state},
    )  # fmt: skip


def income(year: int, late: bool) -> list[Income]:
    """What the sold things brought, remitted in time or a month later."""
    if year != YEAR:
        return []
    got = date(YEAR, 8, 16)
    return [Income("处置收入", None, SOLD_FEN, got, got + timedelta(days=33 if late else 6))]


def stock_take(member: Member, cards: list[Card]) -> list[Row]:
    """The full stock-take of November: every card agrees."""
    counted = registered(cards, COUNTED_AFTER)
    return [
        {
            "line_no": f"PD{member.code}-{YEAR}-{n:05d}",
            "stock_take_no": f"PD{member.code}-{YEAR}",
            "stock_take_kind": FULL,
            "base_on": COUNTED_AFTER,
            "reported_on": date(YEAR, 12, 8),
            "card_no": card.number,
            "asset_name": card.name,
            "counted_on": COUNTED_AFTER + timedelta(days=1 + n * 20 // len(counted)),
            "result": AGREES,
            "handled_on": None,
            "handling": None,
        }
        for n, card in enumerate(counted, start=1)
    ]


def staff_rows(staff: int) -> list[Row]:
    """Posts and staff at the end of each quarter."""
    return [
        {"month": date(YEAR, 3 * quarter, 1), "post_kind": kind, "posts": posts, "staff": int(posts * Decimal("0.95"))}
        for quarter in range(1, 5)
        for kind, posts in (("行政编制", staff), ("后勤服务人员", max(1, staff // 10)))
    ]
