"""Deputies in surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_survey_participations"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_survey_participations` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(
                column="deputy_no", severity="critical", notes="没有代表编号无法计人数"
            ),
        ],
    )
