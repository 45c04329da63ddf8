"""Calendar of working days."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_calendar"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.dim_calendar` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                # 2007 to 2026 have 247 to 252 working days; look at the notice before widening.
                unexpected_rows_query="select calendar_year from {batch} where not is_off_day group by calendar_year "
                "having count(*) not between 245 and 253",
                severity="critical",
                notes="每年工作日在 245 至 253 天之间;超出时检查 holidays 是否漏了一年的通知",
            ),
        ],
    )
