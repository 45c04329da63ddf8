"""The money of a project in a year as plain numbers: budget, payments by month, how lumpy they are, what its division expects."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

Months = npt.NDArray[np.float64]
"""Twelve numbers, January first."""
MONTHS = 12
LEAST_SHARE = 1e-3
"""A share of a year's spending below which spending says nothing."""
Key = tuple[str, int, str]
"""Department, fiscal year, project."""


@dataclass(frozen=True)
class Expected:
    """What a division expects to be spent from a quarter's first month to another's last, in yuan."""

    made_in: int
    first_month: int
    last_month: int
    yuan: float


@dataclass(frozen=True)
class ProjectYear:
    """A project in a year; money in yuan.

    ``paid`` and ``squares`` hold the payments of each month and the sum of their squares, zero in months not known;
    ``known_months`` says up to which month everything was handed in. ``budget`` is what was known of it,
    ``registered_gap`` what the register of projects says more (+) or less than the initial allocations do.
    """

    department: str
    year: int
    code: str
    name: str
    unit: str
    kind: str
    category: str
    budget: float
    paid: Months
    squares: Months
    known_months: int
    registered_gap: float = 0.0
    expected: tuple[Expected, ...] = field(default=())

    @property
    def key(self) -> Key:
        """What tells it apart."""
        return self.department, self.year, self.code

    @cached_property
    def to_date(self) -> Months:
        """Spending up to each month, in yuan."""
        return np.cumsum(self.paid)

    @property
    def spent(self) -> float:
        """Spending up to the last month known, in yuan."""
        return float(self.to_date[self.known_months - 1]) if self.known_months else 0.0

    @property
    def is_whole(self) -> bool:
        """Whether the year is known to its end."""
        return self.known_months == MONTHS

    @property
    def rate(self) -> float:
        """What was spent of the budget, 0 to 1; 0 where there is no budget."""
        return self.spent / self.budget if self.budget > 0 else 0.0

    @cached_property
    def payments(self) -> float:
        """How many equal payments would scatter as these do; at least one."""
        total, squares = float(np.abs(self.paid).sum()), float(self.squares.sum())
        return max(total * total / squares, 1.0) if squares > 0 else 1.0

    @property
    def shares(self) -> Months:
        """Of a whole year: the part of its spending that was made up to each month."""
        return self.to_date / self.to_date[-1]
