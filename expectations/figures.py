"""The figures of the report: the last look before readers get them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.figures"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.figures` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectTableRowCountToBeBetween(min_value=1, severity="critical", notes="没有数字就没有评价"),
            expect.ExpectColumnValuesToBeInSet(
                column="status",
                value_set=["OK", "MISSING", "NOT_COMPARABLE"],
                severity="critical",
                notes="缺失、零和不可比是三种状态",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where (status = 'OK') != (value is not null)",
                severity="critical",
                notes="有值才是OK,缺失不得有值",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where unit = '万元' and value < 0",
                severity="critical",
                notes="预算和支出为负说明台账有误,须先核对",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where figure_id = 'spending.rate' and value not between 0 and 100",
                severity="critical",
                notes="支出不得超过预算",
            ),
            expect.ExpectColumnValuesToNotBeNull(
                column="display_text", severity="critical", notes="每个数字都有报告中的写法"
            ),
        ],
    )
