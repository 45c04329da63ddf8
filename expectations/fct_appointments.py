"""Appointments and removals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_appointments"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_appointments` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="kind", severity="critical", notes="任免类型必填"),
            expect.ExpectColumnValuesToNotBeNull(column="fiscal_year", severity="critical", notes="任免有决定日期"),
        ],
    )
