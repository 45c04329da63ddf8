"""Printed totals and counts: of groups, in another unit, running, of whole numbers, and how many rows a file says it has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ledger_files import Office, closes, column, contract_of

from dagster_project.ingestion.submissions import Submission

HEAD = "编号,项目,日期,人数,金额(元)\n"
ROWS = "K1,会议费,2023-03-01,2,1.00\nK2,调研费,2023-03-02,3,2.00\nK3,会议费,2023-04-02,4,4.00\n"
FILE = "sample/2023/甲.csv"
WRONG = ("total_differs", "printed_count_differs")


def landed(folder: Path, body: str, **rest: Any) -> tuple[Submission, list[tuple[int | None, str, str, str]]]:
    """The entry of a file, and row, rule, column and message of what is told of its totals and counts."""
    columns = [
        column("item_no", "编号", required=True),
        column("project", "项目"),
        column("held_on", "日期", "date"),
        column("people", "人数", "integer"),
        column("amount_yuan", "金额(元)", "money"),
    ]
    office = Office(folder, {"sample": contract_of(columns, **rest)})
    entry = office.land_one(FILE, body)
    told = [
        (f["row_number"], f["rule"], f["column_name"] or "", f["message_zh"])
        for f in office.findings(entry)
        if f["rule"] in WRONG
    ]
    assert closes(entry) or entry.status == "refused"
    return entry, told


@pytest.mark.parametrize(
    "body",
    [
        HEAD + ROWS + "小计,会议费,,6,5.00\n小计,调研费,,3,2.00\n合计,,,9,7.00\n",
        HEAD + ROWS + "小计(会议费),,,,5.00\n小计:调研费,,,,2.00\n",
        HEAD + ROWS + "小计,3月,,5,3.00\n小计,4月,,4,4.00\n",
        HEAD + ROWS + "累计,,,,107.00\nK4,会议费,2023-05-01,1,3.00\n累计,,,,110.00\n",
        HEAD + ROWS + "小计,,,9,7.00\nK4,调减,2023-05-01,1,-9.00\nK5,调减,2023-05-02,1,2.50\n小计,,,2,-6.50\n合计,,,11,0.50\n",
        HEAD + ROWS + "合计,,,9,\n",
        HEAD + ROWS + "共 3 条\n",
        HEAD + ROWS + "记录数:3\n第 1 页 共 9 页\n",
        HEAD + ROWS + "合计 3 笔,,,9,7.00\n",
        HEAD + ROWS + "合计,3 笔,,9,7.00\n",
        HEAD + "K0,坏,2023-02-30,1,1.00\n" + ROWS + "共4条记录\n",
        HEAD + ROWS + "本页共 3 条\nK4,会议费,2023-05-01,1,3.00\n本页共 1 条\n共 4 条\n",
        "2023年支付明细(共3条)\n" + HEAD + ROWS,
        "共3个部门的明细\n" + HEAD + ROWS + "注:以上3项共5人参加\n",
    ],
    ids=["by_project", "in_brackets", "by_month", "running", "below_zero", "one_column", "count", "count_and_pages", "count_in_total",
         "count_beside_total", "with_rejected_row", "by_page", "in_title", "numbers_of_other_things"],
)  # fmt: skip
def test_totals_and_counts_that_agree_with_some_rows_are_no_news(body: str, tmp_path: Path) -> None:
    entry, told = landed(tmp_path, body)
    assert told == [] and entry.rows_accepted >= 3


@pytest.mark.parametrize(
    ("body", "row", "column_name", "says"),
    [
        (HEAD + ROWS + "小计,会议费,,,6.50\n", 5, "amount_yuan", ["6.50 元", "应为 5.00 元", "多 1.50 元", "会议费"]),
        (HEAD + ROWS + "小计,4月,,,4.50\n", 5, "amount_yuan", ["应为 4.00 元", "4月"]),
        (HEAD + ROWS + "合计,,,8,7.00\n", 5, "people", ["8", "应为 9", "少 1"]),
        (HEAD + ROWS.replace("1.00", "10000.00") + "合计,,,9,1.0006\n", 5, "amount_yuan", []),
        (HEAD + ROWS.replace("1.00", "9994.00") + "合计,,,9,1.00\n", 5, "amount_yuan", ["差 10,000 倍", "另一个单位"]),
        (HEAD + ROWS + "累计,,,,107.00\nK4,会议费,2023-05-01,1,3.00\n累计,,,,111.00\n", 7, "amount_yuan", ["应为 110.00 元", "累计"]),
    ],
    ids=["project", "month", "whole_numbers", "not_even_that", "unit", "running"],
)  # fmt: skip
def test_a_total_that_does_not_agree_is_told_with_what_it_should_be(
    body: str, row: int, column_name: str, says: list[str], tmp_path: Path
) -> None:
    if not says:  # more digits than a total in yuan has: it is no number, and nothing is compared
        assert landed(tmp_path, body)[1] == []
        return
    entry, told = landed(tmp_path, body)
    ((at, rule, name, message),) = told
    assert (at, rule, name, entry.status) == (row, "total_differs", column_name, "landed")
    assert all(text in message for text in says), message


@pytest.mark.parametrize(
    ("amounts", "total", "row", "words"),
    [
        (("100.00", "-35.50", "77.20"), "212.70", 3, "-35.50 元 正负号相反,应为 35.50 元"),
        (("100.00", "1392.36", "77.20"), "3369.56", 3, "1,392.36 元 相邻两位颠倒,应为 3,192.36 元"),
        (
            ("100.00", "604833.63", "77.20"),
            "237.68",
            3,
            "604,833.63 元 像是原数的 10,000 倍(小数点、零或单位),应为 60.48 元",
        ),
        (
            ("123.45", "8000.00", "77.20"),
            "80200.65",
            3,
            "8,000.00 元 像是原数的 10 分之一(小数点、零或单位),应为 80,000.00 元",
        ),
        (("100.00", "35.50", "77.20"), "177.20", 3, "35.50 元 多计(重复或不属于本合计)"),
        (("100.00", "", "77.20"), "211.11", 3, "空着,应为 33.91 元"),
    ],
    ids=["sign", "digits", "unit", "nought", "too_many", "blank"],
)
def test_a_row_that_alone_explains_a_wrong_total_is_named(
    amounts: tuple[str, ...], total: str, row: int, words: str, tmp_path: Path
) -> None:
    lines = [f"K{number},会议费,2023-03-01,2,{amount}\n" for number, amount in enumerate(amounts)]
    _, told = landed(tmp_path, HEAD + "".join(lines) + f"合计,,,,{total}\n")
    ((at_row, rule, name, message),) = told
    assert (at_row, rule, name) == (5, "total_differs", "amount_yuan")
    assert f"可能是第 {row} 行{words}" in message.replace("行 ", "行")


def test_no_row_is_named_where_none_explains_a_total_or_many_do(tmp_path: Path) -> None:
    rows = "".join(f"K{number},会议费,2023-03-01,2,5.00\n" for number in range(9))
    for total in ("45.37", "40.00"):
        _, ((_, _, _, message),) = landed(tmp_path / total, HEAD + rows + f"合计,,,,{total}\n")
        assert "可能是" not in message, message


@pytest.mark.parametrize(
    ("body", "row"),
    [
        (HEAD + ROWS + "共 5 条\n", 5),
        (HEAD + ROWS + "总记录数:5\n", 5),
        (HEAD + ROWS + "合计 5 笔,,,9,7.00\n", 5),
        ("2023年支付明细(共 5 条)\n" + HEAD + ROWS, 1),
    ],
)
def test_a_file_with_fewer_rows_than_it_says_is_told(body: str, row: int, tmp_path: Path) -> None:
    entry, told = landed(tmp_path, body)
    ((at, rule, _, message),) = told
    assert (at, rule, entry.status) == (row, "printed_count_differs", "landed")
    assert "共 5 条" in message and "实有 3 行,少 2 行" in message


@pytest.mark.parametrize("body", [HEAD + ROWS + "共 5 条\n", HEAD + ROWS + "合计,,,9,7.50\n"])
def test_a_contract_may_refuse_the_file_for_it(body: str, tmp_path: Path) -> None:
    entry, _ = landed(tmp_path, body, wrong_totals="refuse")
    assert entry.status == "refused" and "第 5行" in entry.reason.replace("第5", "第 5")
