"""What a rule says in English: one sentence for each kind of rule, filled with the columns and bounds of the rule."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from dagster_project.contracts.faults import read_yaml
from dagster_project.quality.expectation_files import Rule

DOOR_FILE = Path(__file__).with_name("door_rules_en.yaml")


@cache
def door_texts() -> dict[str, str]:
    """The sentence of each landing rule, with ``{column}`` where it is about one."""
    return dict(read_yaml(DOOR_FILE))


def door_english(name: str, column: str) -> str:
    """What a landing rule says of a column; of a rule about rows or files ``column`` is empty."""
    return door_texts()[name].replace("{column}", column or "A value")


def expectation_english(rule: Rule, kind: str) -> str:
    """What a rule of ``expectations/`` says, from its kind and its columns.

    Args:
        rule: of a table.
        kind: the key of the rule that says what must hold, one of ``KINDS``.
    """
    said: Any = getattr(rule, kind)
    where = f"Where {' '.join(rule.when.split())}: " if rule.when else ""
    return (
        where
        + {
            "rule": lambda: " ".join(str(said).split()),
            "rows": lambda: "No row is found by the query of this rule",
            "not_null": lambda: f"{said} must be filled",
            "one_of": lambda: f"{rule.column} must be one of {', '.join(said)}",
            "unique": lambda: f"No two rows may share {', '.join(said)}",
            "between": lambda: f"{rule.column} must be {_bounds(said)}",
            "plausible": lambda: f"{rule.column} is expected to be {_bounds(said)}",
            "min_rows": lambda: f"There must be at least {said} row{'s' if said > 1 else ''}",
            "series": lambda: f"{said.column} is expected to be {_factors(said)} the median of its series",
            "numbered": lambda: f"{said.column} must be numbered without gaps",
            "goes_on": lambda: f"What stands in one {said.when_column} must stand in the next one that came in",
            "stays": lambda: f"What last year's register said must stay: {', '.join(said.columns)}",
            "listed": lambda: f"{said.column} must stand in {' or '.join(said.registers)}",
            "named_alike": lambda: f"{said.name} must be the name that {said.named_in} has for the {said.code}",
            "in_order": lambda: f"The days must follow each other: {', '.join(said)}",
            "not_after_receipt": lambda: f"No day may lie after the receipt of the file: {', '.join(said)}",
            "year_of_file": lambda: f"The days must lie in the year of the file: {', '.join(said.columns)}",
        }[kind]()
    )


def _bounds(bounds: tuple[float | None, float | None]) -> str:
    low, high = bounds
    if low is None:
        return f"at most {high:g}"
    return f"at least {low:g}" if high is None else f"between {low:g} and {high:g}"


def _factors(series: Any) -> str:
    sides = [
        f"at {word} {factor:g} times"
        for word, factor in (("least", series.low), ("most", series.high))
        if factor is not None
    ]
    return " and ".join(sides)
