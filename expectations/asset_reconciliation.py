"""Cards against accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.asset_reconciliation"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.asset_reconciliation` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where not is_equal",
                severity="warning",
                notes="账卡不符,请核对卡片和科目余额",
            ),
        ],
    )
