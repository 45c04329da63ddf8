"""What each year must add up to: 2023 from the published report, 2022 invented but for its campaign."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

PUBLISHED = Path(__file__).with_name("published_figures_2023.csv")
FEN_PER_WAN = 1_000_000


@dataclass(frozen=True)
class Bounds:
    """A published figure: the true value lies in [low, high]; strictly inside where it was rounded."""

    low: Decimal
    high: Decimal

    @property
    def count(self) -> int:
        """The figure as a count; raises ValueError where it is not exact."""
        if self.low != self.high:
            raise ValueError("the figure is not exact")
        return int(self.low)


@dataclass(frozen=True)
class YearTargets:
    """Totals of one fiscal year; money in whole fen, events before scaling."""

    budget_fen: int
    basic_paid_fen: int
    project_paid_fen: int
    it_operations_fen: int
    fixed_budgets_fen: dict[str, int]
    payments: int
    refunds: int
    refunds_of_year_before: int
    suggestions_by_level: dict[str, int]
    municipal_unassigned: int
    key_suggestions: int
    campaign_suggestions: int
    feedback_app: int
    feedback_counter: int
    campaign_feedback: int
    cases: int
    cases_closed: int
    case_deputies: int
    case_working_days: int


@cache
def published() -> dict[str, Bounds]:
    """The figures of the 2023 report by figure id."""
    with PUBLISHED.open(encoding="utf-8", newline="") as stream:
        return {r["figure_id"]: Bounds(Decimal(r["low"]), Decimal(r["high"])) for r in csv.DictReader(stream)}


def targets_of(year: int, rng: random.Random) -> YearTargets:
    """The totals of 2022 or 2023; what the report rounds is drawn from the middle of its bounds.

    Raises:
        ValueError: for a year the office does not simulate.
    """
    if year == 2023:
        return _targets_2023(rng)
    if year == 2022:
        return _targets_2022(rng)
    raise ValueError(f"no such year: {year}")


def _drawn(figure: Bounds, rng: random.Random) -> int:
    """A whole number of fen in the middle of the bounds, with non-zero fen and jiao."""
    low, high = int(figure.low * FEN_PER_WAN), int(figure.high * FEN_PER_WAN)
    middle, reach = (low + high) // 2, (high - low) // 5
    drawn = middle + rng.randrange(-reach, reach)
    return drawn - drawn % 100 + rng.choice((17, 23, 39, 41, 58, 67, 83, 96))


def _targets_2023(rng: random.Random) -> YearTargets:
    figures = published()
    cases = figures["snapshots.cases"].count
    municipal_unassigned = 20
    municipal = figures["suggestions.municipal"].count + municipal_unassigned
    by_level = {"1": 58, "2": 164, "3": municipal, "4": 3_910}
    by_level["5"] = figures["suggestions.all_levels"].count - sum(by_level.values())
    return YearTargets(
        budget_fen=_drawn(figures["budget.total"], rng),
        basic_paid_fen=_drawn(figures["spending.basic"], rng),
        project_paid_fen=_drawn(figures["spending.project"], rng),
        it_operations_fen=_drawn(figures["monitoring.it_operations"], rng),
        fixed_budgets_fen={
            "人大会议经费": figures["monitoring.congress_session"].count * FEN_PER_WAN,
            "其他运行经费": figures["monitoring.other_operations"].count * FEN_PER_WAN,
            "代表履职保障经费": 499_999_999,
        },
        payments=3_200,
        refunds=25,
        refunds_of_year_before=2,
        suggestions_by_level=by_level,
        municipal_unassigned=municipal_unassigned,
        key_suggestions=figures["suggestions.key"].count,
        campaign_suggestions=figures["campaign.suggestions"].count,
        feedback_app=6_000,
        feedback_counter=17_400,
        campaign_feedback=figures["campaign.opinions"].count,
        cases=cases,
        cases_closed=cases - 25,
        case_deputies=figures["snapshots.deputies"].count,
        case_working_days=15,
    )


def _targets_2022(rng: random.Random) -> YearTargets:
    return YearTargets(
        budget_fen=17_512_300_000 + rng.randrange(1_000, 90_000),
        basic_paid_fen=12_711_000_000 + rng.randrange(1_000, 90_000),
        project_paid_fen=4_530_000_000 + rng.randrange(1_000, 90_000),
        it_operations_fen=881_250_000,
        fixed_budgets_fen={"人大会议经费": 680_000_000, "其他运行经费": 985_000_000, "代表履职保障经费": 500_000_000},
        payments=1_200,
        refunds=10,
        refunds_of_year_before=0,
        suggestions_by_level={"1": 34, "2": 92, "3": 571, "4": 1_690, "5": 985},
        municipal_unassigned=15,
        key_suggestions=6,
        campaign_suggestions=369,
        feedback_app=1_450,
        feedback_counter=4_550,
        campaign_feedback=2_589,
        cases=400,
        cases_closed=389,
        case_deputies=146,
        case_working_days=10,
    )
