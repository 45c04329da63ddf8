"""Monitoring reports due."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.monitoring_duties"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.monitoring_duties` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where due_on is null",
                severity="warning",
                notes="报送期限超出日历范围时为空,请补节假日通知",
            ),
        ],
    )
