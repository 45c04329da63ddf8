"""One invented office from a seed and a scale: everything that is true about it, made when it is first asked for."""

from __future__ import annotations

import random
from functools import cached_property

from simulation.world import chance
from simulation.world.asset_cards import Card, make_cards
from simulation.world.asset_income import Income, income_of
from simulation.world.budget import YearBudget, make_budget
from simulation.world.calendar import YEARS
from simulation.world.carry_over import Balance, balances_of
from simulation.world.deputies import Register, make_register
from simulation.world.meetings import Meeting, make_meetings
from simulation.world.payments import Voucher, make_payments, numbered
from simulation.world.procurement.every_year import Procurement, make_procurement
from simulation.world.stations import Assignment, Station, make_assignments, make_stations
from simulation.world.targets import YearTargets, targets_of
from simulation.world.within_allocations import keep_within

MOST_DRAWS = 5
"""How often vouchers of a year are drawn anew where allocations cannot pay them."""


class World:
    """What is true. Each part and year draws from a random stream of its own, so that one does not move the others.

    ``scale`` says how many times the events (vouchers, suggestions, opinions, cases); money totals stay.
    """

    def __init__(self, seed: int, scale: int = 1) -> None:
        self.seed = seed
        self.scale = scale
        self._money: dict[int, tuple[YearBudget, list[Voucher]]] = {}
        self._balances: dict[int, list[Balance]] = {}
        self._meetings: dict[int, list[Meeting]] = {}

    def stream(self, *names: object) -> random.Random:
        """The random stream of a part of this world."""
        return chance.stream(self.seed, *names)

    @cached_property
    def deputies(self) -> Register:
        """All deputies and mandates."""
        return make_register(self.stream("deputies"))

    @cached_property
    def stations(self) -> list[Station]:
        """All liaison stations."""
        return make_stations(self.stream("liaison_stations"))

    @cached_property
    def assignments(self) -> list[Assignment]:
        """All assignments of deputies to stations."""
        return make_assignments(self.stations, self.deputies, self.stream("deputy_station_assignments"))

    @cached_property
    def assets(self) -> list[Card]:
        """The cards of all assets of the two years, in the order of their numbers."""
        return make_cards(self.stream("asset_cards"))

    def income(self, year: int) -> list[Income]:
        """The income from assets of a year."""
        return income_of(self.assets, year)

    @cached_property
    def procurement(self) -> Procurement:
        """Procurements, intentions and contracts of all years, whichever years are written."""
        return make_procurement(self.seed, {year: self.vouchers(year) for year in YEARS})

    def targets(self, year: int) -> YearTargets:
        """What a year must add up to."""
        return targets_of(year, self.stream("targets", year))

    def budget(self, year: int) -> YearBudget:
        """The allocations of a year."""
        return self._budget_and_vouchers(year)[0]

    def vouchers(self, year: int) -> list[Voucher]:
        """The vouchers of a year; those of 2023 refund some of 2022, whichever years are written."""
        return self._budget_and_vouchers(year)[1]

    def _budget_and_vouchers(self, year: int) -> tuple[YearBudget, list[Voucher]]:
        if year not in self._money:
            before = self.vouchers(year - 1) if year - 1 in YEARS else []
            drafted = make_budget(year, self.targets(year), self.stream("budget_allocations", year))
            self._money[year] = self._paid_within(drafted, before)
        return self._money[year]

    def _paid_within(
        self, drafted: YearBudget, before: list[Voucher], attempt: int = 0
    ) -> tuple[YearBudget, list[Voucher]]:
        """Draw vouchers until the allocations can pay them; the first draw nearly always does."""
        stream = self.stream("payments", drafted.year, *([attempt] if attempt else []))
        vouchers = make_payments(drafted, self.targets(drafted.year), before, self.scale, stream)
        try:
            return keep_within(drafted, vouchers), numbered(vouchers)
        except ValueError:
            if attempt == MOST_DRAWS - 1:
                raise
            return self._paid_within(drafted, before, attempt + 1)

    def balances(self, year: int) -> list[Balance]:
        """The balances carried over into a year and out of it."""
        if year not in self._balances:
            budgets = {each: self.budget(each) for each in YEARS}
            self._balances[year] = balances_of(year, budgets, self.vouchers(year))
        return self._balances[year]

    def meetings(self, year: int) -> list[Meeting]:
        """The meetings of a year by first day."""
        if year not in self._meetings:
            self._meetings[year] = make_meetings(year)
        return self._meetings[year]
