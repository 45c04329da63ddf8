"""The sheet 复核 of 附件1: each indicator with its own score and that of its review, and below what must be put right."""

from __future__ import annotations

from decimal import Decimal

from dagster_project.reporting.reading.published import OF_THE_YEAR, Row
from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.workbook.sheet_writer import Column, Sheet

REVIEWS_SHEET, REVIEWS_TABLE = "复核", "reviews"
REVIEWS_WIDTHS = (6, 26, 8, 9, 9, 9, 10, 40, 20, 12, 14, 12)
OF_THE_SCHEME = f"{OF_THE_YEAR} and scheme_id = $scheme"
REVIEWS_QUERIES = {
    REVIEWS_TABLE: f"select * from evaluation.reviews where {OF_THE_SCHEME} order by indicator_no, reviewed_on, review_no",
    "indicator_reviews": f"select * from evaluation.indicator_reviews where {OF_THE_SCHEME} order by indicator_no",
}
INDICATOR_COLUMNS = (
    Column("indicator_no", "序号", "count"), Column("level3", "三级指标"), Column("weight", "分值", "points"),
    Column("self_score", "自评分", "points"), Column("review_score", "复核分", "points"),
    Column("difference_points", "差异", "points"), Column("review_state", "是否采纳", "centre"), Column("reason", "复核理由"),
    Column("reviewer", "复核单位"), Column("reviewed_on", "复核日期", "date"), Column("review_no", "复核编号", "raw", span=2),
)  # fmt: skip
RECTIFICATION_COLUMNS = (
    Column("indicator_no", "序号", "count"), Column("level3", "三级指标"), Column("rectification", "整改要求", span=4),
    Column("rectify_by", "整改期限", "date"), Column("answer", "整改情况"), Column("evidence_no", "佐证材料编号", "raw"),
    Column("closed_on", "销号日期", "date"), Column("review_no", "复核编号", "raw"),
    Column("rectification_state", "状态", "centre"),
)  # fmt: skip
UNREVIEWED = "未复核"
WEIGHT, SELF, REVIEWED, DIFFERENCE = 2, 3, 4, 5
"""The columns of the table that have a total."""


def write_reviews(sheet: Sheet, year: ScoredYear, tables: dict[str, list[Row]]) -> None:
    """Every indicator of the scheme that is shown, its total line, and the rectifications of its reviews."""
    indicators, reviews = tables["indicator_reviews"], tables[REVIEWS_TABLE]
    sheet.heading(f"{year.fiscal_year}年度部门整体支出绩效自评复核表")
    first = sheet.row + 1
    sheet.table(INDICATOR_COLUMNS, indicators)
    _write_total(sheet, indicators, first)
    unreviewed = [row for row in indicators if row["review_state"] == UNREVIEWED]
    sheet.line(
        f"共{len(indicators)}项指标,已复核{len(indicators) - len(unreviewed)}项,未复核{len(unreviewed)}项;复核合计中未复核的按自评分计。"
        "同一指标多次复核的以最近一次为准;复核不改变自评得分。"
    )
    sheet.gap()
    sheet.line("整改清单", bold=True, font_size=12)
    sheet.table(RECTIFICATION_COLUMNS, [row for row in reviews if row["rectification"]], repeat=False)
    sheet.line(f"是否逾期按数据日期({year.data_until})判断。")


def _write_total(sheet: Sheet, indicators: list[Row], first: int) -> None:
    """The total of the self-evaluation, and that of the review: the first and the sum of the differences."""
    weight, own, difference = (
        sum((Decimal(row[key]) for row in indicators if row[key] is not None), Decimal(0))
        for key in ("weight", "self_score", "difference_points")
    )
    book, row = sheet.book, sheet.row
    look, points = book.cell("centre", bold=True), book.cell("points", bold=True)
    sheet.worksheet.merge_range(row, 0, row, 1, "", look)
    sheet.worksheet.write_string(row, 0, "自评合计 / 复核合计", look)
    for column, letter, total in ((WEIGHT, "C", weight), (SELF, "D", own), (DIFFERENCE, "F", difference)):
        sheet.formula(row, column, f"=ROUND(SUM({letter}{first + 1}:{letter}{row}),2)", points, total)
    sheet.formula(row, REVIEWED, f"=ROUND(D{row + 1}+F{row + 1},2)", points, own + difference)
    for column in range(DIFFERENCE + 1, sheet.last + 1):
        sheet.worksheet.write_blank(row, column, None, look)
    sheet.row += 1
