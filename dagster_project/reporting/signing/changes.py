"""What differs between two published versions of a year: the total, the scores, the figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from dagster_project.publishing.versions import DATABASE
from dagster_project.reporting.reading.scorecard import Scorecard, read_scorecard


@dataclass(frozen=True)
class FigureChange:
    """A figure or score that differs between two versions; None where one of them has no value."""

    kind: str
    name: str
    label_zh: str
    old: Decimal | None
    new: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """New less old, where both have a value."""
        return None if self.old is None or self.new is None else self.new - self.old

    def as_words(self) -> dict[str, str | None]:
        """The change as the log keeps it."""
        numbers = {"old": self.old, "new": self.new, "difference": self.difference}
        return {
            "kind": self.kind,
            "name": self.name,
            "label_zh": self.label_zh,
            **{name: None if value is None else f"{value:f}" for name, value in numbers.items()},
        }


def figure_changes(new_dir: Path, old_dir: Path, fiscal_year: int, department_code: str) -> list[FigureChange]:
    """The scores and figures of a year that differ between two published versions, scores first."""
    old, new = (
        read_scorecard(old_dir, fiscal_year, department_code),
        read_scorecard(new_dir, fiscal_year, department_code),
    )
    scores = [
        _score_changes("total", _total(old), _total(new)),
        _score_changes("indicator", _indicators(old), _indicators(new)),
    ]
    figures = _score_changes(
        "figure", _figures(old_dir, fiscal_year, department_code), _figures(new_dir, fiscal_year, department_code)
    )
    return [*scores[0], *scores[1], *figures]


Values = dict[str, tuple[str, Decimal | None]]


def _score_changes(kind: str, old: Values, new: Values) -> list[FigureChange]:
    changes = []
    for name in [*new, *(name for name in old if name not in new)]:
        label = (new.get(name) or old[name])[0]
        before, after = old.get(name, (label, None))[1], new.get(name, (label, None))[1]
        if before != after:
            changes.append(FigureChange(kind, name, label, before, after))
    return changes


def _total(card: Scorecard) -> Values:
    return {"total": ("总分", card.total["score"])}


def _indicators(card: Scorecard) -> Values:
    return {
        f"indicator.{row['indicator_no']:02d}": (f"{row['indicator_no']} {row['level3']}", row["score"])
        for row in card.indicators
    }


def _figures(version_dir: Path, fiscal_year: int, department_code: str) -> Values:
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        rows = connection.execute(
            """
            select figure_id, label_zh, value from evaluation.figures
            where fiscal_year = ? and department_code = ? order by figure_id
            """,
            [fiscal_year, department_code],
        ).fetchall()
    return {figure_id: (label, value) for figure_id, label, value in rows}
