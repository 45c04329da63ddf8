"""Posts and staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_staff_counts"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_staff_counts` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where staff > posts",
                severity="warning",
                notes="实有人数超过编制数,请核实",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where posts < 0 or staff < 0",
                severity="critical",
                notes="人数不为负",
            ),
        ],
    )
