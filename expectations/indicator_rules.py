"""Definitions and rules of the level-3 indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.indicator_rules"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.indicator_rules` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="basis_zh", severity="critical", notes="每项指标有依据"),
        ],
    )
