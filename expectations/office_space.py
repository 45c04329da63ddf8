"""Office space against its standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.office_space"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.office_space` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where is_over_standard",
                severity="warning",
                notes="办公用房超过面积标准,请核实",
            ),
            expect.ExpectColumnValuesToNotBeNull(
                column="posts", severity="warning", notes="没有编制数,无法判断是否超标准"
            ),
        ],
    )
