"""Clocks behind the on-time figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.clocks"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.clocks` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where not is_late and (finished_on is null or due_on is null)",
                severity="critical",
                notes="按时的事项必有期限和办结日",
            ),
        ],
    )
