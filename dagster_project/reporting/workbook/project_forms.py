"""项目支出绩效自评表: the form of each project with approved targets, one sheet each, laid out as the Ministry of Finance prints it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.publishing.versions import DATABASE
from dagster_project.reporting.reading.published import OF_THE_YEAR, Row, rows_of
from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.workbook.sheet_writer import Column, Sheet
from dagster_project.reporting.workbook.year_book import year_book

FORM_NAME = "项目支出绩效自评"
INDEX = "目录"
LONGEST_SHEET_NAME = 31
"""What spreadsheets take as the name of a sheet, in letters."""
NOT_IN_SHEET_NAMES = str.maketrans("[]:*?/\\'", "\u3014\u3015\uff1a\uff0a\uff1f\uff0f\uff3c\u2019")
CUT = "…"
WIDTHS = (8, 9, 11, 16, 11, 11, 8, 9, 16)
INDEX_WIDTHS = (6, 24, 30, 20, 9, 9, 9, 7)
BEFORE_LINES = ("", "其中:", "   ", "   ")
"""What stands before the names of the lines of money: the total, then its parts."""
NOT_SCORED = {
    "MISSING_ACTUAL": "未报完成值,不计分",
    "MISSING_TARGET": "没有年度指标值,不计分",
    "MISSING_WEIGHT": "没有分值,不计分",
    "NOT_JUDGED": "完成值的写法无法判定,不计分",
}
NO_TOTAL = {
    "INCOMPLETE": "有未计分的项目,不出总分",
    "WEIGHTS_WRONG": "分值合计不是100分,不出总分",
}
OTHER_TOTAL = {
    "RESCALED": "有不适用的部分,总分按其余分值折算为百分制",
    "PARTIAL": "预算或支付台账不全,总分为暂计",
}
TO_FILL_IN = "(待填写)"
FILLED_IN_BY = "填报人:                    联系电话:                    填报日期:        年    月    日"
"""The last line of a form."""
GOALS = ("overall_target_zh", "overall_actual_zh")
"""What was to be reached over all and what was; a version from before forms told it has neither."""


def sheet_names(projects: Iterable[str], form: str = FORM_NAME) -> list[str]:
    r"""Names of the sheets of projects, in order, each told apart.

    Spreadsheets take 31 letters and none of ``[]:*?/\\``: such letters are written full width, a longer name ends in …, and of
    names that are the same then (whatever their case) the later ones end in a number.
    """
    taken: dict[str, int] = {}
    names = []
    for project in projects:
        whole = f"{form}-{project.strip().translate(NOT_IN_SHEET_NAMES)}"
        name = _cut(whole, LONGEST_SHEET_NAME)
        number = 1
        while name.casefold() in taken:
            number += 1
            name = _cut(whole, LONGEST_SHEET_NAME - len(f"({number})")) + f"({number})"
        taken[name.casefold()] = number
        names.append(name)
    return names


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - len(CUT)] + CUT


def write_project_forms(year: ScoredYear, path: Path) -> bool:
    """Write the forms of a year into one workbook; the same version gives the same bytes. Without any form there is no file.

    Args:
        year: the scored year; its version may be a masked copy.
        path: the xlsx file.
    """
    projects, money, indicators, goals = _read(year)
    if not projects:
        return False
    with year_book(year, path, f"{year.fiscal_year}年度{FORM_NAME}表") as (book, footer):
        names = sheet_names(str(row["project_name"] or row["project_code"]) for row in projects)
        _write_index(Sheet(book, INDEX, INDEX_WIDTHS, footer), year, projects, names)
        for row, name in zip(projects, names, strict=True):
            code = row["project_code"]
            _write_form(
                Sheet(book, name, WIDTHS, footer, is_portrait=True),
                year,
                {**row, **goals.get(code, {})},
                money[code],
                indicators[code],
            )
    return True


def _read(year: ScoredYear) -> tuple[list[Row], dict[str, list[Row]], dict[str, list[Row]], dict[str, Row]]:
    def of(connection: duckdb.DuckDBPyConnection, table: str, order: str) -> list[Row]:
        return rows_of(connection, f"select * from evaluation.{table} where {OF_THE_YEAR} order by {order}", year.key)

    with duckdb.connect(str(year.version_dir / DATABASE), read_only=True) as connection:
        projects = of(connection, "project_scores", "project_code")
        money = of(connection, "project_money", "project_code, line_no")
        indicators = of(connection, "project_indicator_scores", "project_code, indicator_no")
        forms = rows_of(
            connection,
            f"select * from marts.fct_performance_targets where {OF_THE_YEAR} and is_first_of_form",
            year.key,
        )
    goals = {row["project_code"]: {name: row.get(name) for name in GOALS} for row in forms}
    return projects, _by_project(money), _by_project(indicators), goals


def _by_project(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["project_code"], []).append(row)
    return found


def _write_index(sheet: Sheet, year: ScoredYear, projects: list[Row], names: list[str]) -> None:
    sheet.heading(
        f"{year.fiscal_year}年度{FORM_NAME}表目录", lines=[f"已批复绩效目标的项目 {len(projects)} 个,每个项目一张表"]
    )
    first = sheet.row + 1
    rows = [
        {**row, "no": number, "page": name} for number, (row, name) in enumerate(zip(projects, names, strict=True), 1)
    ]
    sheet.table(
        (
            Column("no", "序号", "count"), Column("project_name", "项目名称"), Column("page", "工作表", "raw"),
            Column("project_code", "项目编码", "raw"), Column("computed_score", "计算得分", "points"),
            Column("ledger_score", "自评得分", "points"), Column("difference_points", "差额", "points"),
            Column("rating", "等级", "centre"),
        ),
        rows,
    )  # fmt: skip
    link = sheet.book.cell("raw", font_color="#1F4E79", underline=1)
    for place, name in enumerate(names, start=first):
        quoted = name.replace("'", "''")
        sheet.worksheet.write_url(place, 2, f"internal:'{quoted}'!A1", link, name)
    sheet.line(
        "工作表名为“项目支出绩效自评-项目名称”;名称超过31字的截断并以“…”结尾,不能用的符号改为全角,截断后同名的加序号。"
        "计算得分按批复的绩效指标和预算、支付台账计算,自评得分为台账“项目自评结果”所报。"
    )


def _write_form(sheet: Sheet, year: ScoredYear, row: Row, money: list[Row], indicators: list[Row]) -> None:
    book = sheet.book
    label, text = book.cell("centre", bold=True), book.cell("text")
    sheet.heading(f"{FORM_NAME}表")
    sheet.line(f"({year.fiscal_year}年度)", align="center", font_size=10)
    sheet.cells([("项目名称", label, 2), (row["project_name"] or row["project_code"], text, 7)])
    sheet.cells(
        [
            ("主管部门", label, 2), (year.scorecard.department_name, text, 3),
            ("实施单位", label, 1), (row["responsible_unit"], text, 3),
        ]
    )  # fmt: skip
    _write_money(sheet, row, money)
    _write_goals(sheet, row)
    _write_indicators(sheet, row, indicators)
    for note in _notes(row, money):
        sheet.line(note)
    sheet.gap()
    sheet.line(FILLED_IN_BY, font_size=10)


def _write_money(sheet: Sheet, row: Row, money: list[Row]) -> None:
    book = sheet.book
    label, none = book.cell("centre", bold=True), book.cell("centre")
    first = sheet.row
    heads = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    sheet.cells([("", label), ("", label, 2), *((head, label) for head in heads)])
    for line, before in zip(money, BEFORE_LINES, strict=True):
        cells: list[Any] = [("", label), (before + line["line_name"], book.cell("text"), 2)]
        for column in ("initial_yuan", "budget_yuan", "spent_yuan"):
            cells.append((_or(line[column], "缺"), book.cell("wan"), 1, "wan"))
        rate = ("—" if line["rate_pct"] is None else line["rate_pct"], book.cell("percent"), 1, "percent")
        if line["is_total"]:
            cells += [(_or(row["execution_full"], "—"), book.cell("points"), 1, "points"), rate]
            cells.append((_or(row["execution_score"], "—"), book.cell("points", bold=True), 1, "points"))
        else:
            cells += [("—", none), rate, ("—", none)]
        sheet.cells(cells)
    sheet.merge_down(0, first, sheet.row - 1, "项目资金\n(万元)", label)


def _write_goals(sheet: Sheet, row: Row) -> None:
    label, text = sheet.book.cell("centre", bold=True), sheet.book.cell("text")
    goals = [row.get(name) or TO_FILL_IN for name in GOALS]
    first = sheet.row
    sheet.cells([("", label), ("预期目标", label, 4), ("实际完成情况", label, 4)])
    sheet.cells([("", label), *((goal, text, 4) for goal in goals)])
    sheet.merge_down(0, first, sheet.row - 1, "年度总体\n目标", label)


def _write_indicators(sheet: Sheet, row: Row, indicators: list[Row]) -> None:
    book = sheet.book
    label = book.cell("centre", bold=True)
    first = sheet.row
    heads = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
    sheet.cells([("", label), *((head, label) for head in heads)])
    top = sheet.row
    for entry in indicators:
        score = _or(entry["score"], "—")
        sheet.cells(
            [
                ("", label), ("", label), ("", label), (entry["indicator_name"], book.cell("text")),
                (_target(entry), book.cell("centre")), (_actual(entry), book.cell("centre")),
                (_or(entry["full_points"], "—"), book.cell("points"), 1, "points"),
                (score, book.cell("points", bold=True), 1, "points"), (_reason(entry), book.cell("text")),
            ]
        )  # fmt: skip
    _merge_levels(sheet, top, indicators)
    total, full = _or(row["computed_score"], "—"), _or(row["full_points"], "—")
    bold = book.cell("points", bold=True)
    state = NO_TOTAL.get(row["score_status"]) or OTHER_TOTAL.get(row["score_status"]) or ""
    rating = f"等级:{row['rating']}" if row["rating"] else ""
    sheet.merge_down(0, first, sheet.row - 1, "绩效指标", label)
    sheet.cells(
        [
            ("总分", label, 6), (full, bold, 1, "points"), (total, bold, 1, "points"),
            (";".join(filter(None, (rating, state))), book.cell("text")),
        ]
    )  # fmt: skip


def _merge_levels(sheet: Sheet, top: int, indicators: list[Row]) -> None:
    """The names of levels 1 and 2 beside the rows that follow each other under them."""
    look = sheet.book.cell("centre")
    for column, keys in ((1, ("level1",)), (2, ("level1", "level2"))):
        start = 0
        for number in range(1, len(indicators) + 1):
            here = indicators[start]
            if number < len(indicators) and all(indicators[number][key] == here[key] for key in keys):
                continue
            sheet.merge_down(column, top + start, top + number - 1, str(here[keys[-1]]), look)
            start = number


def _or(value: Decimal | None, otherwise: str) -> Decimal | str:
    return otherwise if value is None else value


def _target(entry: Row) -> str:
    if entry["target_value"] is None:
        return "缺"
    return f"{'' if entry['operator'] == '定性' else entry['operator']}{entry['target_value']}{entry['unit'] or ''}"


def _actual(entry: Row) -> str:
    return "未报" if entry["actual_value"] is None else f"{entry['actual_value']}{entry['unit'] or ''}"


def _reason(entry: Row) -> str:
    told = NOT_SCORED.get(entry["score_status"], "")
    written = entry["deviation_zh"] or (TO_FILL_IN if entry["needs_reason"] else "")
    return ";".join(filter(None, (told, written)))


def _notes(row: Row, money: list[Row]) -> list[str]:
    """What the clerk must know beside the form: the score of the ledger, where it differs, and how money was told apart."""
    notes = []
    if row["ledger_score"] is None:
        notes.append("注:台账“项目自评结果”没有本项目的自评得分。")
    elif row["computed_score"] is not None:
        notes.append(f"注:本表按台账计算;单位自评 {row['ledger_score']} 分,相差 {row['difference_points']} 分。")
    if row["differing_indicators_zh"]:
        notes.append(f"相差超过规定分值:{row['differing_indicators_zh']}。请核对后更正自评结果或台账。")
    if row["unscored_indicators_zh"]:
        notes.append(f"未计分的指标(不作零分):{row['unscored_indicators_zh']}。")
    beyond = next((line["beyond_carry_over_yuan"] for line in money if line["is_total"]), None)
    if beyond:
        notes.append(f"记在上年结转指标上的支付超出其额度 {Decimal(beyond) / 10_000:,.2f} 万元,已列入当年财政拨款。")
    return notes
