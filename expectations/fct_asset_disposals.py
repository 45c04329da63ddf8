"""Disposals of assets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_asset_disposals"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_asset_disposals` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where booked_on < disposed_on",
                severity="warning",
                notes="入账不早于处置",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where not is_proper",
                severity="warning",
                notes="未先批复或未入账的处置,请核实",
            ),
        ],
    )
