"""Overall performance targets of the department."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_department_targets"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_department_targets` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where is_final and weight > 0 and target is null",
                severity="warning",
                notes="计分指标必须有目标值",
            ),
        ],
    )
