"""Contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_contracts"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_contracts` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where published_on < signed_on or filed_on < signed_on",
                severity="warning",
                notes="公告、备案不早于签订",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where is_supplementary and original_contract_no is null",
                severity="warning",
                notes="补充协议须写明原合同",
            ),
            expect.ExpectColumnValuesToNotBeNull(
                column="supplier_size", severity="warning", notes="供应商规模代码须在对照表中"
            ),
            expect.ExpectColumnValuesToBeBetween(
                column="amount_yuan",
                min_value=0,
                max_value=100000000,
                severity="critical",
                notes="2022至2023年单份合同都在500万元以内;超过1亿元先查单位是否弄错",
            ),
        ],
    )
