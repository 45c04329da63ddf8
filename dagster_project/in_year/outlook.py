"""Where a year will end: per project and in total, the spending to expect and the interval that holds it four times of five.

Two things are known of a rate of spending before its year is over: what the class spent in earlier years, and what was paid so
far over the part of the year's spending that is usually made by then. A division's own forecast carries the second one further.
Each is weighed by how exactly it is known, which the office's own earlier years tell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from dagster_project.in_year.commitments import NONE, Commitments
from dagster_project.in_year.items import Item, StuckItem, stuck_items
from dagster_project.in_year.measured import Measured
from dagster_project.in_year.own_forecasts import OwnForecasts
from dagster_project.in_year.project_years import LEAST_SHARE, MONTHS, ProjectYear
from dagster_project.in_year.seasons import ClassSeason, Seasons
from dagster_project.ingestion.dates_sql import first_and_last_day

STANDARD = NormalDist()
RED, YELLOW, GREEN = "红", "黄", "绿"


@dataclass(frozen=True)
class Interval:
    """A number with the bounds between which it lies four times of five."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class ProjectOutlook:
    """The year end of a project: rate 0 to 1 of its budget, spending in yuan, and the budget to expect at the year's end.

    ``wanted`` is the low end of the spending in yuan at its pace, whatever the budget; ``expected_by_unit`` that of its division's own forecast,
    corrected, 0 where none reaches the year's end; ``unpaid_contracts`` what signed contracts leave unpaid, in yuan.
    """

    project: ProjectYear
    budget: float
    rate: Interval
    spending: Interval
    usual_share: float
    usual_rate: float
    goal: float
    wanted: float = 0.0
    expected_by_unit: float = 0.0
    unpaid_contracts: float = 0.0
    stuck: tuple[StuckItem, ...] = ()
    red_below: float = 0.0

    @property
    def light(self) -> str:
        """红: an item of it stands still, or even the high end of the interval is below what is usual; 黄: below the goal; 绿."""
        if self.stuck or self.rate.high < self.usual_rate - self.red_below:
            return RED
        return YELLOW if self.short > 0 else GREEN

    @property
    def short(self) -> float:
        """What is lacking to the goal, in yuan; negative where it is passed."""
        return self.goal * self.budget - self.rate.middle * self.budget

    @property
    def surely_left(self) -> float:
        """What is left even at the high end of the interval, in yuan."""
        return max(1.0 - self.rate.high, 0.0) * self.budget


@dataclass(frozen=True)
class YearOutlook:
    """The year end of a department as seen after a month."""

    department: str
    year: int
    month: int
    projects: tuple[ProjectOutlook, ...]
    budget: float
    spending: Interval
    rate: Interval
    goal: float
    reaches_goal: float

    @property
    def last_day(self) -> dt.date:
        """The last day of the month after which it is seen; of January where no payment is known."""
        return first_and_last_day(f"{self.year}-{max(self.month, 1):02d}")[1]

    @property
    def spent(self) -> float:
        """Spent so far, in yuan."""
        return sum(each.project.spent for each in self.projects)

    @property
    def short(self) -> float:
        """What is lacking to the goal, in yuan; negative where it is passed."""
        return (self.goal - self.rate.middle) * self.budget


@dataclass(frozen=True)
class _Level:
    """The rate of a class, and by what its payments so far must be multiplied to agree with it: the office pays early or late this year."""

    rate: _Rate
    season: float


@dataclass(frozen=True)
class _Known:
    """What an outlook stands on."""

    seasons: Seasons
    own: OwnForecasts
    commitments: Commitments
    measured: Measured


@dataclass(frozen=True)
class _Rate:
    """A rate known with a variance."""

    mean: float
    variance: float

    def with_(self, *seen: _Rate) -> _Rate:
        """What is known with more observations, each weighed by its exactness."""
        all_of = [each for each in (self, *seen) if np.isfinite(each.variance)]
        weights = np.array([1 / max(each.variance, 1e-12) for each in all_of])
        return _Rate(
            float(weights @ np.array([each.mean for each in all_of]) / weights.sum()), float(1 / weights.sum())
        )


def year_outlook(
    projects: Sequence[ProjectYear],
    history: Sequence[ProjectYear],
    measured: Measured,
    growth: Mapping[str, float],
    items: Sequence[Item] = (),
    commitments: Commitments = NONE,
) -> YearOutlook:
    """The outlook of one department and year.

    Args:
        projects: of the year, as far as it is known.
        history: of earlier years; only whole ones are used.
        measured: what the office's own years cannot tell.
        growth: by kind of spending, by how much the budget grew from the same day to its end a year earlier (0.01: a hundredth).
        items: of the year, to find those that stand still.
        commitments: what signed contracts leave unpaid; used where it told more of the year before than the season did.
    """
    seasons = Seasons(history, measured)
    known = _Known(seasons, OwnForecasts([*history, *projects], measured), commitments, measured)
    month = projects[0].known_months
    classes: dict[str, list[ProjectYear]] = {}
    for each in projects:
        classes.setdefault(seasons.class_name(each), []).append(each)
    found: list[ProjectOutlook] = []
    variance, total = 0.0, 0.0
    for name, members in classes.items():
        common = seasons.of_class(name)
        level = _class_level(members, common, seasons, month)
        for each in members:
            found.append(_project(each, common, level, known, growth.get(each.kind, 0.0)))
        budget = sum(each.budget for each in members)
        total += budget
        variance += budget**2 * level.rate.variance
    stuck = stuck_items(items, projects, seasons, measured)
    found = [
        replace(each, stuck=tuple(one for one in stuck if one.item.project == each.project.key))
        for each in sorted(found, key=lambda each: each.project.code)
    ]
    budget = sum(each.budget for each in found)
    middle = sum(each.rate.middle * each.budget for each in found) / budget if budget else 0.0
    spread = np.sqrt(variance) / total * measured.widening_total[max(month, 1) - 1] if total else 0.0
    if month == MONTHS:
        spread = 0.0
    least = sum(each.project.spent for each in found) / budget if budget else 0.0
    rate = _held(middle, float(spread), least, measured.interval)
    own_part = 0.0 if month == MONTHS else measured.budget_shift * (MONTHS - month) / MONTHS
    return YearOutlook(
        projects[0].department, projects[0].year, month, tuple(found), budget, _spending(rate, budget, own_part, measured),
        rate, measured.goal, 1 - NormalDist(middle, max(float(spread), 1e-9)).cdf(measured.goal),
    )  # fmt: skip


def _class_level(members: Sequence[ProjectYear], common: ClassSeason, seasons: Seasons, month: int) -> _Level:
    """The rate of a class: that of earlier years, and what its projects have spent together."""
    prior = _Rate(common.rate, common.rate_shift + common.rate_between / max(len(members), 1))
    budgets = np.array([each.budget for each in members])
    if month == 0 or budgets.sum() <= 0:
        return _Level(prior, 1.0)
    if month == MONTHS:
        return _Level(_Rate(sum(each.spent for each in members) / budgets.sum(), 0.0), 1.0)
    shares = np.array([seasons.of(each).share[month - 1] for each in members])
    expected = float(budgets @ shares)
    seen = sum(each.spent for each in members) / max(expected, LEAST_SHARE)
    if expected <= LEAST_SHARE * budgets.sum() or seen <= 0:
        return _Level(prior, 1.0)
    scattered = np.array([_share_variance(each, seasons, month) for each in members])
    share = expected / budgets.sum()
    variance = float(budgets**2 @ scattered) / expected**2 + float(seasons.shift[month - 1] / share) ** 2
    rate = prior.with_(_Rate(seen, common.rate**2 * variance))
    return _Level(rate, rate.mean / seen if len(members) > 1 else 1.0)


def _project(project: ProjectYear, common: ClassSeason, level: _Level, known: _Known, growth: float) -> ProjectOutlook:
    month, measured = project.known_months, known.measured
    is_over = month == MONTHS or project.budget <= 0
    budget = project.budget if is_over else project.budget * (1 + growth)
    share = float(known.seasons.of(project).share[month - 1]) if month else 0.0
    seen = [] if is_over else _seen(project, common, level, known)
    if is_over:
        rate, spread = project.rate, 0.0
    else:
        told = _Rate(level.rate.mean, level.rate.variance + common.rate_between).with_(*seen)
        rate, spread = told.mean, float(np.sqrt(told.variance)) * measured.widening[max(month, 1) - 1]
    ahead = known.own.ahead(project)
    by_unit = ahead.spending if ahead and ahead.last_month == MONTHS else 0.0
    held = _held(rate, spread, project.spent / budget if budget > 0 else 0.0, measured.interval)
    moved = 0.0 if is_over else measured.budget_shift_project * (MONTHS - month) / MONTHS
    committed = known.commitments.of.get(project.key)
    return ProjectOutlook(
        project, budget, held, _spending(held, budget, moved, measured), share, common.rate, measured.goal,
        wanted=_at_least(seen, measured.interval) * project.budget, expected_by_unit=by_unit,
        unpaid_contracts=committed.unpaid if committed else 0.0, red_below=measured.red_below_usual,
    )  # fmt: skip


def _seen(project: ProjectYear, common: ClassSeason, level: _Level, known: _Known) -> list[_Rate]:
    """What payments say of the rate, and what they say together with the division's forecast of the months after them."""
    month, seasons, season = project.known_months, known.seasons, known.seasons.of(project)
    seen = []
    if month and season.share[month - 1] > LEAST_SHARE:
        share = float(season.share[month - 1])
        variance = common.rate**2 * _share_variance(project, seasons, month) / share**2 + level.rate.variance
        by_season = _Rate(level.season * project.spent / (project.budget * share), variance)
        rest = known.commitments.rest(project, share)
        by_contracts = _Rate((project.spent + (rest or 0.0)) / project.budget, known.commitments.error**2)
        is_nearer = rest is not None and by_contracts.variance < variance
        seen.append(by_contracts if is_nearer else by_season)
    ahead = known.own.ahead(project)
    if ahead and season.share[ahead.last_month - 1] > LEAST_SHARE:
        share = float(season.share[ahead.last_month - 1])
        variance = (ahead.spread / project.budget) ** 2
        if ahead.last_month < MONTHS:
            shifted = float(seasons.shift[ahead.last_month - 1]) ** 2
            variance += common.rate**2 * (_share_variance(project, seasons, ahead.last_month) + shifted)
        seen.append(_Rate(ahead.spending / (project.budget * share), variance / share**2))
    return seen


def _at_least(seen: Sequence[_Rate], interval: float) -> float:
    """The low end of the rate that payments and contracts tell; 0 where they tell nothing."""
    return seen[0].mean - STANDARD.inv_cdf((1 + interval) / 2) * float(np.sqrt(seen[0].variance)) if seen else 0.0


def _share_variance(project: ProjectYear, seasons: Seasons, month: int) -> float:
    """By how much the share of a project up to a month may differ, of its profile and by the chance of few payments."""
    season = seasons.of(project)
    so_far = max(float(season.share[project.known_months - 1]), LEAST_SHARE) if project.known_months else 1.0
    payments = max(project.payments / so_far, 1.0)
    return float(season.own[month - 1]) + float(season.scatter[month - 1]) / payments


def _held(middle: float, spread: float, least: float, interval: float) -> Interval:
    """The interval of a rate that lies between what is spent already and the whole budget."""
    if spread <= 0:
        return Interval(middle, middle, middle)
    around = NormalDist(middle, spread)
    low, high = around.cdf(least), around.cdf(max(1.0, least))
    if high - low < 1e-6:
        edge = min(max(middle, least), max(1.0, least))
        return Interval(edge, edge, edge)
    tail = (1 - interval) / 2
    bounds = [around.inv_cdf(min(max(low + part * (high - low), 1e-9), 1 - 1e-9)) for part in (tail, 0.5, 1 - tail)]
    return Interval(*(min(max(each, least), max(1.0, least)) for each in bounds))


def _spending(rate: Interval, budget: float, moved: float, measured: Measured) -> Interval:
    """Spending in yuan: the rate's interval and that of a budget which will still be changed."""
    by_budget = STANDARD.inv_cdf((1 + measured.interval) / 2) * moved * rate.middle
    low = rate.middle - np.hypot(rate.middle - rate.low, by_budget)
    high = rate.middle + np.hypot(rate.high - rate.middle, by_budget)
    return Interval(float(low) * budget, rate.middle * budget, float(high) * budget)
