"""Three public expenses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.three_public_expenses"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.three_public_expenses` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where is_over_budget",
                severity="warning",
                notes="“三公”经费超预算,请核实",
            ),
        ],
    )
