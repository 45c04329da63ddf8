"""Budget execution by project."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.budget_execution_by_project"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.budget_execution_by_project` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where spent_yuan > coalesce(budget_yuan, 0)",
                severity="warning",
                notes="项目支出超过预算,请核对指标或支付",
            ),
            expect.ExpectColumnValuesToNotBeNull(
                column="project_name", severity="warning", notes="支出的项目在项目库中"
            ),
        ],
    )
