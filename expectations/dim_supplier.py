"""Suppliers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_supplier"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.dim_supplier` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where not is_valid_credit_code",
                severity="warning",
                notes="统一社会信用代码校验位不对的须核实",
            ),
            expect.ExpectColumnValuesToNotBeNull(column="supplier_name", severity="critical", notes="供应商须有名称"),
        ],
    )
