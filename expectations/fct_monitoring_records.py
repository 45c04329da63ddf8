"""Performance monitoring records."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_monitoring_records"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_monitoring_records` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where spent_yuan < 0",
                severity="warning",
                notes="累计支出不为负",
            ),
        ],
    )
