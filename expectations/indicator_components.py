"""Components of the indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.indicator_components"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.indicator_components` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectCompoundColumnsToBeUnique(
                column_list=["scheme_id", "fiscal_year", "department_code", "indicator_no", "component_no"],
                severity="critical",
                notes="一个分项只有一个得分",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where points not between 0 and weight",
                severity="critical",
                notes="分项得分在 0 与分值之间",
            ),
        ],
    )
