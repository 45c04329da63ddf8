"""Agenda items."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_agenda_items"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_agenda_items` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where voted_on < heard_on",
                severity="warning",
                notes="表决不早于审议",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where is_passed and voted_on is null",
                severity="warning",
                notes="通过的议题应有表决日期",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where not is_sent_for_comment_in_time or not is_formally_sent_in_time",
                severity="warning",
                notes="专项工作报告应提前20日征求意见、提前10日送交(监督法)",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where is_heard_on_time and heard_on is null",
                severity="critical",
                notes="未审议的不能算按时",
            ),
        ],
    )
