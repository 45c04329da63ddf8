"""Opinions on bills."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_legislative_opinions"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_legislative_opinions` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(
                column="proposer_kind", severity="critical", notes="提出人类别决定是否计入代表立法意见"
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where proposer_kind = '代表' and deputy_no is null",
                severity="warning",
                notes="代表意见应有代表编号",
            ),
        ],
    )
