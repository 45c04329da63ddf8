"""Totals of amounts near the end of what a column holds are compared as well, and do not end the reading of their file."""

from __future__ import annotations

import duckdb

from dagster_project.ingestion.total_groups import Groups
from dagster_project.ingestion.totals import wrong_totals

ROWS = """(values
    ('', 3, 'accepted', '', cast(8811504600000200.00 as decimal(18, 2))),
    ('', 4, 'accepted', '', cast(1000000000000000.00 as decimal(18, 2))),
    ('', 5, 'subtotal', '合计', cast(9811504600000200.00 as decimal(18, 2))),
    ('', 6, 'subtotal', '合计', cast(12.00 as decimal(18, 2)))
) as read(_sheet, _row, _status, words, amount_yuan)"""


def test_totals_of_very_large_amounts_are_compared() -> None:
    with duckdb.connect() as connection:
        found = list(
            wrong_totals(connection, ROWS, "_row", "words", {"amount_yuan": 0.01}, Groups(connection, ROWS, []))
        )
    assert [wrong.row for wrong in found] == [6]
