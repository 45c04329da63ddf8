"""Visits in surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_survey_visits"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_survey_visits` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="place_key", severity="critical", notes="没有识别码无法去重"),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where planned_investment_yuan <= 0",
                severity="warning",
                notes="计划投资额应为正数,请核对单位",
            ),
        ],
    )
