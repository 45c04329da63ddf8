"""Rows that were not loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "quality.rejects"


def suite() -> gx.ExpectationSuite:
    """What must hold before `quality.rejects` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(
                column="row_number", severity="critical", notes="退回的行说明在第几行"
            ),
            expect.ExpectColumnValuesToNotBeNull(column="message_zh", severity="critical", notes="退回说明原因"),
        ],
    )
