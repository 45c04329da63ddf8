"""决算公开表: the nine tables of the published final accounts as the ledgers give them, a sheet each, and how they agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from pathlib import Path

import duckdb

from dagster_project.publishing.versions import DATABASE
from dagster_project.reporting.reading.published import OF_THE_YEAR, Row, rows_of
from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.workbook.sheet_writer import Book, Column, Sheet
from dagster_project.reporting.workbook.year_book import year_book

ACCOUNTS_NAME = "决算公开表"
CHECKS = "表间核对"
CHECK_WIDTHS = (6, 34, 18, 18, 16, 10, 34)
INCOME, SPENDING = 1, 2
FIRST_TOTAL = 20
"""From this place on lines of both sides stand beside each other: totals and balances."""
NAME_WIDTH, CODE_WIDTH, AMOUNT_WIDTH, NUMBER_WIDTH = 34, 11, 16, 6
INDENT = "\u3000"
QUERIES = {
    "cells": f"""select * from marts.final_accounts where {OF_THE_YEAR}
        order by table_no, block, place, code, column_no""",
    "checks": f"select * from marts.final_account_checks where {OF_THE_YEAR} order by relation_no",
}


def write_final_accounts(year: ScoredYear, path: Path) -> bool:
    """Write the tables of a year into one workbook; the same version gives the same bytes. Without any there is no file.

    Args:
        year: the scored year.
        path: the xlsx file.
    """
    with duckdb.connect(str(year.version_dir / DATABASE), read_only=True) as connection:
        cells, checks = (rows_of(connection, query, year.key) for query in QUERIES.values())
    if not cells:
        return False
    with year_book(year, path, f"{year.fiscal_year}年度部门{ACCOUNTS_NAME}") as (book, footer):
        for table_no, of_table in groupby(cells, key=lambda cell: str(cell["table_no"])):
            _write_table(book, year, footer, table_no, list(of_table))
        _write_checks(Sheet(book, CHECKS, CHECK_WIDTHS, footer), year, checks)
    return True


def _write_table(book: Book, year: ScoredYear, footer: str, table_no: str, cells: list[Row]) -> None:
    sides = {block: list(of_block) for block, of_block in groupby(cells, key=lambda cell: int(cell["block"]))}
    is_two_sided = SPENDING in sides
    columns = [_columns(side, f"s{block}_") for block, side in sides.items()]
    has_codes = any(cell["code"] for cell in cells) and not is_two_sided
    lead = [Column("code", "科目编码", "raw")] if has_codes else [Column("number", "行次", "count")]
    if is_two_sided:
        shown = [
            Column("s1_name", "收入"), *columns[0], Column("s2_name", "支出(按功能分类)"), *columns[1],
        ]  # fmt: skip
    else:
        shown = [Column("s1_name", "科目名称" if has_codes else "项目"), *columns[0]]
    widths = [CODE_WIDTH if has_codes else NUMBER_WIDTH]
    widths += [NAME_WIDTH if column.key.endswith("name") else AMOUNT_WIDTH for column in shown]
    sheet = Sheet(book, f"公开{table_no}表", widths, footer)
    sheet.heading(
        str(cells[0]["table_name"]),
        mark=f"公开{table_no}表",
        lines=[f"部门:{year.scorecard.department_name}    {year.fiscal_year}年度    单位:万元"],
    )
    lines = [_lines(side, f"s{block}_") for block, side in sides.items()]
    rows = list(_beside(*lines)) if is_two_sided else lines[0]
    sheet.table([*lead, *shown], [{**row, "number": number} for number, row in enumerate(rows, start=1)])
    for note in _notes(cells):
        sheet.line(note)


def _columns(side: Sequence[Row], prefix: str) -> list[Column]:
    names = {int(cell["column_no"]): str(cell["column_name"]) for cell in side}
    return [Column(f"{prefix}{number}", name, "wan") for number, name in sorted(names.items())]


def _lines(side: Sequence[Row], prefix: str) -> list[Row]:
    """The lines of one side, each with its amounts by column; groups of codes are told by how far a name is indented."""
    lines = []
    for (place, code), of_line in groupby(side, key=lambda cell: (int(cell["place"]), str(cell["code"]))):
        cells = list(of_line)
        name = str(cells[0]["line_name"] or f"(没有名称的科目 {code})")
        line: Row = {
            "place": place,
            "code": code,
            f"{prefix}name": INDENT * max(int(cells[0]["line_level"]) - 1, 0) + name,
        }
        line |= {f"{prefix}{cell['column_no']}": cell["amount_yuan"] for cell in cells}
        lines.append(line)
    return lines


def _beside(income: list[Row], spending: list[Row]) -> Iterator[Row]:
    """Both sides beside each other: first what they consist of, as it comes, then totals and balances by their place."""
    bodies = ([line for line in side if line["place"] < FIRST_TOTAL] for side in (income, spending))
    for left, right in zip_longest(*bodies, fillvalue={}):
        yield {**left, **right}
    ends = [{line["place"]: line for line in side if line["place"] >= FIRST_TOTAL} for side in (income, spending)]
    for place in sorted(ends[0].keys() | ends[1].keys()):
        yield {**ends[0].get(place, {}), **ends[1].get(place, {})}


def _notes(cells: list[Row]) -> Iterator[str]:
    if not any(cell["amount_yuan"] for cell in cells):
        yield "本年度没有此项收支,本表无数据。"
    if any(cell["amount_yuan"] is None for cell in cells):
        yield "空格为台账没有的数据,须由财务人员按决算报表填写;0.00 为没有发生。"
    if not all(cell["is_whole"] for cell in cells):
        yield "所用台账尚未到齐,本表为暂计数,不能公开。"


def _write_checks(sheet: Sheet, year: ScoredYear, checks: list[Row]) -> None:
    sheet.heading(f"{year.fiscal_year}年度{ACCOUNTS_NAME}表间核对")
    sheet.table(
        (
            Column("relation_no", "序号", "count"), Column("name_zh", "应当相等的两数"),
            Column("left_yuan", "左方(元)", "money"), Column("right_yuan", "右方(元)", "money"),
            Column("difference_yuan", "差额(元)", "money"), Column("state", "结果", "centre"), Column("why_zh", "原因和核对要求"),
        ),
        [{**row, "why_zh": row["why_zh"] or "—"} for row in checks],
    )  # fmt: skip
    sheet.line(
        "收入为当年财政拨款指标(不含上年结转)减注销,非财政拨款收入取预算收入科目的发生额;支出为国库集中支付净额,上年凭证的退款不冲减;"
        "年初数已扣除财政收回的结余。单位资金的支付不经国库集中支付,台账中没有。"
    )
