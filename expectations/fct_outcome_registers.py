"""Registers of outcomes of supervision."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_outcome_registers"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_outcome_registers` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where in_force_to < in_force_from",
                severity="critical",
                notes="停用不早于启用",
            ),
        ],
    )
