"""Internal policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_policy"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.dim_policy` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where repealed_on < issued_on",
                severity="warning",
                notes="废止不会早于印发",
            ),
        ],
    )
