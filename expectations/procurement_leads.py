"""Leads for people to look into."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.procurement_leads"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.procurement_leads` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="rule_name", severity="critical", notes="每条疑点都有规则名称"),
            expect.ExpectColumnValuesToNotBeNull(
                column="row_number", severity="critical", notes="每条疑点都能回到原始行"
            ),
        ],
    )
