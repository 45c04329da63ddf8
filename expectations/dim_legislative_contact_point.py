"""Local legislative contact points."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_legislative_contact_point"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.dim_legislative_contact_point` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where closed_on < established_on",
                severity="critical",
                notes="撤销不早于设立",
            ),
        ],
    )
