"""Districts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_district"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.dim_district` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="city_name", severity="critical", notes="每个区都有所属市"),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where valid_to < valid_from",
                severity="critical",
                notes="止用不早于起用",
            ),
        ],
    )
