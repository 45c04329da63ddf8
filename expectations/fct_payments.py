"""Payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_payments"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_payments` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(
                column="spending_kind", severity="critical", notes="每笔支付都归入基本支出或项目支出"
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where is_refund and amount_yuan > 0",
                severity="critical",
                notes="退款减少支出",
            ),
            expect.ExpectColumnValuesToBeBetween(
                column="amount_yuan",
                min_value=-100000000,
                max_value=100000000,
                severity="critical",
                notes="2022至2023年单笔支付都在1千万元以内;放宽前先查单位是否弄错",
            ),
        ],
    )
