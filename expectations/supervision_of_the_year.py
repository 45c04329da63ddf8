"""Supervision of a year by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.supervision_of_the_year"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.supervision_of_the_year` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query=(
                    "select * from {batch} where "
                    "on_time_count > due_count "
                    "or started_count > item_count "
                    "or (due_count = 0) != (on_time_rate_pct is null)"
                ),
                severity="critical",
                notes="按期不多于应按期;分母为 0 时没有比率",
            ),
        ],
    )
