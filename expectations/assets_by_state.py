"""Assets by class and state of use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.assets_by_state"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.assets_by_state` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where card_count < 1",
                severity="critical",
                notes="有卡片才有行",
            ),
        ],
    )
