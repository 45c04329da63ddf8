"""Leads on equipment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.asset_leads"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.asset_leads` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where lead_kind <> '未达最低使用年限更新' and actual_value <= limit_value",
                severity="critical",
                notes="疑点必须超过标准",
            ),
        ],
    )
