"""Published procurement intentions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_procurement_intentions"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_procurement_intentions` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(
                column="published_on", severity="critical", notes="没有公开日期无法判断是否按时"
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where budget_yuan <= 0",
                severity="warning",
                notes="预算金额应为正数",
            ),
        ],
    )
