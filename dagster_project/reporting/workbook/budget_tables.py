"""The sheet of base data: budget, spending, three public expenses, running costs, balances, staff and assets."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dagster_project.reporting.reading.published import Row
from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.workbook.sheet_writer import Column, Sheet, Tables


def write_base_data(sheet: Sheet, year: ScoredYear, tables: Tables) -> None:
    """Budget, spending, balances, staff and assets of the year."""
    sheet.heading(f"{year.fiscal_year}年度基础数据表")
    money = (
        Column("initial_yuan", "年初预算(元)", "money", total=True), Column("budget_yuan", "调整后预算(元)", "money", total=True),
        Column("spent_yuan", "实际支出(元)", "money", total=True),
        Column("rate_pct", "支出率", "percent", total_of=("spent_yuan", "budget_yuan")),
    )  # fmt: skip
    parts = iter("一二三四五六七八")

    def part(text: str) -> None:
        sheet.gap()
        sheet.line(f"{next(parts)}、{text}", bold=True, font_size=10)

    part("财政拨款预算执行(按资金性质)")
    sheet.table((Column("fund_type_name", "资金性质", span=2), *money), tables["funds"], "合计", repeat=False)
    part("财政拨款预算执行(按基本支出、项目支出)")
    rows = [{**row, "rate_pct": _percent(row["spent_yuan"], row["budget_yuan"])} for row in tables["kinds"]]
    sheet.table((Column("spending_kind", "支出类型", span=2), *money), rows, "合计", repeat=False)
    part("支出进度(各季度末累计)")
    rows = [{**row, "quarter": f"第{'一二三四'[row['month_no'] // 3 - 1]}季度末"} for row in tables["quarters"]]
    sheet.table(
        (
            Column("quarter", "时点", "centre", span=2), Column("budget_yuan", "当时预算(元)", "money"),
            Column("spent_to_date_yuan", "累计支出(元)", "money"), Column("spending_progress_pct", "支出进度", "percent"),
            Column("calendar_progress_pct", "序时进度", "percent"), Column("deviation_pp", "偏差(百分点)", "points"),
        ),
        rows,
        repeat=False,
    )  # fmt: skip
    part("财政拨款“三公”经费支出(单位:万元)")
    _write_three_public(sheet, tables["three_public"])
    part("公用经费(按部门预算支出经济分类)")
    rows = [
        {**row, "name": f"{row['department_economic_code']} {row['department_economic_name']}"}
        for row in tables["public_funds"]
    ]
    sheet.table((Column("name", "经济分类科目", span=2), *money), rows, "合计", repeat=False)
    part("年末结转结余")
    _write_carry_over(sheet, tables["carry_over"])
    months = sorted({row["month"] for row in tables["staff"]})
    part("人员编制" + (f"({months[-1].year}年{months[-1].month}月末)" if months else ""))
    _write_staff(sheet, tables["staff"])
    part("资产(按类别和使用状态)")
    _write_assets(sheet, tables["assets"])


def _write_carry_over(sheet: Sheet, balances: Sequence[Row]) -> None:
    fiscal = [row for row in balances if row["is_fiscal_appropriation"]]
    others = [row for row in balances if not row["is_fiscal_appropriation"]]
    for text, rows in (("财政拨款", fiscal), ("其他资金", others)):
        if rows or text == "财政拨款":
            columns = (
                Column("spending_kind", f"{text}:支出类型", "centre"), Column("balance_kind", "结转或结余", "centre"),
                Column("opening_yuan", "年初数(元)", "money", total=True),
                Column("withdrawn_yuan", "财政收回(元)", "money", total=True),
                Column("closing_yuan", "年末数(元)", "money", total=True),
            )  # fmt: skip
            sheet.table(columns, rows, "合计", repeat=False)


def _write_staff(sheet: Sheet, staff: Sequence[Row]) -> None:
    sheet.table(
        (
            Column("post_kind", "编制类别", span=2), Column("posts", "编制数(人)", "count", total=True),
            Column("staff", "实有人数(人)", "count", total=True),
        ),
        staff,
        "合计",
        repeat=False,
    )  # fmt: skip


def _write_assets(sheet: Sheet, assets: Sequence[Row]) -> None:
    sheet.table(
        (
            Column("asset_class_name", "资产类别"), Column("asset_kind", "资产类型", "centre"),
            Column("asset_state_name", "使用状态", "centre"), Column("card_count", "卡片数(张)", "count", total=True),
            Column("original_value_yuan", "原值(元)", "money", total=True),
            Column("depreciation_yuan", "累计折旧(元)", "money", total=True),
            Column("net_value_yuan", "净值(元)", "money", total=True),
        ),
        assets,
        "合计",
        repeat=False,
    )  # fmt: skip


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return round(100 * part / whole, 8) if whole else None


def _write_three_public(sheet: Sheet, rows: list[Row]) -> None:
    """The table as it is published: totals above their parts, in 万元."""
    columns = (
        Column("line_name", "项目", span=2), Column("initial_yuan", "年初预算数", "wan"),
        Column("budget_yuan", "调整后预算数", "wan"), Column("spent_yuan", "决算数", "wan"),
        Column("completion_pct", "完成率", "percent"),
    )  # fmt: skip
    sheet.head(columns, repeat=False)
    first = sheet.row + 1
    children = {
        number: [
            other
            for other in range(number + 1, len(rows))
            if rows[other]["line_level"] == row["line_level"] + 1
            and all(rows[between]["line_level"] > row["line_level"] for between in range(number + 1, other + 1))
        ]
        for number, row in enumerate(rows)
    }
    for number, row in enumerate(rows):
        bold = row["line_level"] == 1
        name = "　" * (row["line_level"] - 1) + row["line_name"]
        place = sheet.row
        shown = row["completion_pct"] if row["completion_pct"] is not None else row["completion_text"]
        cells: list[Any] = [(name, sheet.book.cell("text", bold=bold), 2, "text")]
        cells += [(row[column.key], sheet.book.cell("wan", bold=bold), 1, "wan") for column in columns[1:4]]
        sheet.cells([*cells, (shown, sheet.book.cell("percent", bold=bold), 1, "percent")])
        if children[number]:
            for offset, column in enumerate(columns[1:4]):
                letter = "CDE"[offset]
                added = "+".join(f"{letter}{first + child}" for child in children[number])
                sheet.formula(
                    place, 2 + offset, f"=ROUND({added},6)", sheet.book.cell("wan", bold=bold), row[column.key] / 10_000
                )
    if not rows:
        sheet.line("无", align="center")
    sheet.line("按元计算,换算为万元显示;各项之和与合计的尾差由四舍五入产生。基数为零的不计算完成率。")
