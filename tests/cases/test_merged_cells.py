"""Merged cells: a text counts for all its rows, an amount once, and nothing that a merge hides is lost without a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from books import (
    BUDGET_FILE,
    BUDGET_HEAD,
    SMALL_HEAD,
    budget_row,
    message,
    ods,
    only,
    small_contract,
    small_office,
    told,
    xlsx,
)
from ledger_files import Office, closes, yuan

Case = Callable[[str], Office]
BLANK = [None] * 16


def budget(rows: list[list[Any]], *merges: tuple[str, Any]) -> bytes:
    """The budget ledger with these rows, where each merged range has a value."""

    def after(_: Any, sheets: dict[str, Any]) -> None:
        for cells, value in merges:
            sheets["指标台账"].merge_range(cells, value)

    return xlsx({"指标台账": [*BUDGET_HEAD, *rows]}, after)


def test_a_merged_text_means_all_its_rows(case: Case) -> None:
    office = case("merged-down")
    entry = only(office.land())
    rows = office.accepted(entry, "document_no", "project_name", "remark")
    assert len(rows) == 3 and len(set(rows)) == 1 and all(rows[0])
    assert "6 个" in message(office, entry, "merged_cells")


def test_a_merged_date_code_and_line_number_mean_all_their_rows(office: Office) -> None:
    merges = [("A5:A6", 1), ("F5:F7", "2023-05-06"), ("H6:H7", "11-一般公共预算"), ("B5:B7", 2023)]
    entry = office.land_one(BUDGET_FILE, budget([budget_row(1), budget_row(2), budget_row(3)], *merges))
    rows = office.accepted(entry, "sequence_no", "cast(issued_on as varchar)", "fund_type", "fiscal_year")
    assert rows == [(1, "2023-05-06", "11", 2023), (1, "2023-05-06", "11", 2023), (3, "2023-05-06", "11", 2023)]


def test_a_merged_text_of_an_ods_means_all_its_rows(office: Office) -> None:
    rows = [SMALL_HEAD, ["1", "甲", "2023-01-02", 5], ["2", None, None, 6], ["3", None, None, 7]]
    content = ods({"表": rows}, {("表", 1, 1): 3, ("表", 1, 2): 2})
    office = small_office(office, small_contract())
    entry = office.land_one("sample/2023/a.ods", content)
    assert office.accepted(entry, "item_name", "cast(held_on as varchar)") == [
        ("甲", "2023-01-02"), ("甲", "2023-01-02"), ("甲", None),
    ]  # fmt: skip


def test_each_procurement_under_a_merged_meeting_number_has_it(case: Case) -> None:
    office = case("merged-meeting-number")
    entry = only(office.land())
    name = next(c.name for c in office.contracts["procurements"].columns if "会议纪要号" in c.headers)
    assert office.accepted(entry, name) == [("穗人办纪〔2023〕8号",)] * 3


def test_a_merged_amount_is_one_amount(case: Case) -> None:
    office = case("merged-amount")
    entry = only(office.land())
    assert (entry.rows_accepted, entry.rows_rejected) == (2, 1) and closes(entry)
    assert "O5:O6" in message(office, entry, "merged_amount")


@pytest.mark.parametrize("letter", ["D", "E", "F"])
def test_a_merged_amount_count_or_share_is_told_in_optional_columns_too(letter: str, office: Office) -> None:
    office = small_office(office, small_contract())
    rows = [SMALL_HEAD, *([n, "甲", None, 1, 2, 3] for n in (1, 2, 3))]

    def after(_: Any, sheets: dict[str, Any]) -> None:
        sheets["表"].merge_range(f"{letter}3:{letter}4", 7)

    entry = office.land_one("sample/2023/a.xlsx", xlsx({"表": rows}, after))
    assert (entry.rows_accepted, entry.rows_rejected) == (2, 1) and closes(entry)
    assert f"{letter}3:{letter}4" in message(office, entry, "merged_amount")


def test_a_merge_over_a_subtotal_or_a_blank_row_leaves_it_what_it_is(office: Office) -> None:
    subtotal = [None, None, None, "小计", *[None] * 10, 300, None]
    rows = [budget_row(1), budget_row(2), subtotal, list(BLANK), budget_row(3)]
    merges = [("C5:C9", "101001-甲单位"), ("L5:L7", "P1"), ("P5:P9", "见附件")]
    entry = office.land_one(BUDGET_FILE, budget(rows, *merges))
    assert (entry.rows_accepted, entry.rows_rejected, entry.rows_blank) == (3, 0, 1)
    assert office.accepted(entry, "agency_name", "remark") == [("101001-甲单位", "见附件")] * 3
    assert told(office, entry) == {"merged_cells", "subtotal_row"} and closes(entry)


def test_an_amount_merged_over_a_subtotal_does_not_reject_it(office: Office) -> None:
    subtotal = [None, None, None, "小计", *[None] * 12]
    entry = office.land_one(BUDGET_FILE, budget([budget_row(1), subtotal], ("O5:O6", 100)))
    assert (entry.rows_accepted, entry.rows_rejected) == (1, 0) and closes(entry)


def test_a_merged_key_is_a_repeated_key(office: Office) -> None:
    entry = office.land_one(BUDGET_FILE, budget([budget_row(1), budget_row(2)], ("D5:D6", "ZB2023000001")))
    assert (entry.rows_accepted, entry.rows_rejected) == (1, 1)
    assert "第 5 行重复" in message(office, entry, "duplicate_key")


@pytest.mark.parametrize("cells", ["O6:P6", "K6:L6", "O6:P7"])
def test_a_cell_merged_across_columns_is_told_with_its_place(cells: str, office: Office) -> None:
    rows = [budget_row(1), budget_row(2), budget_row(3)]
    entry = office.land_one(BUDGET_FILE, budget(rows, (cells, "50101-工资奖金津补贴" if cells[0] == "K" else 5)))
    assert cells in message(office, entry, "merged_across") and closes(entry)


def test_a_total_merged_across_is_no_news(office: Office) -> None:
    entry = office.land_one(BUDGET_FILE, budget([budget_row(1), [*BLANK[:14], 100]], ("A6:N6", "合计")))
    assert entry.rows_accepted == 1 and told(office, entry) == {"subtotal_row"}


def test_a_header_merged_over_data_is_told(office: Office) -> None:
    entry = office.land_one(BUDGET_FILE, budget([budget_row(1), budget_row(2)], ("P3:P5", "备注")))
    assert office.accepted(entry, "remark") == [(None,), (None,)]
    assert "P3:P5" in message(office, entry, "merged_over_head")


def test_heads_merged_downwards_are_no_news(office: Office) -> None:
    merges = [("A3:A4", "序号"), ("O3:O4", "金额"), ("D3:G3", "指标信息"), ("A1:P1", "2023年预算指标台账")]
    entry = office.land_one(BUDGET_FILE, budget([budget_row(1)], *merges))
    assert entry.rows_accepted == 1 and told(office, entry) == set()
    assert office.accepted(entry, "amount_yuan") == [(yuan("100"),)]
