"""What each figure means."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.figure_definitions"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.figure_definitions` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="definition_zh", severity="critical", notes="每个数字都有口径"),
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where aggregation in ('ratio', 'growth') and (numerator_figure is null or denominator_figure is null)",
                severity="critical",
                notes="比率由两个有名称的数字相除",
            ),
        ],
    )
