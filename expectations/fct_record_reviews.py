"""Recorded documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_record_reviews"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_record_reviews` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where reviewed_on < received_on",
                severity="warning",
                notes="审查不早于收到",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where reviewed_on is not null and result is null",
                severity="warning",
                notes="审查完成应有结果",
            ),
        ],
    )
