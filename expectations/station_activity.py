"""Activity of the liaison stations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.station_activity"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.station_activity` is published."""
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
                unexpected_rows_query="select * from {batch} where accepted_count > opinion_count",
                severity="critical",
                notes="受理不多于收到",
            ),
        ],
    )
