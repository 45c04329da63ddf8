"""Suggestions by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.suggestions_by_month"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.suggestions_by_month` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where on_time_count > due_count or satisfied_count > rated_count",
                severity="critical",
                notes="按期不多于应按期,满意不多于已评价",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query=(
                    "select * from {batch} where "
                    "(due_count = 0) != (on_time_rate_pct is null) "
                    "or (rated_count = 0) != (satisfaction_rate_pct is null)"
                ),
                severity="critical",
                notes="分母为 0 时没有比率,不为 0 时必有",
            ),
        ],
    )
