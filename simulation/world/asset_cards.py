"""The cards of all assets the office has or had: value, depreciation, state, and when each left the register."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from simulation.world.asset_kinds import (
    BUILDING_CARDS,
    BUILDING_LIFE_YEARS,
    BUILDINGS,
    DESKTOP,
    IDLE_BUILDING,
    INTANGIBLE,
    KINDS,
    LAPTOP,
    LEASED_BUILDING,
    Kind,
)
from simulation.world.chance import pick
from simulation.world.organisation import COMMITTEES, DIVISIONS

IN_USE, LEASED, IDLE, TO_DISPOSE = "1", "2", "3", "4"
NOMINAL_FEN = 100
LAST_WORKING_DAY = (12, 28)
OLDEST_MINIMUM_YEARS = 20
"""The longest minimum life of furniture by the standards."""
USERS = 262
DEPARTMENTS = ("办公厅", "研究室", *DIVISIONS, *(f"{name}工作委员会" for name in COMMITTEES), "代表工作委员会")
FLOORS = ("主楼2层", "主楼3层", "主楼4层", "主楼5层", "东附楼2层", "东附楼3层", "会议中心1层")


@dataclass(eq=False)
class Card:
    """An asset; ``states`` are by year. ``disposed_on`` takes it off the register, ``written_off_on`` off the books.

    ``missing_in`` is the year whose stock-take did not find it.
    """

    kind_name: str
    name: str
    asset_class: str
    codes: tuple[str, str]
    model: str | None
    original_fen: int
    life_years: int | None
    acquired_on: date
    booked_on: date
    method: str = "新购"
    area_sqm: str | None = None
    department: str | None = None
    person: str | None = None
    place: str | None = None
    states: dict[int, str] = field(default_factory=dict)
    number: str = ""
    replaces: Card | None = None
    disposed_on: date | None = None
    written_off_on: date | None = None
    missing_in: int | None = None

    @property
    def is_nominal(self) -> bool:
        """Whether it stands in the books at 1 yuan because nobody knows its value."""
        return self.original_fen == NOMINAL_FEN

    def depreciation_fen(self, day: date) -> int:
        """Accumulated depreciation at the end of the month of ``day``; taken from the month it was booked in."""
        if self.life_years is None or self.is_nominal:
            return 0
        months = (day.year - self.booked_on.year) * 12 + day.month - self.booked_on.month + 1
        return min(self.original_fen, max(0, self.original_fen * months // (self.life_years * 12)))

    def is_registered(self, day: date) -> bool:
        """Whether it stands in the register at the end of a day."""
        return self.booked_on <= day and (self.disposed_on is None or self.disposed_on > day)

    def is_in_books(self, day: date) -> bool:
        """Whether it stands in the books at the end of a day: until the disposal is booked."""
        return self.booked_on <= day and (self.written_off_on is None or self.written_off_on > day)


def make_cards(rng: random.Random) -> list[Card]:
    """All cards of the two years, in the order of their numbers."""
    cards = [_building(*building) for building in BUILDING_CARDS]
    for kind in KINDS:
        cards += _cards_of_kind(kind, rng)
    _special_cases(cards)
    for card in cards:
        _place(card, rng)
    serials: dict[int, int] = defaultdict(int)
    cards.sort(key=lambda card: card.booked_on)
    for card in cards:
        serials[card.booked_on.year] += 1
        card.number = f"ZC{card.booked_on.year}{serials[card.booked_on.year]:06d}"
    return cards


def _building(name: str, kind: str, codes: str, fen: int, area: str, month: tuple[int, int]) -> Card:
    old, new = codes.split()
    acquired_on = date(*month, 18)
    state = {LEASED_BUILDING: LEASED, IDLE_BUILDING: IDLE}.get(name, IN_USE)
    return Card(
        kind, name, BUILDINGS, (old, new), None, fen, BUILDING_LIFE_YEARS, acquired_on, acquired_on, "自建", area,
        states={2022: state, 2023: state},
    )  # fmt: skip


def _cards_of_kind(kind: Kind, rng: random.Random) -> list[Card]:
    kept, bought_2022, bought_2023, gone_2022, gone_2023 = kind.counts
    # What goes is older than its minimum life; what stays is not much older than it.
    life = kind.life_years or 20
    cards = [_bought(kind, rng, date(2022 - life, 1, 5), date(2021, 12, 5)) for _ in range(kept)]
    old_from = 2022 - (life + (8 if life > 10 else 5))
    gone = [_bought(kind, rng, date(old_from, 1, 5), date(old_from + 3, 12, 5)) for _ in range(gone_2022 + gone_2023)]
    for n, card in enumerate(gone):
        year = 2022 if n < gone_2022 else 2023
        card.disposed_on = date(year, 5, 8) + timedelta(days=rng.randrange(200))
        card.written_off_on = min(
            card.disposed_on + timedelta(days=3 + rng.randrange(22)), date(year, *LAST_WORKING_DAY)
        )
    new_2022 = [_bought(kind, rng, date(2022, 2, 8), date(2022, 12, 5)) for _ in range(bought_2022)]
    new_2023 = [_bought(kind, rng, date(2023, 2, 8), date(2023, 12, 5)) for _ in range(bought_2023)]
    for fresh, replaced in ((new_2022, gone[:gone_2022]), (new_2023, gone[gone_2022:])):
        for card, predecessor in zip(fresh, replaced, strict=False):
            card.replaces = predecessor
            _make_old_enough(predecessor, card.acquired_on, OLDEST_MINIMUM_YEARS if life > 10 else life)
    return cards + gone + new_2022 + new_2023


def _make_old_enough(card: Card, replaced_on: date, years: int) -> None:
    """Move a card that is replaced to the last day on which it may have been bought, where it was bought later."""
    latest = replaced_on.replace(year=replaced_on.year - years, day=min(replaced_on.day, 28))
    later = max(card.acquired_on - latest, timedelta())
    card.acquired_on, card.booked_on = card.acquired_on - later, card.booked_on - later


def _bought(kind: Kind, rng: random.Random, first: date, last: date) -> Card:
    acquired_on = first + timedelta(days=rng.randrange((last - first).days + 1))
    booked_on = min(acquired_on + timedelta(days=rng.randrange(21)), date(acquired_on.year, *LAST_WORKING_DAY))
    low, high = kind.price_yuan
    fen = rng.randrange(low, high) * 100 + rng.choice((0, 0, 0, 50, 80))
    draw = rng.random()
    before = IDLE if draw < 0.06 else TO_DISPOSE if draw < 0.09 else IN_USE
    after = IDLE if draw < 0.02 else TO_DISPOSE if draw < 0.035 else IN_USE
    return Card(
        kind.name, kind.name, kind.asset_class, kind.codes, pick(rng, kind.models), fen, kind.life_years,
        acquired_on, max(booked_on, acquired_on), states={2022: before, 2023: after},
    )  # fmt: skip


def _place(card: Card, rng: random.Random) -> None:
    """Who uses it and where; buildings and software have no place, and only small things have a person."""
    card.department = pick(rng, DEPARTMENTS)
    if card.asset_class in (BUILDINGS, INTANGIBLE):
        card.department = "行政处" if card.asset_class == BUILDINGS else "信息中心"
        return
    card.place = f"{pick(rng, FLOORS)}{rng.randrange(1, 33):02d}室"
    if card.kind_name in (DESKTOP, LAPTOP, "办公桌", "办公椅"):
        card.person = f"员工{rng.randrange(1, USERS + 1):04d}"


def _special_cases(cards: list[Card]) -> None:
    """The cards at the bounds of the rules, and those that are in the books at 1 yuan."""
    of_kind: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        of_kind[card.kind_name].append(card)
    for card in of_kind["陈列品"][:6]:
        card.original_fen, card.method = NOMINAL_FEN, "接受捐赠"
    desktops = {year: [c for c in of_kind[DESKTOP] if c.acquired_on.year == year] for year in (2022, 2023)}
    desktops[2022][-1].original_fen, desktops[2023][-1].original_fen = 500_001, 500_000
    laptops = {year: [c for c in of_kind[LAPTOP] if c.replaces and c.acquired_on.year == year] for year in (2022, 2023)}
    early, in_time = laptops[2022][0], laptops[2023][0]
    for card, replaced_on, years in ((early, date(2022, 6, 14), 4), (in_time, date(2023, 5, 10), 6)):
        card.acquired_on = card.booked_on = replaced_on
        assert card.replaces is not None
        card.replaces.acquired_on = card.replaces.booked_on = replaced_on.replace(year=replaced_on.year - years)
        card.replaces.disposed_on = replaced_on + timedelta(days=43)
        card.replaces.written_off_on = replaced_on + timedelta(days=57)
    for year, day in ((2022, 9), (2023, 12)):
        found = next(c for c in of_kind["会议椅"] if c.acquired_on.year == year)
        found.original_fen, found.method, found.name = NOMINAL_FEN, "盘盈", "会议椅(盘盈)"
        found.acquired_on = found.booked_on = date(year, 12, day)
    # Nobody handled the projector that was missing in 2022; the chair that was missing in 2023 was struck off.
    next(c for c in of_kind["投影仪"] if not c.disposed_on and c.acquired_on.year < 2022).missing_in = 2022
    chair = next(c for c in of_kind["办公椅"] if c.disposed_on and c.disposed_on.year == 2023)
    chair.missing_in, chair.disposed_on, chair.written_off_on = 2023, date(2023, 12, 18), date(2023, 12, 22)
    unbooked = next(c for c in of_kind[DESKTOP] if c.disposed_on and c.disposed_on.year == 2022)
    unbooked.disposed_on, unbooked.written_off_on = date(2022, 12, 16), date(2023, 1, 18)
    # Books grew by more than a fifth in 2022, software in 2023.
    for card in of_kind["图书"]:
        if card.acquired_on.year == 2022:
            card.original_fen = max(card.original_fen, 1_100_000)
    for card in of_kind["应用软件"]:
        if card.acquired_on.year == 2023:
            card.original_fen = max(card.original_fen, 24_000_000)


def found_uncarded(cards: Sequence[Card], year: int) -> Card:
    """The thing that the stock-take of a year found without a card."""
    return next(c for c in cards if c.method == "盘盈" and c.booked_on.year == year)


def gone_in(cards: Sequence[Card], year: int) -> list[Card]:
    """The cards that left the register in a year, in the order in which they left."""
    gone = [c for c in cards if c.disposed_on is not None and c.disposed_on.year == year]
    return sorted(gone, key=lambda card: (card.disposed_on, card.number))


def registered(cards: Sequence[Card], day: date) -> list[Card]:
    """The cards in the register at the end of a day."""
    return [card for card in cards if card.is_registered(day)]
