"""Budget allocations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_budget_allocations"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_budget_allocations` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="amount_yuan", severity="critical", notes="指标必有金额"),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select department_code, fiscal_year, sum(amount_yuan) as budget_yuan from {batch} group by all having sum(amount_yuan) < 0",
                severity="critical",
                notes="年度预算合计为负,说明调减或收回有误",
            ),
            expect.ExpectColumnValuesToBeBetween(
                column="amount_yuan",
                min_value=-1000000000,
                max_value=1000000000,
                severity="critical",
                notes="2022至2023年单条指标都在1亿元以内;放宽前先查单位是否弄错",
            ),
        ],
    )
