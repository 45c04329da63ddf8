"""A workbook on which a person decides which reports are of one issue: a sheet as the ledger of decisions wants it, and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from dagster_project.private_files import PRIVATE_FILE
from dagster_project.reporting.reading.same_issues import Pair, Report
from dagster_project.reporting.workbook.sheet_writer import Book, Column, Sheet, new_workbook

DECISIONS_SHEET, TEXTS_SHEET = "同一事项认定", "对照"
DECISIONS = tuple(
    Column(name, name, "raw")
    for name in ("认定编号", "台账", "编号", "另一台账", "另一编号", "认定", "认定日期", "认定单位", "认定理由")
)
DECISION_WIDTHS = (26, 16, 18, 16, 18, 14, 12, 16, 30)
COMPARED = (
    Column("认定编号", "认定编号", "raw"), Column("得分", "得分(%)", "raw"), Column("理由", "理由"), Column("一", "原文"),
    Column("日期", "日期", "date"), Column("二", "另一条原文"), Column("另一日期", "日期", "date"),
)  # fmt: skip
COMPARED_WIDTHS = (26, 8, 26, 46, 11, 46, 11)


def decision_no(pair: Pair) -> str:
    """The number of the decision on a pair: the same whenever it is asked for."""
    return f"RD-{pair.report_no}-{pair.other_no}"


def write_decision_sheet(path: Path, pairs: Sequence[Pair], texts: Mapping[Report, str]) -> None:
    """Write the pairs to be decided, readable by this user only, since what people wrote stands in it.

    Args:
        path: the xlsx file.
        pairs: what is to be decided.
        texts: what the reports say.

    Raises:
        OSError: it could not be written.
    """
    with new_workbook(path) as workbook:
        book, footer = Book(workbook), "含群众反映的原文,仅供认定人使用"
        sheet = Sheet(book, DECISIONS_SHEET, DECISION_WIDTHS, footer)
        rows = [
            dict.fromkeys((column.key for column in DECISIONS), "")
            | {"认定编号": decision_no(pair), "台账": pair.ledger, "编号": pair.report_no, "另一台账": pair.other_ledger, "另一编号": pair.other_no}
            for pair in pairs
        ]  # fmt: skip
        sheet.table(DECISIONS, rows)
        sheet = Sheet(book, TEXTS_SHEET, COMPARED_WIDTHS, footer)
        sheet.table(
            COMPARED,
            [
                {
                    "认定编号": decision_no(pair), "得分": "" if pair.score_pct is None else str(pair.score_pct), "理由": pair.why_zh,
                    "一": texts.get(pair.reports[0], ""), "日期": pair.reported_on, "二": texts.get(pair.reports[1], ""),
                    "另一日期": pair.other_reported_on,
                }
                for pair in pairs
            ],
        )  # fmt: skip
    path.chmod(PRIVATE_FILE)
