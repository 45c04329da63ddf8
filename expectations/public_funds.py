"""Public funds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.public_funds"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.public_funds` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where spent_yuan > budget_yuan",
                severity="warning",
                notes="公用经费科目超预算,请核对调剂",
            ),
        ],
    )
