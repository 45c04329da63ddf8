"""Allocations and payments of running costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_running_costs"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_running_costs` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where not is_public_funds and three_public_item is null",
                severity="critical",
                notes="只含公用经费和“三公”经费",
            ),
        ],
    )
