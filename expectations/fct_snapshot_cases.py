"""Snapshot cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_snapshot_cases"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_snapshot_cases` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="deputy_no", severity="critical", notes="每件案件有代表"),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where closed_at < submitted_at",
                severity="critical",
                notes="办结不早于提交",
            ),
        ],
    )
