"""What proposals and reviews go by: seeds with source and valid period, read for one year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dagster_project.in_year.measured import MeasuredError, valid_rows

PROPOSALS, SETTINGS = "next_year/budget_proposals.csv", "next_year/budget_proposal_settings.csv"
REVIEW, LEVELS = "next_year/target_review_rules.csv", "next_year/target_levels.csv"
RATINGS, PARTS = "project_evaluation/project_ratings.csv", "project_evaluation/project_score_parts.csv"


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one cause, and the reason with names of figures in braces."""

    cause: str
    rating: str
    proposal: str
    reason_zh: str


@dataclass(frozen=True)
class ReviewRule:
    """A rule of the review; ``bound`` in ``unit``, None where the rule has none."""

    rule: str
    criterion_zh: str
    bound: float | None
    unit: str
    text_zh: str
    remedy_zh: str


@dataclass(frozen=True)
class Rules:
    """Everything in force in a year. ``parts`` are the points of each level 1, ``levels`` its indicators of level 2."""

    proposals: Mapping[str, Proposal]
    review: Mapping[str, ReviewRule]
    ratings: Sequence[tuple[float, str]]
    parts: Mapping[str, float]
    levels: Mapping[str, tuple[str, ...]]
    squeeze_rate: float
    round_yuan: float
    first_month: int

    def rating_of(self, score: float | None) -> str:
        """The rating of a score of 100 points; empty where there is none."""
        return "" if score is None else next((rating for low, rating in self.ratings if score >= low), "")

    def proposal_of_rating(self, rating: str) -> Proposal | None:
        """What a rating alone decides, where it does."""
        return next((each for each in self.proposals.values() if rating and each.rating == rating), None)


def rules_of(seeds_dir: Path, year: int) -> Rules:
    """The rules in force in a year.

    Raises:
        MeasuredError: a setting is missing.
    """
    settings = {row["setting"]: float(row["value"]) for row in valid_rows(seeds_dir / SETTINGS, year)}
    if missing := {"squeeze_rate_pct", "round_yuan", "first_month"} - set(settings):
        raise MeasuredError(f"种子表 {SETTINGS} 没有 {year} 年的 {'、'.join(sorted(missing))};请补上")
    proposals = {
        row["cause"]: Proposal(row["cause"], row["rating"], row["proposal"], row["reason_zh"])
        for row in valid_rows(seeds_dir / PROPOSALS, year)
    }
    review = {
        row["rule"]: ReviewRule(
            row["rule"], row["criterion_zh"], float(row["bound"]) if row["bound"] else None, row["unit"], row["text_zh"],
            row["remedy_zh"],
        )
        for row in valid_rows(seeds_dir / REVIEW, year)
    }  # fmt: skip
    levels: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for row in valid_rows(seeds_dir / LEVELS, year):
        levels[row["level1"]] += (row["level2"],)
    return Rules(
        proposals=proposals,
        review=review,
        ratings=sorted(
            ((float(row["low"]), row["rating"]) for row in valid_rows(seeds_dir / RATINGS, year)), reverse=True
        ),
        parts={
            row["part"]: float(row["points"]) for row in valid_rows(seeds_dir / PARTS, year) if row["part"] in levels
        },
        levels=dict(levels),
        squeeze_rate=settings["squeeze_rate_pct"] / 100,
        round_yuan=settings["round_yuan"],
        first_month=int(settings["first_month"]),
    )
