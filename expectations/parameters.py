"""Parameters of the evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.parameters"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.parameters` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="value", severity="critical", notes="参数必须有数值"),
            expect.ExpectColumnValuesToNotBeNull(column="source", severity="critical", notes="参数必须写明依据"),
        ],
    )
