"""Bands of the scoring schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.scheme_bands"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.scheme_bands` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectCompoundColumnsToBeUnique(
                column_list=["scheme_id", "indicator_no", "component_no", "above", "up_to"],
                ignore_row_if="never",
                severity="critical",
                notes="同一档在方案中只有一行",
            ),
            expect.ExpectColumnValuesToNotBeNull(
                column="share_denominator", severity="critical", notes="每一档都有得分比例"
            ),
        ],
    )
