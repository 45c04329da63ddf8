"""From intention to payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.procurement_chain"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.procurement_chain` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToBeInSet(
                column="signing_state",
                value_set=["ON_TIME", "LATE", "PENDING", "EXEMPT", "NOT_APPLICABLE"],
                severity="critical",
                notes="时限状态只有五种",
            ),
            expect.ExpectColumnValuesToBeInSet(
                column="publication_state",
                value_set=["ON_TIME", "LATE", "PENDING", "EXEMPT", "NOT_APPLICABLE"],
                severity="critical",
                notes="时限状态只有五种",
            ),
            expect.ExpectColumnValuesToBeInSet(
                column="filing_state",
                value_set=["ON_TIME", "LATE", "PENDING", "EXEMPT", "NOT_APPLICABLE"],
                severity="critical",
                notes="时限状态只有五种",
            ),
            expect.ExpectColumnValuesToBeInSet(
                column="record_state",
                value_set=["ON_TIME", "LATE", "PENDING", "EXEMPT", "NOT_APPLICABLE"],
                severity="critical",
                notes="时限状态只有五种",
            ),
            expect.ExpectColumnValuesToNotBeNull(
                column="signing_state", severity="warning", notes="期限落在日历之外时状态为空,须补日历"
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where is_secret and publication_state not in ('EXEMPT', 'NOT_APPLICABLE')",
                severity="critical",
                notes="涉密合同不要求公告",
            ),
        ],
    )
