"""What the warehouse says beside what the oracle says."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from oracle.drop import DEPARTMENT, Drop
from oracle.figures import Office
from oracle.scoring import SCHEME, evaluate


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


def differences(database: Path, raw: Path, years: tuple[int, ...] = (2022, 2023)) -> list[str]:
    """Every value on which warehouse and oracle disagree."""
    found = []
    drop = Drop(raw)
    with duckdb.connect(str(database), read_only=True) as connection:

        def rows(table: str, columns: str, year: int) -> list[tuple[Any, ...]]:
            return connection.execute(
                f"select {columns} from evaluation.{table} where scheme_id = ? and department_code = ? and fiscal_year = ?",
                [SCHEME, DEPARTMENT, year],
            ).fetchall()

        for year in years:
            components, indicators, totals, rating = evaluate(Office(drop, year))
            theirs: dict[Any, tuple[Any, ...]] = {
                row[:2]: row[2:]
                for row in rows(
                    "indicator_components",
                    "indicator_no, component_no, numerator, denominator, case_count, percentage, points, state",
                    year,
                )
            }
            if theirs.keys() != {(part.indicator, part.number) for part in components}:
                found.append(f"{year}: components differ")
            for part in components:
                ours = (part.numerator, part.denominator, part.cases, part.percentage, part.points)
                values = theirs.get((part.indicator, part.number), (None,) * 6)
                for name, one, other in zip(
                    ("numerator", "denominator", "cases", "percentage", "points"), values, ours, strict=False
                ):
                    if not close(one, other):
                        found.append(f"{year} {part.indicator}.{part.number} {name}: {one} is not {shown(other)}")
                if values[5] != part.state:
                    found.append(f"{year} {part.indicator}.{part.number} state: {values[5]} is not {part.state}")
            theirs = {row[0]: row[1:] for row in rows("indicators", "indicator_no, score, score_status", year)}
            for one_ in indicators:
                if theirs.get(one_.number) != (one_.score, one_.state):
                    found.append(f"{year} {one_.number}: {theirs.get(one_.number)} is not {one_.score} {one_.state}")
            duties = {row[0]: row[1:] for row in rows("duty_indicators", "indicator_no, value, score", year)}
            for part in components:
                if part.duty is not None:
                    value, score = duties.get(part.duty, (None, None))
                    own = None if part.state == "NOT_APPLICABLE" else part.points
                    if not close(value, part.percentage) or not close(score, own, "0.0050001"):
                        found.append(
                            f"{year} duty {part.duty}: {value}, {score} is not {shown(part.percentage)}, {shown(part.points)}"
                        )
            scores = {
                (row[0] if row[0] == "total" else row[1] if row[0] == "level1" else row[2]): row[3:]
                for row in rows("scorecard", "level, level1, level2, score, rating", year)
            }
            for name, score in totals.items():
                if scores[name][0] != score:
                    found.append(f"{year} {name}: {scores[name][0]} is not {score}")
            if scores["total"][1] != rating:
                found.append(f"{year} rating: {scores['total'][1]} is not {rating}")
    return found
