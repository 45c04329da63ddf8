"""When an office spends: the part of a year's spending made up to each month, from whole earlier years.

Classes pool what single projects cannot tell: their category, or where few projects have it their kind of spending, or all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dagster_project.in_year.measured import Measured
from dagster_project.in_year.project_years import MONTHS, Months, ProjectYear


@dataclass(frozen=True)
class Season:
    """The profile of a project: the part of its spending made up to each month, and the variances by which a year may differ.

    ``own`` is how far the profile itself is uncertain, ``scatter`` what one payment among equals scatters (over the number of
    payments it gives the variance of a share).
    """

    share: Months
    own: Months
    scatter: Months


@dataclass(frozen=True)
class ClassSeason:
    """What a class of projects does in common: profile, rate of spending, and by how much projects differ, as variances.

    ``years`` is how many whole years stand behind it; 0 where there is none and what was measured elsewhere stands in.
    """

    share: Months
    between: Months
    scatter: Months
    rate: float
    rate_between: float
    rate_shift: float
    years: int


class Seasons:
    """The seasons of an office, learned from its whole years."""

    def __init__(self, history: Sequence[ProjectYear], measured: Measured) -> None:
        self._whole = [each for each in history if each.is_whole and each.spent > 0 and each.budget > 0]
        self._measured = measured
        self._counts = Counter(each.category for each in {(e.category, e.code): e for e in self._whole}.values())
        self._classes: dict[str, ClassSeason] = {}
        self._projects: dict[tuple[str, str, str, str], Season] = {}
        self.shift = self._year_shift()

    def class_name(self, project: ProjectYear) -> str:
        """The class of a project."""
        return project.category if self._counts[project.category] >= self._measured.class_projects else project.kind

    def of_class(self, name: str) -> ClassSeason:
        """What the projects of a class do in common."""
        if name not in self._classes:
            of_class = [each for each in self._whole if name in (each.category, each.kind)]
            self._classes[name] = self._learn(of_class or self._whole)
        return self._classes[name]

    def of(self, project: ProjectYear) -> Season:
        """The profile of a project: its own earlier years as far as they can be told from chance, else that of its class."""
        key = project.department, project.code, project.category, project.kind
        if key not in self._projects:
            self._projects[key] = self._of(project)
        return self._projects[key]

    def _of(self, project: ProjectYear) -> Season:
        common = self.of_class(self.class_name(project))
        mine = [each for each in self._whole if (each.department, each.code) == (project.department, project.code)]
        if not mine:
            return Season(common.share, common.between, common.scatter)
        noise = common.scatter / sum(each.payments for each in mine)
        share = np.average([each.shares for each in mine], axis=0, weights=[each.payments for each in mine])
        trust = np.divide(common.between, common.between + noise, out=np.zeros(MONTHS), where=common.between > 0)
        mixed = np.clip(trust * share + (1 - trust) * common.share, 0.0, 1.0)
        return Season(mixed, trust * noise, common.scatter)

    def _learn(self, whole: Sequence[ProjectYear]) -> ClassSeason:
        """Profile and rate of a class; what differs between projects beyond the chance of few payments is theirs."""
        given = self._measured
        if not whole:
            scatter = given.share * (1 - given.share)
            unknown_level = given.rate_between**2 + given.rate_shift**2
            return ClassSeason(
                given.share, given.season_shift**2, scatter, given.rate, given.rate_between**2, unknown_level, 0
            )
        spent = np.array([each.spent for each in whole])
        share = spent @ np.array([each.shares for each in whole]) / spent.sum()
        chance = share * (1 - share)
        payments = np.array([each.payments for each in whole])
        squared = (np.array([each.shares for each in whole]) - share) ** 2
        observed = payments @ squared / payments.sum()
        expected = chance * len(whole) / payments.sum()
        between = np.clip(observed - expected, 0.0, None)
        ratio = np.divide(observed, expected, out=np.ones(MONTHS), where=expected > 0)
        calm = np.clip(float(np.mean(ratio[: MONTHS - 1])), given.least_scatter, 1.0)
        rates = np.array([each.rate for each in whole])
        budgets = np.array([each.budget for each in whole])
        rate = float(spent.sum() / budgets.sum())
        rate_between = float(np.average((rates - rate) ** 2, weights=np.sqrt(budgets)))
        years = len({each.year for each in whole})
        return ClassSeason(
            share, between, chance * calm, rate, rate_between, given.rate_shift**2 * (1 + 1 / years), years
        )

    def _year_shift(self) -> Months:
        """How far the whole office's profile moves from year to year, as a standard deviation; measured elsewhere where few years tell.

        Where none does, the calendar stands in, from which an office may be far away in the middle of the year.
        """
        by_year: dict[int, npt.NDArray[np.float64]] = {}
        for each in self._whole:
            by_year[each.year] = by_year.get(each.year, np.zeros(MONTHS)) + each.paid
        given = self._measured.season_shift**2
        if not by_year:
            return 4 * self._measured.unknown_season_shift * self._measured.share * (1 - self._measured.share)
        shares = np.array([np.cumsum(paid) / paid.sum() for paid in by_year.values()])
        years = len(shares)
        squares = ((shares - shares.mean(axis=0)) ** 2).sum(axis=0)
        pooled = (self._measured.prior_years * given + squares) / (self._measured.prior_years + years - 1)
        return np.sqrt(pooled * (1 + 1 / years))
