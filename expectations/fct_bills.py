"""Bills."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_bills"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_bills` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where promulgated_on < approved_on or approved_on < passed_on",
                severity="warning",
                notes="公布不早于批准、批准不早于通过",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where promulgated_on is not null and law_no is null",
                severity="warning",
                notes="已公布的法规应有法规编号，否则无法核对公开情况",
            ),
            expect.ExpectColumnValuesToNotBeNull(
                column="deliberations_in_year_count", severity="critical", notes="审议次数决定审议法规案件数"
            ),
        ],
    )
