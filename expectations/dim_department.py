"""Departments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_department"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.dim_department` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectTableRowCountToBeBetween(min_value=1, severity="critical", notes="至少有一个部门"),
        ],
    )
