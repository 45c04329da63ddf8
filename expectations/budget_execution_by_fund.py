"""Budget execution by fund."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.budget_execution_by_fund"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.budget_execution_by_fund` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where spent_yuan > budget_yuan",
                severity="warning",
                notes="支出超过预算,请核对指标或支付",
            ),
        ],
    )
