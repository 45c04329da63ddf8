"""Surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_survey"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.dim_survey` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(
                column="survey_kind_name", severity="critical", notes="调研类型在代码表中,否则不计入任何数字"
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where finished_on < started_on",
                severity="warning",
                notes="结束不早于开始",
            ),
        ],
    )
