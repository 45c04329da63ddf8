"""Legislation of the year."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.legislation_of_the_year"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.legislation_of_the_year` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where cells_filled_count > cells_required_count",
                severity="critical",
                notes="按时刊载数不超过应刊载数",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where is_promulgated_in_year and cells_required_count is null",
                severity="critical",
                notes="当年公布的法规应有应刊载的份次",
            ),
        ],
    )
