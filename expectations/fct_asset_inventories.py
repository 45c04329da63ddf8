"""Lines of stock-takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_asset_inventories"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_asset_inventories` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where handled_on < counted_on or reported_on < base_on",
                severity="warning",
                notes="盘点先于处理,基准日先于报告",
            ),
        ],
    )
