"""Small cells of the public edition: none is told, and none follows from what is told. Held against ranks of matrices, by numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.portal.disclosure import DisclosureError, SmallCells, determined, rule_of, withheld_cells

RULE = SmallCells(1, 4, "a source", "a reason")
TOTAL = "total"


def two_ways(body: list[list[int]]) -> tuple[dict, list]:
    """Counts by row and column with both margins and the sum of all, and the sums that tie them together."""
    rows, columns = range(len(body)), range(len(body[0]))
    counts = {(r, c): body[r][c] for r in rows for c in columns}
    counts |= {(r, TOTAL): sum(body[r]) for r in rows}
    counts |= {(TOTAL, c): sum(body[r][c] for r in rows) for c in columns}
    counts[TOTAL, TOTAL] = sum(map(sum, body))
    sums = [((r, TOTAL), tuple((r, c) for c in columns)) for r in rows]
    sums += [((TOTAL, c), tuple((r, c) for r in rows)) for c in columns]
    sums += [((TOTAL, TOTAL), tuple((r, TOTAL) for r in rows)), ((TOTAL, TOTAL), tuple((TOTAL, c) for c in columns))]
    return counts, sums


def follows(sums: list, hidden: set) -> set:
    """Which hidden cells are the same in every solution: those whose column of the null space is zero."""
    if not hidden:
        return set()
    order = sorted(hidden, key=str)
    matrix = np.array([[(key == total) - (key in parts) for key in order] for total, parts in sums], dtype=float)
    _, values, ways = np.linalg.svd(matrix)
    null = ways[np.sum(values > 1e-9) :]
    return {key for place, key in enumerate(order) if not np.any(np.abs(null[:, place]) > 1e-9)}


bodies = st.integers(2, 5).flatmap(
    lambda columns: st.lists(
        st.lists(st.one_of(st.integers(0, 8), st.integers(0, 60)), min_size=columns, max_size=columns),
        min_size=2, max_size=6,
    )
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(bodies)
def test_no_small_count_is_told_or_follows(body: list[list[int]]) -> None:
    counts, sums = two_ways(body)
    try:
        hidden = withheld_cells(counts, sums, RULE)
    except DisclosureError:
        # Only where all is small or nothing is: then there is nothing to hide behind.
        assert not [key for key, count in counts.items() if not RULE.is_small(count) and count > 0]
        return
    small = {key for key, count in counts.items() if RULE.is_small(count)}
    assert small <= hidden
    assert not small & follows(sums, set(hidden))
    if not small:
        assert not hidden


@settings(max_examples=100, deadline=None)
@given(bodies, st.data())
def test_what_follows_is_found_exactly(body: list[list[int]], data: st.DataObject) -> None:
    counts, sums = two_ways(body)
    hidden = data.draw(st.sets(st.sampled_from(sorted(counts, key=str))))
    equations = [{total: 1, **dict.fromkeys(parts, -1)} for total, parts in sums]
    from fractions import Fraction

    exact = [{key: Fraction(factor) for key, factor in equation.items()} for equation in equations]
    assert determined(exact, hidden) == follows(sums, hidden)


def test_the_rest_of_a_count_is_a_count_too() -> None:
    """Of 40 due and 38 in time 2 are late: either is withheld, or the late ones are told."""
    counts = {"due": 40, "in time": 38, "late": 2}
    hidden = withheld_cells(counts, [("due", ("in time", "late"))], RULE, frozenset({"late"}))
    assert hidden == {"in time"}


def test_what_was_withheld_stays_withheld() -> None:
    """Else two editions side by side tell it: the second cell of the first is told by the second."""
    counts, sums = two_ways([[3, 20, 30], [40, 50, 9], [12, 13, 14]])
    first = withheld_cells(counts, sums, RULE)
    assert (0, 0) in first and len(first) == 4
    counts, sums = two_ways([[3, 20, 30], [40, 50, 9], [12, 13, 8]])
    assert first <= withheld_cells(counts, sums, RULE, before=first)


def test_a_year_has_one_rule_with_its_source(tmp_path: Path) -> None:
    rule = rule_of(2023)
    assert (rule.lowest, rule.highest) == (1, 4) and rule.source and rule.why
    path = tmp_path / "disclosure.yaml"
    path.write_text("rules: []\n", encoding="utf-8")
    with pytest.raises(DisclosureError, match="2023"):
        rule_of(2023, path)
