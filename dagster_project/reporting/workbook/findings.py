"""What is open as a workbook: one sheet with a row for each finding, to be given to the departments that mend them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from dagster_project.quality.open_findings import OpenFinding
from dagster_project.reporting.workbook.sheet_writer import Book, Column, Sheet, new_workbook

WIDTHS = (9, 8, 16, 32, 10, 6, 12, 46, 34, 10)
COLUMNS = (
    Column("kind", "种类"), Column("department_code", "部门", "raw"), Column("ledger", "台账", "raw"),
    Column("file", "文件", "raw"), Column("sheet", "工作表", "raw"), Column("row", "行", "count"), Column("column", "列", "raw"),
    Column("message_zh", "说明"), Column("remedy_zh", "办法"), Column("since", "自何日", "date"),
)  # fmt: skip


def write_findings(findings: Sequence[OpenFinding], path: Path, today: dt.date) -> None:
    """Write the workbook.

    Args:
        findings: in the order of their rows.
        path: the xlsx file.
        today: the day that the list is of.
    """
    with new_workbook(path) as workbook:
        sheet = Sheet(Book(workbook), "待处理", WIDTHS, f"待处理的报送问题和疑点  {today}")
        sheet.heading("待处理的报送问题和疑点", lines=[f"截至 {today},共 {len(findings):,} 处"])
        sheet.table(COLUMNS, [vars(finding) for finding in findings])
