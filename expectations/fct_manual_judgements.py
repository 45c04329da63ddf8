"""Manual judgements."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_manual_judgements"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_manual_judgements` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where not case judged_band "
                "when '达成' then judged_share_pct between 80 and 100 "
                "when '部分达成' then judged_share_pct >= 60 and judged_share_pct < 80 "
                "else judged_share_pct < 60 end",
                severity="critical",
                notes="得分比例须在评定档次之内(财预〔2020〕10号)",
            ),
        ],
    )
