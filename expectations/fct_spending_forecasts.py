"""Quarterly spending forecasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_spending_forecasts"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_spending_forecasts` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where forecast_quarter < made_in_quarter",
                severity="warning",
                notes="不预测已过去的季度",
            ),
        ],
    )
