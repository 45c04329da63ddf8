"""What divisions expect to spend, corrected by how far they were wrong before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dagster_project.in_year.measured import Measured
from dagster_project.in_year.project_years import MONTHS, Expected, ProjectYear

LEAST_YUAN = 1.0
OUTLIER = 1.0
"""A forecast that was wrong by more than a factor of e says nothing about the others."""


@dataclass(frozen=True)
class Ahead:
    """Spending of a project up to a later month as its division expects it: yuan, and its standard deviation in yuan."""

    last_month: int
    spending: float
    spread: float


class OwnForecasts:
    """The divisions' forecasts: their bias and spread are those of all quarters that are over, of every project."""

    def __init__(self, projects: Sequence[ProjectYear], measured: Measured) -> None:
        errors = np.array([error for project in projects for error in _errors(project)])
        errors = errors[np.abs(errors) <= OUTLIER]
        count = len(errors)
        self.bias = float(np.exp(np.median(errors))) if count else 1.0
        known = float(np.mean((errors - np.median(errors)) ** 2)) if count else 0.0
        trust = count / (count + measured.prior_years)
        self.spread = float(np.sqrt(trust * known + (1 - trust) * measured.expected_spread**2))

    def ahead(self, project: ProjectYear) -> Ahead | None:
        """The furthest month to which payments and forecasts reach together; None where no forecast goes beyond payments.

        A quarter that has begun is expected as its division does, less what was paid in it; of two forecasts of a quarter the
        later one counts.
        """
        month = project.known_months
        latest: dict[int, Expected] = {}
        for each in sorted(project.expected, key=lambda each: each.made_in):
            latest[each.first_month] = each
        until, spending, variance = month, project.spent, 0.0
        while until < MONTHS:
            first = 3 * (until // 3) + 1
            quarter = latest.get(first)
            if quarter is None:
                break
            paid = float(project.paid[first - 1 : until].sum())
            expected = quarter.yuan / self.bias
            spending += max(expected - paid, 0.0)
            variance += (self.spread * expected) ** 2
            until = quarter.last_month
        return Ahead(until, spending, float(np.sqrt(variance))) if until > month else None


def _errors(project: ProjectYear) -> list[float]:
    """The logarithm of expected over spent of each quarter that is over."""
    found = []
    for each in project.expected:
        if each.last_month <= project.known_months:
            spent = float(project.paid[each.first_month - 1 : each.last_month].sum())
            if spent > LEAST_YUAN and each.yuan > LEAST_YUAN:
                found.append(float(np.log(each.yuan / spent)))
    return found
