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
            expect.ExpectCompoundColumnsToBeUnique(
                column_list=["department_code", "fiscal_year", "disclosure_no", "item"],
                severity="critical",
                notes="一项缺项只计一次",
            ),
        ],
    )
