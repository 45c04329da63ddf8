"""Balances of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_ledger_balances"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_ledger_balances` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where closing_yuan <> coalesce(opening_yuan, 0) + case when balance_side = '借' then 1 else -1 end * (coalesce(debit_yuan, 0) - coalesce(credit_yuan, 0))",
                severity="warning",
                notes="期末余额=期初余额±本期发生额",
            ),
        ],
    )
