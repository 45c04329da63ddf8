"""Asset cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_asset"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.dim_asset` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where original_value_yuan < 0 or net_value_yuan < 0 or depreciation_yuan > original_value_yuan",
                severity="critical",
                notes="原值、净值不为负,折旧不超过原值",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where net_value_yuan <> original_value_yuan - coalesce(depreciation_yuan, 0)",
                severity="warning",
                notes="净值=原值−累计折旧",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where is_nominal and original_value_yuan <> 1",
                severity="warning",
                notes="名义金额为 1 元",
            ),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where booked_on < acquired_on",
                severity="warning",
                notes="记账不早于取得",
            ),
            expect.ExpectColumnValuesToNotBeNull(
                column="asset_kind", severity="critical", notes="资产性质已知,否则固定资产总额会漏计"
            ),
        ],
    )
