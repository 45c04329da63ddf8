"""Contents missing in disclosures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.disclosure_gaps"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.disclosure_gaps` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select gaps.* from {batch} as gaps "
                "anti join marts.fct_disclosures using (department_code, fiscal_year, disclosure_no)",
                severity="critical",
                notes="缺项都属于信息公开台账中的一份公开",
            ),
        ],
    )
