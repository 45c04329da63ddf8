"""Budget execution by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.budget_execution_by_month"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.budget_execution_by_month` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where spent_to_date_yuan > budget_yuan",
                severity="warning",
                notes="累计支出超过已下达预算",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where month_no not between 1 and 12",
                severity="critical",
                notes="月份为 1 至 12",
            ),
        ],
    )
