"""One department of many as the modules of `simulation.ledgers` know an office: the same names, its own truth."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from simulation.departments.members import Member, lucky
from simulation.departments.money import Money
from simulation.departments.property import cards_of, income
from simulation.departments.purchases import Purchases
from simulation.world.asset_cards import Card
from simulation.world.asset_income import Income
from simulation.world.budget import YearBudget
from simulation.world.carry_over import Balance
from simulation.world.payments import Voucher
from simulation.world.world import World


class DepartmentWorld(World):
    """A department's own truth; ``money`` holds that of its units as well where it reports them as a whole.

    ``agencies`` are the names of budget units by the serial in their project codes.
    """

    def __init__(
        self, seed: int, member: Member, money: Money, purchases: Purchases, agencies: Mapping[int, str]
    ) -> None:
        super().__init__(seed)
        self.member = member
        self.money = money
        self.purchases = purchases
        self.agencies = agencies

    @cached_property
    def assets(self) -> list[Card]:
        """The cards of its own assets."""
        return cards_of(self.member, self.money.staff, self.stream("cards", self.member.code))

    def income(self, year: int) -> list[Income]:
        """What its assets brought."""
        return income(year, late=not lucky(self.member, self.stream("income", self.member.code)))

    def budget(self, year: int) -> YearBudget:
        """Its allocations."""
        return self.money.budget

    def vouchers(self, year: int) -> list[Voucher]:
        """Its vouchers."""
        return list(self.money.vouchers)

    def balances(self, year: int) -> list[Balance]:
        """What it brought along and keeps."""
        return self.money.balances

    def agency_of(self, project_serial: int) -> str:
        """The budget unit whose project it is."""
        return self.agencies[project_serial // 100]
