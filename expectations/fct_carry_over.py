"""Balances carried over."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_carry_over"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_carry_over` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where closing_yuan < 0 or opening_yuan < 0",
                severity="warning",
                notes="结转结余不为负",
            ),
        ],
    )
