"""Agenda of the year."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.duty_agenda_of_the_year"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.duty_agenda_of_the_year` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where heard_on_time_count > planned_count",
                severity="critical",
                notes="按时数不超过计划数",
            ),
            expect.ExpectColumnValuesToNotBeNull(column="meeting_name", severity="warning", notes="会议在会议台账中"),
        ],
    )
