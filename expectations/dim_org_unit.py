"""Organisational units."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_org_unit"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.dim_org_unit` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where in_force_to < in_force_from",
                severity="critical",
                notes="撤销不早于设立",
            ),
        ],
    )
