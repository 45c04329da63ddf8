"""Quality statements of the indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.quality_statements"
PARTS = ("verification_zh", "source_zh", "accuracy_zh", "limits_zh", "compensation_zh")


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.quality_statements` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where " + " or ".join(f"{p} is null" for p in PARTS),
                severity="critical",
                notes="质量说明五个部分都要有",
            ),
        ],
    )
