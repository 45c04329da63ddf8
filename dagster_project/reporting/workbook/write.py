"""附件1: the scored table of a year as a workbook that can be printed and handed in, with the tables it rests on."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from dagster_project.reporting.chinese_text import full_width
from dagster_project.reporting.reading.published import Row, amount_text, plain_number
from dagster_project.reporting.reading.scorecard import FIGURE_COLUMNS
from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.terminal import STATUS_TEXT
from dagster_project.reporting.workbook.sheet_writer import Book, Column, Sheet
from dagster_project.reporting.workbook.tables import SHEETS, read_tables
from dagster_project.reporting.workbook.year_book import year_book

FIGURE_PARTS_ZH = ("分子", "分母", "扣分件数", "不得分件数", "批复指标")
SCORED_TABLE = "自评评分表"
SCORED_COLUMNS = (
    Column("level1", "一级指标"), Column("level2", "二级指标"), Column("no", "序号"), Column("level3", "三级指标"),
    Column("weight", "分值"), Column("definition", "指标说明"), Column("formula", "计算公式"),
    Column("criterion", "评分标准"), Column("base", "基础数据(分子/分母)"), Column("value", "完成值"),
    Column("score", "自评得分"), Column("reason", "扣分原因"), Column("evidence", "佐证材料编号"),
)  # fmt: skip
SCORED_WIDTHS = (7, 7, 5, 14, 6.5, 17, 17, 18, 34, 9, 8, 18, 13)
WEIGHT, SCORE, LAST = "E", "K", 12


def write_workbook(year: ScoredYear, edition: str, path: Path) -> None:
    """Write the workbook of a year; the same inputs give the same bytes.

    Args:
        year: the scored year.
        edition: ``public`` leaves out what is secret, ``internal`` does not.
        path: the xlsx file.
    """
    tables = read_tables(year, edition)
    title = f"{year.fiscal_year}年度部门整体支出绩效自评"
    scheme = f"评分方案 {year.scorecard.scheme['scheme_id']}"
    with year_book(year, path, f"{title}评分表", in_footer=title, made_with=scheme) as (book, footer):
        _write_scored_table(year, book, footer)
        for sheet in (plan for plan in SHEETS if not plan.needs or tables[plan.needs]):
            sheet.write(Sheet(book, sheet.name, sheet.widths, footer), year, tables)


def _write_scored_table(year: ScoredYear, book: Book, footer: str) -> None:
    card = year.scorecard
    sheet = Sheet(book, SCORED_TABLE, SCORED_WIDTHS, footer)
    trial = "(试算,不是当年评价结果)" if card.scheme["is_trial"] else ""
    sheet.heading(
        f"{card.fiscal_year}年度部门整体支出绩效自评评分表{trial}",
        "附件1",
        [f"部门(单位):{card.department_name}    评分方案:{card.scheme['scheme_id']}    数据截至:{year.data_until}"],
    )
    sheet.head(SCORED_COLUMNS)
    weights, scores = _write_groups(year, sheet)
    _write_total(year, sheet, weights, scores)
    sheet.line(
        f"方案说明:{card.scheme['description_zh']}。可靠程度:{card.scheme['confidence']}。依据:{card.scheme['source']}。"
    )
    sheet.line(
        "得分在三级指标四舍五入一次,小计、合计为公式相加;完成值由多个分项组成时为得分率,按件数扣分的为件数;佐证材料编号见“佐证材料清单”。"
    )
    sheet.gap()
    sheet.line(
        "编制人:                    复核人:                    单位负责人:                    (盖章)", font_size=10
    )


def _write_groups(year: ScoredYear, sheet: Sheet) -> tuple[list[int], list[int]]:
    """The indicators with a subtotal row per level-2 group and level-1 part; returns the rows (from 1) of the parts."""
    subtotals = {(row["level1"], row["level2"]): row for row in year.scorecard.levels}
    part_rows: list[int] = []
    for level1 in dict.fromkeys(row["level1"] for row in year.scorecard.indicators):
        group_rows = []
        mine = [row for row in year.scorecard.indicators if row["level1"] == level1]
        for level2 in dict.fromkeys(row["level2"] for row in mine):
            first = sheet.row
            for row in (row for row in mine if row["level2"] == level2):
                _write_indicator(year, sheet, row)
            cells = f"{{0}}{first + 1}:{{0}}{sheet.row}"
            _write_subtotal(sheet, f"{level2}小计", subtotals[level1, level2], cells, beside=level1)
            group_rows.append(sheet.row)
        _write_subtotal(sheet, f"{level1}合计", subtotals[level1, None], ",".join(f"{{0}}{row}" for row in group_rows))
        part_rows.append(sheet.row)
    return part_rows, part_rows


def _write_indicator(year: ScoredYear, sheet: Sheet, row: Row) -> None:
    book, rule = sheet.book, year.rules[row["indicator_no"]]
    score = "—" if row["score"] is None else row["score"]
    sheet.cells(
        [
            # In every row and not merged, so that each printed page says to which level its rows belong.
            (row["level1"], book.cell("centre")),
            (row["level2"], book.cell("centre")),
            (row["indicator_no"], book.cell("count"), 1, "count"),
            (row["level3"], book.cell("text")),
            (row["weight"], book.cell("points"), 1, "points"),
            (rule["definition_zh"], book.cell("text")),
            (rule["formula_zh"], book.cell("text")),
            (rule["criterion_zh"], book.cell("text")),
            (base_text(year, row["indicator_no"]), book.cell("text")),
            (value_of(row), book.cell("percent"), 1, "percent"),
            (score, book.cell("points", bold=True), 1, "points"),
            (_reason(row), book.cell("text")),
            (year.evidence_names(row["indicator_no"]), book.cell("text")),
        ]
    )


def value_of(row: Row) -> Decimal | str:
    """What an indicator reached: a share; of one that only counts what costs points, how many there are, such as 3次."""
    if row["counted_zh"]:
        return str(row["counted_zh"])
    return "—" if row["value"] is None else Decimal(row["value"])


def base_text(year: ScoredYear, indicator_no: int) -> str:
    """The numbers an indicator is made of: numerator and denominator, and of several components each on its line."""
    parts = year.components_of(indicator_no)
    duties = {duty["indicator_no"]: duty["target_zh"] or "未定" for duty in year.scorecard.duties}
    lines = []
    for part in parts:
        words = []
        for column, name in zip(FIGURE_COLUMNS, FIGURE_PARTS_ZH, strict=True):
            if part[column] and (column != "target_figure" or part["duty_no"] is None):
                figure = year.figures[part[column]]
                label = f"{name}({figure['label_zh']})" if len(parts) == 1 else figure["label_zh"]
                words.append(f"{label} {amount_text(figure)}")
        if part["duty_no"] is not None:
            words += [f"完成 {part['actual_zh'] or '—'}", f"目标 {duties[part['duty_no']]}"]
        if part["method"] == "at_least" and part["target"] is not None:
            unit = year.figures[part["numerator_figure"]]["unit"]
            words.append(f"目标 ≥{plain_number(part['target'])}{unit}")
        if part["method"] == "manual":
            words.append("人工评定")
        if len(parts) == 1:
            lines += words
        else:
            points = f"{plain_number(part['points'], 2)}/{plain_number(part['weight'], 2)}分"
            lines.append(f"{part['component_no']}. {part['component']}:{' / '.join(words)}({points})")
    return "\n".join(lines)


def _reason(row: Row) -> str:
    state = STATUS_TEXT[row["score_status"]]
    reason = row["deduction_reason_zh"] or ""
    return ";".join(text for text in (reason, state if state and state not in reason else "") if text)


def _write_subtotal(sheet: Sheet, name: str, stated: Row, cells: str, beside: str = "") -> None:
    """A row of sums; of a level-2 group ``beside`` is the part it belongs to."""
    shade = "#F5F5F5" if beside else "#E8E8E8"
    book, row = sheet.book, sheet.row
    first = 1 if beside else 0
    text = book.cell("centre", bold=True, bg_color=shade)
    sheet.worksheet.set_row(row, 16)
    if beside:
        sheet.worksheet.write_string(row, 0, beside, book.cell("centre"))
    sheet.worksheet.merge_range(row, first, row, 3, "", text)
    sheet.worksheet.write_string(row, first, full_width(name), text)
    for column in range(4, LAST + 1):
        sheet.worksheet.write_blank(row, column, None, text)
    points = book.cell("points", bold=True, bg_color=shade)
    sheet.formula(row, 4, f"=ROUND(SUM({cells.format(WEIGHT)}),2)", points, stated["weight"])
    sheet.formula(row, 10, f"=ROUND(SUM({cells.format(SCORE)}),2)", points, stated["score"])
    sheet.row += 1


def _write_total(year: ScoredYear, sheet: Sheet, weight_rows: list[int], score_rows: list[int]) -> None:
    total = year.scorecard.total
    _write_subtotal(sheet, "总分", total, ",".join(f"{{0}}{row}" for row in weight_rows))
    look = sheet.book.cell("centre", bold=True, font_size=11)
    row, score = sheet.row, f"{SCORE}{sheet.row}"
    sheet.worksheet.set_row(row, 20)
    sheet.worksheet.merge_range(row, 0, row, 3, "", look)
    sheet.worksheet.write_string(row, 0, "等级", look)
    sheet.worksheet.merge_range(row, 4, row, LAST, "", look)
    if total["rating"] is None:
        missing = "、".join(f"{entry['indicator_no']} {entry['level3']}" for entry in year.scorecard.unrated)
        sheet.worksheet.write_string(row, 4, full_width(f"缺数据或数据不全,不评等级:{missing}"), look)
    else:
        formula = '""'
        for rating in reversed(year.ratings):
            formula = f'IF({score}>={plain_low(rating["low"])},"{rating["rating"]}",{formula})'
        sheet.formula(row, 4, f"={formula}", look, total["rating"])
    sheet.row += 1


def plain_low(bound: Decimal) -> str:
    """A bound as a formula writes it."""
    return f"{bound.normalize():f}"
