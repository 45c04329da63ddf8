"""Clocks of the contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.contract_clocks"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.contract_clocks` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where (state = 'LATE') <> (days_late is not null)",
                severity="critical",
                notes="逾期的才有逾期天数",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where days_late < 0",
                severity="critical",
                notes="逾期天数不为负",
            ),
        ],
    )
