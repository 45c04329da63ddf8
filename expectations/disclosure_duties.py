"""Documents that must be disclosed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.disclosure_duties"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.disclosure_duties` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where not is_published",
                severity="warning",
                notes="应公开的文件没有公开记录",
            ),
        ],
    )
