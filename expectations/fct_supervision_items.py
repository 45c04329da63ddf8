"""Supervision items."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_supervision_items"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_supervision_items` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(
                column="supervision_kind_name", severity="critical", notes="监督方式在代码表中"
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query=(
                    "select * from {batch} where finished_on < started_on or planned_finish_on < planned_start_on"
                ),
                severity="warning",
                notes="完成不早于开始,请核对台账",
            ),
        ],
    )
