"""Money units: which words above a header or in it state a unit, which refuse the file, and which are no money at all."""

from __future__ import annotations

import re
import unicodedata

import duckdb
import pytest
from ledger_files import column, contract_of

from dagster_project.contracts import FileLayout
from dagster_project.ingestion.header import find_header
from dagster_project.ingestion.header_names import normalise
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.units import UNIT_STATEMENT, agreed_units, split_unit, stated_unit, units_in

STATEMENTS = {
    "单位\uff1a万元": "万元", "单位(万元)": "万元", "(单位\uff1a万元)": "万元", "单位:人民币(万元)": "万元", "金额单位\uff1a人民币万元": "万元",
    "本表金额以万元为单位": "万元", "本表以人民币万元为计量单位": "万元", "以万元计": "万元", "计量单位:万元": "万元", "币种\uff1a人民币 单位\uff1a元": "元",
    "币种:人民币\u3000\u3000单位:千元": "千元", "万元": "万元", "\uff08亿元\uff09": "亿元", "人民币万元": "万元", "金额单位为万元": "万元",
    "注\uff1a下列金额均为人民币万元": "万元", "数据均以万元列示": "万元", "注:本表所列数字以“万元”为单位": "万元", "单位:【万元】": "万元",
    "填报单位:某局(单位:万元)": "万元", "单位:万元制表人:张三": "万元", "单位:元\uff08人民币\uff09": "元", "单位:元 2023年1月": "元",
}  # fmt: skip
"""A cell above the header with the unit it states."""


@pytest.mark.parametrize(("cell", "unit"), STATEMENTS.items())
def test_a_money_word_above_the_header_decides_the_unit(cell: str, unit: str) -> None:
    assert units_in(cell) == [unit]
    assert stated_unit([["2023年明细"], [None, cell]], has_money=True) == unit


@pytest.mark.parametrize(
    "cell", ["2023年支出表(万元)", "支出明细\uff08单位\uff1a万元\uff09", "支付情况【人民币万元】", "金额:万元"]
)
def test_the_brackets_that_end_a_title_decide_the_unit_of_a_table(cell: str) -> None:
    assert stated_unit([[cell]], has_money=True) == "万元"


@pytest.mark.parametrize(
    "cell",
    [
        "单位:万元/元",
        "单位\uff1a元\uff08万元\uff09",
        "单位:元、万元",
        "万元/元",
        "金额单位:千元或万元",
        "明细表(元/万元)",
    ],
)
def test_two_units_in_one_statement_refuse_the_file_with_its_text(cell: str) -> None:
    with pytest.raises(Refused) as caught:
        stated_unit([[cell]], has_money=True)
    assert caught.value.rule == "ambiguous_unit"
    assert cell in caught.value.detail


@pytest.mark.parametrize(
    "cell", ["单位:百元", "单位:百万元", "单位:美元", "金额单位:万美元", "单位(港币)", "币种:美元 单位:万元", "单位:分"]
)
def test_a_unit_that_is_not_known_refuses_the_file(cell: str) -> None:
    with pytest.raises(Refused) as caught:
        stated_unit([[cell]])
    assert caught.value.rule == "unknown_unit"
    assert cell in caught.value.detail


@pytest.mark.parametrize("cell", ["支出情况 万元", "资金规模亿元", "单位:人、万元", "大额资金(百元)情况"])
def test_a_money_word_that_leaves_a_doubt_refuses_a_table_of_amounts_only(cell: str) -> None:
    with pytest.raises(Refused) as caught:
        stated_unit([[cell]], has_money=True)
    assert caught.value.rule == "unknown_unit"
    assert stated_unit([[cell]]) is None


@pytest.mark.parametrize(
    "cell",
    [
        "单位:个", "单位:人", "填报单位:元岗街道", "单位:广州市财政局", "计量单位:台", "2023年500万元以上项目明细", "超过500万元的项目",
        "万元以上项目", "五百万元以上合同", "2023年元旦慰问明细", "多元化解纠纷", "单位:分局", "单价300元/人", "编制单位:元件厂", "近千万元专项",
    ],
)  # fmt: skip
def test_a_cell_about_something_else_states_no_unit(cell: str) -> None:
    assert units_in(cell) == []
    assert stated_unit([[cell]], has_money=True) is None


def test_duckdb_reads_the_pattern_of_a_unit_row_alike() -> None:
    cells = [
        re.sub(r"\s", "", unicodedata.normalize("NFKC", cell)) for cell in [*STATEMENTS, "填报单位:元岗街道", "单位:个"]
    ]
    with duckdb.connect() as connection:
        found = [
            connection.execute("select regexp_matches($1, $2)", [cell, UNIT_STATEMENT.pattern]).fetchone()
            for cell in cells
        ]
    assert found == [(UNIT_STATEMENT.search(cell) is not None,) for cell in cells]


@pytest.mark.parametrize(
    ("header", "unit"),
    {
        "金额\uff08单位\uff1a万元\uff09": "万元", "金额/万元": "万元", "金额_万元": "万元", "金额(万元)": "万元", "金额[万元]": "万元", "金额 万元": "万元",
        "金额\uff08人民币万元\uff09": "万元", "金额(亿元)": "亿元", "金额:万元": "万元", "金额【千元】": "千元", "金额\uff08万\uff09": "万元", "金额/元": "元",
        "金额(\uffe5万元)": "万元", "金额-万元": "万元", "金额": None, "金额(人民币)": None,
    }.items(),
)  # fmt: skip
def test_the_unit_in_a_header_is_understood(header: str, unit: str | None) -> None:
    assert split_unit(normalise(header)) == ("金额", unit)


@pytest.mark.parametrize("header", ["面积(平方米)", "单元", "数量/台", "单价(含税)"])
def test_a_header_without_money_keeps_its_text(header: str) -> None:
    assert split_unit(header) == (header, None)


CONTRACT = contract_of([column("line_no", "编号", required=True), column("amount_yuan", "金额", "money", required=True), column("fee_yuan", "手续费", "money")])  # fmt: skip
LAYOUT = FileLayout(pattern="*/*.csv", format="csv", unit="元")


@pytest.mark.parametrize("header", ["金额(元)", "金额/元", "金额(单位:元)"])
def test_a_header_that_contradicts_the_unit_above_it_refuses_the_file(header: str) -> None:
    with pytest.raises(Refused) as caught:
        find_header([["单位:万元"], ["编号", header]], CONTRACT, LAYOUT)
    assert (caught.value.rule, header in caught.value.detail) == ("ambiguous_unit", True)
    assert find_header([["单位:元"], ["编号", header]], CONTRACT, LAYOUT).column_units == {"amount_yuan": "元"}


def test_columns_may_have_units_of_their_own_where_no_row_states_one() -> None:
    header = find_header([["编号", "金额(万元)", "手续费/元"]], CONTRACT, LAYOUT)
    assert header.column_units == {"amount_yuan": "万元", "fee_yuan": "元"}


@pytest.mark.parametrize(
    ("header", "rule"),
    [("金额(元/万元)", "ambiguous_unit"), ("金额(美元)", "unknown_unit"), ("金额百万元", "unknown_unit")],
)
def test_a_header_with_two_units_or_one_that_is_not_known_refuses_the_file(header: str, rule: str) -> None:
    with pytest.raises(Refused) as caught:
        find_header([["编号", header]], CONTRACT, LAYOUT)
    assert caught.value.rule == rule
    assert header in caught.value.detail


def test_units_that_agree_pass() -> None:
    agreed_units(None, {"a_yuan": "万元", "b_yuan": "元"})
    agreed_units("万元", {"a_yuan": "万元"})
