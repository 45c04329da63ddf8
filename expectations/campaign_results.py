"""What each campaign brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.campaign_results"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.campaign_results` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where deputy_count > person_time_count",
                severity="critical",
                notes="人数不多于人次",
            ),
        ],
    )
