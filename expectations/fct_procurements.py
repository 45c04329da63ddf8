"""Procurements."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_procurements"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_procurements` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="method_kind", severity="critical", notes="采购方式须能归类"),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where award_notice_on < notice_on",
                severity="warning",
                notes="中标成交不早于采购公告",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where complaints_upheld > complaints_raised",
                severity="warning",
                notes="成立的投诉不多于收到的",
            ),
            expect.ExpectColumnValuesToBeBetween(
                column="budget_yuan",
                min_value=0,
                max_value=100000000,
                severity="critical",
                notes="2022至2023年单项采购预算都在500万元以内;超过1亿元先查单位是否弄错",
            ),
        ],
    )
