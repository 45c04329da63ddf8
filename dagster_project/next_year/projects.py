"""A project on the way to its next budget: last year, this year as it will end, and what is proposed with its reason."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dagster_project.in_year.actions import WAN
from dagster_project.in_year.monitoring_forms import STANDARD_KIND
from dagster_project.in_year.outlook import ProjectOutlook, YearOutlook
from dagster_project.in_year.project_years import ProjectYear
from dagster_project.next_year.rules import Rules

if TYPE_CHECKING:
    import duckdb

SCORES = """
    select project_code, cast(coalesce(review_score, self_score) as double), review_score is not null
    from self_evaluations where department_code = $department and period_year = $year
"""
ENDED = """
    select project_code, end_month from projects
    where department_code = $department and period_year = $year and end_month < make_date($year + 1, 1, 1)
        and (year(start_month) < $year or month(end_month) < 12)
"""
"""The last month of projects that end with the year. One that is listed for its twelve months alone is listed anew each year."""
ONE_TIME = """
    select project_code, cast(sum(amount_yuan) as double) from budget_allocations
    where department_code = $department and fiscal_year = $year and source_type = '上年结转' group by project_code
"""


@dataclass(frozen=True)
class ProjectSheet:
    """A project's line of the compiling sheet; money in yuan, rates 0 to 1, None where nothing is known.

    ``regular`` is this year's budget without what was carried over. ``proposed`` is the amount for next year; None where it is
    reckoned by standards or must be asked for anew. ``ended_in`` is the last month of one that goes on no more. ``first_needed`` is what signed contracts leave unpaid.
    """

    outlook: ProjectOutlook
    before: ProjectYear | None
    score: float | None
    is_reviewed: bool
    rating: str
    ended_in: dt.date | None
    regular: float
    proposal: str
    proposed: float | None
    reason_zh: str
    cause: str

    @property
    def first_needed(self) -> float:
        """What signed contracts leave unpaid beyond what this year's forecast pays."""
        left = self.outlook.unpaid_contracts - max(self.outlook.spending.middle - self.outlook.project.spent, 0.0)
        return max(left, 0.0)


def project_sheets(
    connection: duckdb.DuckDBPyConnection, outlook: YearOutlook, before: Mapping[str, ProjectYear], rules: Rules
) -> list[ProjectSheet]:
    """The lines of a department, by code.

    Args:
        connection: as `in_year.known.known_at` gives it.
        outlook: the running year.
        before: the projects of the year before, by code.
        rules: in force for the year that is compiled.
    """
    department, year = outlook.department, outlook.year
    scores = {code: (score, reviewed) for code, score, reviewed in _asked(connection, SCORES, department, year - 1)}
    ended = dict(_asked(connection, ENDED, department, year))
    one_time = dict(_asked(connection, ONE_TIME, department, year))
    found = []
    for each in sorted(outlook.projects, key=lambda each: each.project.code):
        code = each.project.code
        score, is_reviewed = scores.get(code, (None, False))
        facts = _Facts(
            each,
            before.get(code),
            score,
            rules.rating_of(score),
            ended.get(code),
            each.budget - one_time.get(code, 0.0),
        )
        cause, amount = next(_causes(facts, rules))
        told = rules.proposals[cause]
        found.append(
            ProjectSheet(
                each, facts.before, score, is_reviewed, facts.rating, facts.ended_in, facts.regular, told.proposal,
                None if amount is None else min(_rounded(amount, rules.round_yuan), facts.regular), _reason(told.reason_zh, facts, rules), cause,
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class _Facts:
    outlook: ProjectOutlook
    before: ProjectYear | None
    score: float | None
    rating: str
    ended_in: dt.date | None
    regular: float


def _causes(facts: _Facts, rules: Rules) -> Iterator[tuple[str, float | None]]:
    """The causes that hold, the weightiest first, each with the amount in yuan; the last one always holds."""
    outlook = facts.outlook
    enough = min(facts.regular, outlook.spending.high)
    if outlook.project.kind == STANDARD_KIND:
        yield "standard", None
    if facts.ended_in is not None:
        yield "ended", 0.0
    if decided := rules.proposal_of_rating(facts.rating):
        yield decided.cause, 0.0 if decided.proposal == "取消" else min(facts.regular, outlook.spending.middle)
    if outlook.rate.high < rules.squeeze_rate:
        yield "slow", enough
    if outlook.stuck:
        yield "stuck", max(min(facts.regular - sum(one.left for one in outlook.stuck), enough), 0.0)
    if facts.score is None and (facts.before is None or facts.before.budget <= 0):
        yield "new", None
    yield "kept", facts.regular


def _reason(words: str, facts: _Facts, rules: Rules) -> str:
    outlook = facts.outlook
    rated = f"上年评价等级为{facts.rating}({facts.score:g} 分)," if facts.rating else "上年没有评价结果,"
    text = words.format(
        kind=outlook.project.kind,
        end=f"{facts.ended_in:%Y-%m}" if facts.ended_in else "",
        rating=facts.rating,
        rated=rated,
        score=f"{facts.score:g}" if facts.score is not None else "",
        high=f"{100 * outlook.rate.high:.2f}",
        rate=f"{100 * outlook.rate.middle:.1f}",
        bound=f"{100 * rules.squeeze_rate:g}",
        items="、".join(
            f"经济科目 {one.item.economic_code}(预计剩 {one.left / WAN:,.2f} 万元)" for one in outlook.stuck
        ),
    )
    if facts.before is not None and facts.before.is_whole and facts.before.budget > 0:
        text += f";上年支出率 {100 * facts.before.rate:.1f}%"
    return text


def _rounded(yuan: float, step: float) -> float:
    """Up to whole steps, so that nothing that is needed is cut."""
    return math.ceil(round(yuan / step, 6)) * step


def _asked(connection: duckdb.DuckDBPyConnection, query: str, department: str, year: int) -> Sequence[tuple[Any, ...]]:
    return connection.execute(query, {"department": department, "year": year}).fetchall()
