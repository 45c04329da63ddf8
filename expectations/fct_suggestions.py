"""Suggestions of deputies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_suggestions"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_suggestions` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where answered_on < submitted_on",
                severity="warning",
                notes="答复不早于提出",
            ),
            expect.ExpectColumnValuesToNotBeNull(
                column="congress_level", severity="critical", notes="级别决定统计口径"
            ),
        ],
    )
