"""Findings of surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_survey_findings"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_survey_findings` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToBeInSet(
                column="finding_kind",
                value_set=["问题", "建议", "对策建议", "突出问题"],
                severity="critical",
                notes="成果类型决定统计口径",
            ),
        ],
    )
