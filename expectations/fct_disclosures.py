"""Disclosures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_disclosures"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_disclosures` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where published_on < approved_on",
                severity="warning",
                notes="公开不会早于批复",
            ),
        ],
    )
