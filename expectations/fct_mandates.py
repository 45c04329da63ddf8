"""Mandates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_mandates"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_mandates` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToBeInSet(
                column="congress_level", value_set=["1", "2", "3", "4", "5"], severity="critical", notes="五级人大"
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where mandate_to < mandate_from",
                severity="critical",
                notes="终止不早于任职",
            ),
        ],
    )
