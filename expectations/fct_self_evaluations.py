"""Self-evaluations of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_self_evaluations"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_self_evaluations` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToBeBetween(
                column="self_score", min_value=0, max_value=100, severity="critical", notes="自评得分为百分制"
            ),
            expect.ExpectColumnValuesToBeBetween(
                column="review_score", min_value=0, max_value=100, severity="critical", notes="复核得分为百分制"
            ),
        ],
    )
