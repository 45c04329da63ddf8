"""Findings of financial supervision."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_finance_findings"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_finance_findings` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where confirmed_on < found_on",
                severity="warning",
                notes="认定不会早于发现",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where rectified_on is not null and confirmed_on is null",
                severity="warning",
                notes="未认定的问题无须整改,请补认定日期",
            ),
        ],
    )
