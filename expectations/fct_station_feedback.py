"""Opinions received at stations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_station_feedback"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_station_feedback` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="station_code", severity="critical", notes="每条意见有站点"),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where finished_at < received_at",
                severity="warning",
                notes="办结不早于提交",
            ),
        ],
    )
