"""Functional classification of spending."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_function_code"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.dim_function_code` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(
                column="function_name", severity="critical", notes="科目必须有名称,图表要用"
            ),
        ],
    )
