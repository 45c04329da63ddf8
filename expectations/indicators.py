"""Scores of the level-3 indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.indicators"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.indicators` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where score < 0 or (score_status = 'MISSING_DATA' and score != 0)",
                severity="critical",
                notes="得分不为负;缺数据不得分",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where score < weight and deduction_reason_zh is null",
                severity="critical",
                notes="扣分必须有原因",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where score_status = 'MISSING_DATA'",
                severity="warning",
                notes="有指标缺数据:补齐台账前,该年度的自评文件不予生成",
            ),
        ],
    )
