"""Liaison stations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_liaison_station"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.dim_liaison_station` is published."""
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
