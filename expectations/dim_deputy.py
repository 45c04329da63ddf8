"""Deputies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_deputy"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.dim_deputy` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="district_code", severity="critical", notes="每名代表有所在区"),
        ],
    )
