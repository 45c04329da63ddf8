"""The sheets on the books: how they agree, and the findings of supervision with what happened after the year's end."""

from __future__ import annotations

from dagster_project.reporting.reading.published import OF_THE_YEAR, Row
from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.workbook.sheet_writer import Column, Sheet

BOOKS_SHEET, BOOKS_WIDTHS = "对账", (5, 16, 13, 10, 28, 17, 28, 17, 14, 9, 34)
FINDINGS_SHEET, FINDINGS_WIDTHS = "监督问题", (12, 10, 18, 13, 8, 15, 8, 11, 11, 11, 17, 9, 16)
BOOKS_QUERIES = {
    "books": f"select * from marts.books_reconciliation where {OF_THE_YEAR} order by line_no, spending_kind",
    "finding_standings": f"select * from marts.finding_standings where {OF_THE_YEAR} order by finding_no",
}
ALL_FUNDS = "财政拨款"
"""Versions from before funds were told apart hold them against each other together."""
AGREES, DIFFERS, NOT_HANDED_IN = "相符", "不符", "未报送"


def write_books(sheet: Sheet, year: ScoredYear, tables: dict[str, list[Row]]) -> None:
    """Each line of the reconciliation with its two sides, their difference and why."""
    sheet.heading(f"{year.fiscal_year}年度账表核对表")
    rows = [
        {"fund_type_name": ALL_FUNDS, **row, "why": row["why_zh"] or "—"}
        for row in sorted(tables["books"], key=lambda row: (row["line_no"], row.get("fund_type", "")))
    ]
    sheet.table(
        (
            Column("line_no", "序号", "count"), Column("name_zh", "对账项"), Column("fund_type_name", "资金性质", "centre"),
            Column("spending_kind", "支出类别", "centre"),
            Column("left_zh", "甲方"), Column("left_yuan", "甲方金额(元)", "money"), Column("right_zh", "乙方"),
            Column("right_yuan", "乙方金额(元)", "money"), Column("difference_yuan", "差额(元)", "money"),
            Column("state", "结果", "centre"), Column("why", "原因和核对要求"),
        ),
        rows,
    )  # fmt: skip
    differing = [row for row in rows if row["state"] == DIFFERS]
    owed = [row for row in rows if row["state"] == NOT_HANDED_IN]
    unknown = [row for row in rows if row["state"] not in (AGREES, DIFFERS, NOT_HANDED_IN)]
    agreeing = len(rows) - len(differing) - len(unknown) - len(owed)
    sheet.line(
        f"共{len(rows)}行,相符{agreeing}行,不符{len(differing)}行,台账不全或缺一方而未核对{len(unknown)}行,"
        f"决算报表未报送而未核对{len(owed)}行。范围为财政拨款;不符的须核对一致后才能签发。"
    )


def write_findings(sheet: Sheet, year: ScoredYear, tables: dict[str, list[Row]]) -> None:
    """Findings of supervision that concern the year, with what was put right in it and what was confirmed after its end."""
    sheet.heading(f"{year.fiscal_year}年度监督问题及期后事项")
    rows = [{**row, "deducted": "是" if row["is_deducted"] else "否"} for row in tables["finding_standings"]]
    if not rows:
        sheet.line("台账中没有与本年度有关的监督问题。")
        return
    sheet.table(
        (
            Column("finding_no", "问题编号", "raw"), Column("source", "来源", "centre"), Column("document_no", "文号"),
            Column("finding_kind", "问题类别", "centre"), Column("severity", "程度", "centre"),
            Column("amount_yuan", "涉及金额(万元)", "wan"), Column("occurred_year", "发生年度", "raw"),
            Column("found_on", "发现日期", "date"), Column("confirmed_on", "认定日期", "date"),
            Column("rectified_on", "整改完成", "date"), Column("standing", "处理情况"),
            Column("deducted", "本年扣分", "centre"), Column("indicator_zh", "对应指标"),
        ),
        rows,
    )  # fmt: skip
    sheet.line("只在认定的年度扣分;期后认定的是年末之后认定的事项,在认定年度扣分,在此列示;未认定的不扣分。")
