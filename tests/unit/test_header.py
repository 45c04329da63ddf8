"""Finding the header: title and unit rows above it, its variants, and when a sheet is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ledger_files import column, contract_of

from dagster_project.contracts import FileLayout, load_contracts
from dagster_project.ingestion.header import find_header
from dagster_project.ingestion.header_names import normalise
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.text_table import Header

CONTRACT = contract_of(
    [
        column("number_no", ["编号", "凭证号"], required=True),
        column("paid_on", ["支付(清算)日期", "支付日期"], "date", required=True),
        column("amount_yuan", ["支付金额", "金额"], "money", required=True),
        column("fee_yuan", "手续费", "money"),
        column("remark", "备注"),
    ]
)
NAMES = ["编号", "支付日期", "金额"]


def found(rows: Sequence[Sequence[str | None]], unit: str | None = "元", header_rows: Any = 1) -> Header:
    layout = FileLayout(pattern="*/*.csv", format="csv", unit=unit, header_rows=header_rows)
    return find_header(rows, CONTRACT, layout)


def refusal(rows: Sequence[Sequence[str | None]], unit: str | None = "元", header_rows: Any = 1) -> Refused:
    with pytest.raises(Refused) as caught:
        found(rows, unit, header_rows)
    return caught.value


def test_a_header_in_the_first_row_needs_no_rows_above() -> None:
    header = found([NAMES, ["1", "2023-01-05", "3"]])
    assert (header.rows, header.width, header.unit) == (1, 3, "元")
    assert header.positions == {"number_no": 0, "paid_on": 1, "amount_yuan": 2}


def test_title_and_unit_rows_above_the_header_are_read_past() -> None:
    header = found([["2023年支付明细"], [], ["", "", "单位:万元"], NAMES, ["1", "2023-01-05", "3"]], unit=None)
    assert (header.rows, header.unit) == (4, "万元")


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("单位:元", "元"), ("单位:万元", "万元"), ("单位:千元", "千元"), ("金额单位:亿元", "亿元"), ("单位\uff1a万元", "万元"),
        ("(单位:万元)", "万元"), ("单位: 万元", "万元"), ("单 位:万 元", "万元"), ("编制单位:办公厅 金额单位:万元", "万元"),
        ("单位:人民币万元", "万元"), ("单位:万元 制表人:张三", "万元"), ("编制单位:元岗街道办 金额单位:万元", "万元"),
    ],
)  # fmt: skip
def test_a_unit_row_is_understood_however_it_is_written(words: str, unit: str) -> None:
    assert found([[words], NAMES], unit=None).unit == unit


def test_the_unit_of_the_file_goes_before_that_of_the_contract_and_both_are_kept() -> None:
    header = found([["单位:万元"], NAMES], unit="元")
    assert (header.unit, header.contract_unit) == ("万元", "元")


@pytest.mark.parametrize("words", ["编制单位:办公厅", "填报单位:元岗街道办", "预算单位:元件厂"])
def test_a_unit_of_the_administration_is_no_unit_of_money(words: str) -> None:
    assert found([[words], NAMES], unit="万元").unit == "万元"
    assert refusal([[words], NAMES], unit=None).rule == "unknown_unit"


@pytest.mark.parametrize("words", ["单位:美元", "单位:百元", "金额单位:港元", "单位:百万元"])
def test_a_unit_that_nobody_knows_refuses_the_file_whatever_the_contract_says(words: str) -> None:
    assert refusal([[words], NAMES], unit=None).rule == "unknown_unit"
    assert refusal([[words], NAMES], unit="元").rule == "unknown_unit"


@pytest.mark.parametrize(
    "rows", [[["单位:元"], ["单位:万元"], NAMES], [["单位:元", "单位:万元"], NAMES], [["单位:元/万元"], NAMES]]
)
def test_two_units_refuse_the_file_and_are_named(rows: list[list[str | None]]) -> None:
    caught = refusal(rows)
    assert caught.rule == "ambiguous_unit"
    assert "万元" in caught.detail and "元" in caught.detail.split("、")


def test_no_unit_at_all_refuses_a_file_with_money() -> None:
    assert refusal([NAMES], unit=None).rule == "unknown_unit"


def test_a_unit_in_the_brackets_of_a_header_holds_for_that_column() -> None:
    header = found([["编号", "支付日期", "金额(万元)", "手续费(元)"]], unit=None)
    assert header.column_units == {"amount_yuan": "万元", "fee_yuan": "元"}
    assert found([["编号", "支付日期", "金额\uff08千元\uff09"]], unit="元").column_units == {"amount_yuan": "千元"}


def test_one_money_column_without_a_unit_refuses_the_file_even_if_another_has_one() -> None:
    assert refusal([["编号", "支付日期", "金额(万元)", "手续费"]], unit=None).rule == "unknown_unit"


def test_columns_may_come_in_any_order_and_be_left_out_if_not_required() -> None:
    header = found([["备注", "金额", "编号", "支付日期"]])
    assert header.positions == {"remark": 0, "amount_yuan": 1, "number_no": 2, "paid_on": 3}


@pytest.mark.parametrize(
    "names",
    [
        ["凭证号", "支付(清算)日期", "支付金额"],
        ["* 编 号", "支付\uff08清算\uff09日期", " 支付金额 "],
        ["编号*", "支付\n日期", "\u3000金额"],
    ],
)
def test_known_variants_are_found_in_any_width_with_blanks_or_stars(names: list[str]) -> None:
    assert found([names]).positions == {"number_no": 0, "paid_on": 1, "amount_yuan": 2}


def test_columns_outside_the_contract_are_kept_as_extra() -> None:
    header = found([["编号", "支付日期", "金额", "经办人", ""]])
    assert header.extra == {3: "经办人"}
    assert header.width == 5


def test_missing_columns_are_named_by_the_row_that_came_closest() -> None:
    caught = refusal([["支付明细"], ["编号", "备注", "金额"], ["1", "x", "3"]])
    assert (caught.rule, caught.detail) == ("missing_columns", "支付(清算)日期")
    assert refusal([["什么"], ["也", "没有"]]).detail == "编号、支付(清算)日期、支付金额"
    assert refusal([]).rule == "missing_columns"


@pytest.mark.parametrize(
    "names", [[*NAMES, "金额"], [*NAMES, "支付金额"], ["编号", "支付日期", "金额(元)", "金额(万元)"]]
)
def test_a_header_that_appears_twice_refuses_the_file(names: list[str]) -> None:
    caught = refusal([names])
    assert caught.rule == "duplicate_header"
    assert "金额" in caught.detail


def test_a_merged_group_row_gives_its_text_to_the_cells_merged_downwards() -> None:
    header = found(
        [["支付明细"], ["编号", "支付", None, "备注"], [None, "支付日期", "金额", None], ["1", "2023-01-05", "3", "x"]],
        header_rows=2,
    )
    assert header.positions == {"number_no": 0, "paid_on": 1, "amount_yuan": 2, "remark": 3}
    assert header.rows == 3


def test_a_group_row_shorter_than_the_names_is_filled_up() -> None:
    assert found([["编号"], ["", "支付日期", "金额"]], header_rows=2).rows == 2


def test_a_single_header_row_is_found_where_two_may_stand() -> None:
    header = found([["单位:万元"], NAMES, ["1", "2023-01-05", "3"]], unit=None, header_rows=2)
    assert (header.rows, header.unit) == (2, "万元")


def test_a_header_below_the_searched_rows_is_not_found() -> None:
    assert found([["x"]] * 49 + [NAMES]).rows == 50
    assert refusal([["x"]] * 50 + [NAMES]).rule == "missing_columns"


def test_no_two_columns_of_a_ledger_have_one_header_without_its_remarks() -> None:
    for contract in load_contracts().values():
        names: dict[str, str] = {}
        for each in contract.columns:
            for header in (*each.headers, *each.fallback_headers):
                assert names.setdefault(normalise(header), each.name) == each.name, (contract.ledger, header)
