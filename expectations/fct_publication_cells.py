"""Publication of laws."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_publication_cells"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_publication_cells` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where published_on < promulgated_on",
                severity="warning",
                notes="刊载不早于公布",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where not is_on_checklist",
                severity="warning",
                notes="核查表缺少已公布法规的格子",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where is_published_in_time and published_on is null",
                severity="critical",
                notes="未刊载的不能算按时",
            ),
        ],
    )
