"""Scorecard."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.scorecard"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.scorecard` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select scheme_id, fiscal_year, department_code from {batch} "
                "group by scheme_id, fiscal_year, department_code having "
                "sum(case when level = 'total' then score end) != sum(case when level = 'level2' then score end) "
                "or sum(case when level = 'total' then score end) != sum(case when level = 'level1' then score end)",
                severity="critical",
                notes="总分等于各级得分之和",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where level = 'total' and (score not between 0 and 100 "
                "or (rating is null) != (missing_count > 0))",
                severity="critical",
                notes="总分在 0 至 100 之间;缺数据时不评等级",
            ),
        ],
    )
