"""Meeting support."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_meeting_support"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_meeting_support` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(
                column="severity", severity="critical", notes="严重程度决定保障是否顺利"
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where severity <> '无' and incident is null",
                severity="warning",
                notes="有异常的应写明情况",
            ),
        ],
    )
