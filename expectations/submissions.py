"""The log of what was handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "quality.submissions"


def suite() -> gx.ExpectationSuite:
    """What must hold before `quality.submissions` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where rows_read != rows_accepted + rows_rejected + rows_blank + rows_notes",
                severity="critical",
                notes="每个文件的每一行都有交代",
            ),
            expect.ExpectColumnValuesToBeInSet(
                column="status",
                value_set=["landed", "refused", "held", "withdrawn", "moved"],
                severity="critical",
                notes="文件要么载入、退回或待确认,要么撤回或更正",
            ),
        ],
    )
