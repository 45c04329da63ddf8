"""Projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_project"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.dim_project` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(
                column="spending_kind", severity="critical", notes="项目类别决定基本支出或项目支出"
            ),
            expect.ExpectColumnValuesToBeBetween(
                column="initial_budget_yuan",
                min_value=0,
                max_value=1000000000,
                severity="critical",
                notes="年初预算不为负,也不会超过10亿元",
            ),
        ],
    )
