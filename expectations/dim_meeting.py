"""Meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_meeting"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.dim_meeting` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where closed_on < opened_on",
                severity="critical",
                notes="会议结束不早于开始",
            ),
            expect.ExpectColumnValuesToNotBeNull(column="fiscal_year", severity="critical", notes="会议有年度"),
        ],
    )
