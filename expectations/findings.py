"""What landing has to tell the departments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "quality.findings"


def suite() -> gx.ExpectationSuite:
    """What must hold before `quality.findings` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="message_zh", severity="critical", notes="每个问题都说清楚"),
            expect.ExpectColumnValuesToNotBeNull(column="remedy_zh", severity="critical", notes="每个问题都说明怎么改"),
            expect.ExpectColumnValuesToBeInSet(
                column="severity", value_set=["error", "warning", "info"], severity="critical", notes="问题分三级"
            ),
        ],
    )
