"""Scoring schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.schemes"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.schemes` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(
                column="description_zh", severity="critical", notes="方案必须说明自己的可靠程度"
            ),
        ],
    )
