"""Cards the stock-take had to count."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_stock_take_cards"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_stock_take_cards` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where counted_on is null",
                severity="warning",
                notes="未盘到的卡片,请补盘",
            ),
        ],
    )
