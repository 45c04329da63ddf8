"""What the warehouse says beside what the oracle says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from oracle.books import book_differences
from oracle.drop import DEPARTMENT, Drop
from oracle.figures import Office
from oracle.projects import differences_of as project_differences
from oracle.reviews import review_differences
from oracle.scoring import SCHEME, Component, evaluate

SCHEMES = ((SCHEME, 2022, 2023), ("GZ-2024-DEMO", 2023, 2023))
"""Schemes with the first and the last year that they evaluate or are tried on."""


def close(one: Any, other: Fraction | None, slack: str = "0.0000001") -> bool:
    """Whether they agree; the warehouse cuts at eight places."""
    if one is None or other is None:
        return one is None and other is None
    return abs(Fraction(one) - other) < Fraction(slack)


def shown(value: Fraction | None) -> str:
    """A fraction as a person reads it."""
    if value is None:
        return "-"
    return str(
        (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.00000001"), ROUND_FLOOR).normalize()
    )


@dataclass(frozen=True)
class Viewed:
    """How an office is looked at: whose figures, of what moment, by which methods, without which files that the door holds."""

    department: str = DEPARTMENT
    as_of: str = ""
    variants: Mapping[int, str] = field(default_factory=dict)
    held: frozenset[str] = frozenset()


@dataclass
class Compared:
    """How much was compared, every value on which warehouse and oracle disagree, and the oracle's components of each year."""

    figures: int = 0
    scores: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    components: list[str] = field(default_factory=list)


def differences(database: Path, raw: Path, years: tuple[int, ...] = (2022, 2023)) -> list[str]:
    """Every value on which warehouse and oracle disagree about the first department."""
    return compare(database, raw, Viewed(), years).differences


def compare(database: Path, raw: Path, viewed: Viewed, years: tuple[int, ...] = (2022, 2023)) -> Compared:
    """Figures with value and status, components, indicators, duties, totals and rating of each year of one department."""
    found = Compared()
    drop = Drop(raw, viewed.department, viewed.as_of, viewed.held)
    with duckdb.connect(str(database), read_only=True) as connection:
        for year in years:
            handed_in = any(file.year == year for files in drop.files.values() for file in files)
            office = Office(drop, year) if handed_in else None
            _compare_figures(connection, office, viewed.department, year, found)
            if office is not None:
                found.differences += book_differences(connection, drop, year)
                found.differences += project_differences(connection, office)
            for scheme, first, last in SCHEMES:
                if first <= year <= last:
                    view = _View(connection, scheme, viewed.department, year)
                    _compare_scores(view, office, viewed.variants, found)
    return found


@dataclass
class _View:
    connection: duckdb.DuckDBPyConnection
    scheme: str
    department: str
    year: int

    def rows(self, table: str, columns: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(
            f"select {columns} from evaluation.{table} where scheme_id = ? and department_code = ? and fiscal_year = ?",
            [self.scheme, self.department, self.year],
        ).fetchall()


def _compare_figures(
    connection: duckdb.DuckDBPyConnection, office: Office | None, department: str, year: int, found: Compared
) -> None:
    theirs = {
        row[0]: row[1:]
        for row in connection.execute(
            "select figure_id, value, status, is_whole_year from evaluation.figures where department_code = ? and fiscal_year = ?",
            [department, year],
        ).fetchall()
    }
    if office is None:
        found.differences += [f"{year} {department}: nothing was handed in, and there are figures"] if theirs else []
        return
    for name in office.computed():
        value, status = office.said(name)
        other, other_status, is_whole = theirs.get(name, (None, None, None))
        if not close(other, value) or other_status != status:
            found.differences.append(f"{year} {name}: {other} {other_status} is not {shown(value)} {status}")
        if is_whole is not office.is_whole(name):
            found.differences.append(f"{year} {name}: {'whole' if is_whole else 'not whole'}")
        found.figures += 1
        found.statuses[status] += 1


def _compare_scores(view: _View, office: Office | None, variants: Mapping[int, str], found: Compared) -> None:
    year, told = f"{view.year} {view.scheme}", found.differences
    theirs: dict[Any, tuple[Any, ...]] = {
        row[:2]: row[2:]
        for row in view.rows(
            "indicator_components",
            "indicator_no, component_no, numerator, denominator, case_count, percentage, points, state",
        )
    }
    if office is None:
        told += [f"{year}: nothing was handed in, and it is scored"] if theirs else []
        return
    components, indicators, totals, rating = evaluate(office, view.scheme, variants)
    if view.scheme == SCHEME:
        found.components.append(repr(components))
    if theirs.keys() != {(part.indicator, part.number) for part in components}:
        told.append(f"{year}: components differ")
    for part in components:
        ours = (part.numerator, part.denominator, part.cases, part.percentage, part.points)
        values = theirs.get((part.indicator, part.number), (None,) * 6)
        for name, one, other in zip(
            ("numerator", "denominator", "cases", "percentage", "points"), values, ours, strict=False
        ):
            if not close(one, other):
                told.append(f"{year} {part.indicator}.{part.number} {name}: {one} is not {shown(other)}")
        if values[5] != part.state:
            told.append(f"{year} {part.indicator}.{part.number} state: {values[5]} is not {part.state}")
    theirs = {row[0]: row[1:] for row in view.rows("indicators_all_schemes", "indicator_no, score, score_status")}
    for one_ in indicators:
        if theirs.get(one_.number) != (one_.score, one_.state):
            told.append(f"{year} {one_.number}: {theirs.get(one_.number)} is not {one_.score} {one_.state}")
    found.scores += len(components) + len(indicators)
    _compare_duties(view, components, told)
    scores = {
        (row[0] if row[0] == "total" else row[1] if row[0] == "level1" else row[2]): row[3:]
        for row in view.rows("scorecard", "level, level1, level2, score, rating")
    }
    for name, score in totals.items():
        if scores[name][0] != score:
            told.append(f"{year} {name}: {scores[name][0]} is not {score}")
    if scores["total"][1] != rating:
        told.append(f"{year} rating: {scores['total'][1]} is not {rating}")
    told += review_differences(view.connection, office.drop, view.year, view.scheme, indicators)


def _compare_duties(view: _View, components: list[Component], told: list[str]) -> None:
    duties = {row[0]: row[1:] for row in view.rows("duty_indicators", "indicator_no, value, score")}
    for part in components:
        if part.duty is not None:
            value, score = duties.get(part.duty, (None, None))
            without = part.state == "MISSING_DATA" or (part.state == "NOT_APPLICABLE" and part.moves)
            own = None if without else part.points
            reached = part.reached if part.state in ("SCORED", "PARTIAL") else None
            if not close(value, reached) or not close(score, own, "0.0050001"):
                told.append(
                    f"{view.year} {view.scheme} duty {part.duty}: {value}, {score} is not {shown(reached)}, {shown(own)}"
                )
