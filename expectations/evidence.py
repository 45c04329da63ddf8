"""The rows behind the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.evidence"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.evidence` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectTableRowCountToBeBetween(min_value=1, severity="critical", notes="没有佐证就没有数字"),
            expect.ExpectColumnValuesToNotBeNull(
                column="submission_id", severity="critical", notes="每个事实都能追溯到来源行"
            ),
            expect.ExpectColumnValuesToNotBeNull(
                column="row_number", severity="critical", notes="每个事实都能追溯到来源行"
            ),
            expect.ExpectColumnValuesToNotBeNull(
                column="fact_key", severity="critical", notes="每行佐证说明是哪个事实"
            ),
            expect.ExpectColumnValuesToNotBeNull(
                column="department_code", severity="critical", notes="每行佐证属于一个部门"
            ),
        ],
    )
