"""Open a file of unknown format: by what its bytes are, not by its name."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from dagster_project.drafting.open_records import looks_like_json, open_records
from dagster_project.drafting.open_text import open_text
from dagster_project.drafting.opened import (
    HEAD_ROWS,
    CannotOpen,
    Cell,
    OpenedFile,
    OpenedSheet,
    columns_of_rows,
    trimmed_row,
)

WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x09\x08")


def open_any(path: Path) -> OpenedFile:
    """Open any file that holds tables.

    Raises:
        CannotOpen: it cannot be read, or is of no known kind.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CannotOpen("文件不存在,或没有读取权限") from error
    if not content.strip(b"\0 \t\r\n"):
        raise CannotOpen("文件是空的")
    if content.startswith(WORKBOOK_STARTS):
        return OpenedFile(path, "workbook", workbook_sheets(path))
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise CannotOpen("这是 PDF 或图片,不是表格;请从系统中导出表格文件")
    if looks_like_json(content):
        return open_records(path, content)
    return open_text(path, content)


def workbook_sheets(path: Path) -> list[OpenedSheet]:
    """The sheets of a workbook as text; the one place that knows the program which reads workbooks.

    Raises:
        CannotOpen: the file is no workbook, or is locked by a password.
    """
    from dagster_project.ingestion.rules import RULES, Refused
    from dagster_project.ingestion.workbook import open_workbook

    try:
        book = open_workbook(path)
    except Refused as refusal:
        rule = RULES[refusal.rule]
        raise CannotOpen(rule.message_zh.format(header="", value=refusal.value, detail=refusal.detail)) from refusal
    return [
        _sheet(each.name, [trimmed_row(row) for row in each.rows], each.visibility == "visible", each.merged)
        for each in book.sheets
    ]


def _sheet(name: str, rows: list[list[Cell]], visible: bool, merged: object) -> OpenedSheet:
    def below(header_rows: int, width: int) -> pa.Table:
        return columns_of_rows(rows[header_rows:], width, header_rows + 1)

    return OpenedSheet(name, rows[:HEAD_ROWS], below, visible, tuple(merged))  # type: ignore[arg-type]
