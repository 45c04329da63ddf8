"""Research tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_research_tasks"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_research_tasks` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where finished_on < started_on or planned_finish_on < planned_start_on",
                severity="warning",
                notes="完成不早于开始",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where is_finished_on_time and finished_on is null",
                severity="critical",
                notes="未完成的不能算按时",
            ),
        ],
    )
