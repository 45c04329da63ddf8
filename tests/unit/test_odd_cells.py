"""Rows that a look at their bytes passes over are judged as if every cell had been asked."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa
from ledger_files import column, contract_of

from dagster_project.contracts import load_code_list
from dagster_project.ingestion import odd_cells
from dagster_project.ingestion.odd_cells import ODD_TEXTS
from dagster_project.ingestion.row_checks import RowChecks
from dagster_project.ingestion.text_table import Header, HeadRow, text_schema

ROWS = 3_000
PLAIN = {
    "voucher_no": "ZF20230001", "payee_name": "某某供应商", "purpose": "办公费", "amount_yuan": "12.50", "paid_on": "2023-01-05",
    "fund_type": "11", "is_refund": "否",
}  # fmt: skip
ODD = (
    "", "-", "——", "－", "'", "null", "NULL", "(null)", "&nbsp;", "\\n", "nan", "#N/A", "#无缓存值!", "####", "＃REF!", "Err:502",
    "='001'", '="00123"', '=""', "'00123", "1.2E8", "6E+18", "2E3", "-1.5e3", "440100.0", "440100.00", "1.0", "Mar-23",
    "Mar-2023", "2023-01-05", "2023/1/5", "2023-01-05 10:20", "2023年1月5日", "1月5日", "3月", "ＺＦ２０２３", "ZF\u20112023", "１２．５", "a&amp;b",
    "<br/>", "R&D", "a<b", "合计", "小计", "合 计", "3月小计", "合计:", "单位:万元", "金额单位:元", "第1页", "2/5", "共3条", "注:无", "备注:见下", "制表人:",
    "以下空白", "voucher_no", "x" * 60, "12 34", "1,234.50", "(1,234.50)", "￥12", "1.005", "20230105", "45000", "是", "1", "0", "11-别的",
    "11-一般公共预算资金", "5", "０５", "-5", "+7", "e", "E", "1e5x", "2023-001", "XM-2023-07", "101002", "同上", "〃", "ditto", "Do.", "数据来源:财政", "完", "Total", "Grand Total", "填表人:某人", "以下空白", "- 1 -", "※某事", "中国·某地", "émile", "\U00020000",
)  # fmt: skip
"""Cells of every kind that some rule looks for, and some that only resemble them."""


def checks_of_payments() -> RowChecks:
    contract = contract_of(
        [
            column("voucher_no", required=True),
            column("payee_name", required=True),
            column("purpose"),
            column("amount_yuan", None, "money", required=True),
            column("paid_on", None, "date"),
            column("fund_type", None, "code", codes="fund_types", required=True),
            column("is_refund", None, "boolean"),
        ],
        key=["voucher_no"],
    )
    names = [each.name for each in contract.columns]
    head = HeadRow(1, "header", tuple(names))
    places = {name: place for place, name in enumerate(names)}
    header = Header(1, places, dict(zip(names, names, strict=True)), len(names), unit="元", head=(head,))
    return RowChecks(contract, header, {"fund_types": load_code_list("fund_types", 2023)})


def cells_with_faults(seed: int, share: float) -> pa.Table:
    """Rows of payments of which so large a share has cells of :data:`ODD` in any column."""
    choose = random.Random(seed)
    rows = []
    for _ in range(ROWS):
        row = dict(PLAIN)
        if choose.random() < share:
            for name in choose.sample(list(row), choose.choice([1, 1, 1, 2, 7])):
                row[name] = choose.choice(ODD)
        rows.append(row)
    rows += [{**PLAIN, name: text} for name in PLAIN for text in ODD]
    rows += [dict.fromkeys(PLAIN, "") | {"voucher_no": text} for text in ODD]
    rows += [dict.fromkeys(PLAIN, ""), {name: name for name in PLAIN}]
    cells = [[row[name] for row in rows] for name in PLAIN]
    numbers = list(range(2, len(rows) + 2))
    return pa.table([*cells, numbers, *[[None] * len(rows)] * 2], schema=text_schema(list(PLAIN)))


def judged(checks: RowChecks, stream: Any) -> list[Sequence[Any]]:
    with duckdb.connect() as connection:
        connection.register("cells", stream)
        query = checks.landed_rows(f"({checks.looked_at('cells')})", checks.all_doubts, "s", "")
        return connection.execute(f"select * from ({query}) order by _row").fetchall()


def test_marked_rows_are_judged_like_rows_that_are_all_looked_at() -> None:
    checks, table = checks_of_payments(), cells_with_faults(7, 0.3)
    marked, stream = checks.over_marked(
        pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=500))
    )
    expected = judged(checks, table)
    statuses = {row[-3] for row in expected}
    assert {"accepted", "rejected", "blank", "subtotal", "footnote", "repeated_header", "unit"} <= statuses
    assert judged(marked, stream) == expected


def test_plain_rows_get_no_mark() -> None:
    checks = checks_of_payments()
    table = pa.table([[text] for text in PLAIN.values()] + [[2], [None], [None]], schema=text_schema(list(PLAIN)))
    _, stream = checks.over_marked(table.to_reader())
    (row,) = stream.read_all().to_pylist()
    assert not any(
        row[name] for name in row if name.endswith(odd_cells.MARK) or name in (ODD_TEXTS, odd_cells.MAY_BE_NOTE)
    )


def test_an_empty_batch_and_parts_of_one_are_marked_like_the_whole() -> None:
    checks, table = checks_of_payments(), cells_with_faults(8, 0.5)
    (batch,) = table.slice(0, 100).combine_chunks().to_batches()
    parts = [batch.slice(0, 0), batch.slice(0, 37), batch.slice(37)]
    found = [
        checks.over_marked(pa.RecordBatchReader.from_batches(table.schema, each))[1].read_all()
        for each in ([batch], parts)
    ]
    assert found[0].combine_chunks().equals(found[1].combine_chunks())
