"""Change of asset accounts over the year."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.asset_account_changes"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.asset_account_changes` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where closing_yuan < 0",
                severity="warning",
                notes="资产科目余额不为负",
            ),
        ],
    )
