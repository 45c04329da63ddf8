"""From what a check shows to the rows of files it stands on."""

from __future__ import annotations

import duckdb

from dagster_project.quality.broken_rows import Table
from dagster_project.quality.issue_places import places_sql
from dagster_project.quality.row_places import columns_of

PAYMENTS, ALLOCATIONS = "marts.payments", "marts.allocations"


def test_a_number_that_its_register_lacks_is_told_at_the_row_that_names_it() -> None:
    """The check shows department and allocation, which is the key of the allocations: there it is not, and there it is not to be looked for alone."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            create schema marts;
            create table {PAYMENTS} as select * from (values
                ('101002', 'ZF1', 'FW1', 'aaaa', '', 10), ('101002', 'ZF2', 'FW9', 'aaaa', '', 11)
            ) as t(department_code, voucher_no, allocation_no, submission_id, sheet, row_number);
            create table {ALLOCATIONS} as select '101002' as department_code, 'FW1' as allocation_no, 'bbbb' as submission_id,
                '' as sheet, 4 as row_number;
            create table broken as select * from (values (1, '101002', 'FW9', 1), (2, '101002', 'FW1', 1))
                as t(issue_no, department_code, allocation_no, row_count)
            """
        )
        known = {
            PAYMENTS: Table(("department_code", "voucher_no"), ()),
            ALLOCATIONS: Table(("department_code", "allocation_no"), ()),
        }
        columns = ["department_code", "allocation_no", "row_count"]
        found = connection.execute(
            f"select issue_no, submission_id, row_number from ({places_sql(columns, [PAYMENTS, ALLOCATIONS], known, columns_of(connection))})"
        ).fetchall()
    assert sorted(found) == [(1, "aaaa", 11), (2, "bbbb", 4)]
