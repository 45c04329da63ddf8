"""Income from assets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_asset_income"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_asset_income` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where amount_yuan <= 0",
                severity="warning",
                notes="收益金额大于 0",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where remitted_on < received_on",
                severity="warning",
                notes="上缴不早于收到",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where due_on is null",
                severity="critical",
                notes="日历没有该年度,无法判断是否按期",
            ),
        ],
    )
