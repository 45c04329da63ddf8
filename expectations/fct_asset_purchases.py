"""Purchases held against the standards."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_asset_purchases"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_asset_purchases` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where is_over_price or is_over_quantity or is_replaced_early",
                severity="warning",
                notes="疑似超标准配置,请核实",
            ),
        ],
    )
