"""Cases of what a person types who thinks of a page: a heading within a table, 同上 for the row above, a long dash in a number, 人 behind a count."""

from __future__ import annotations

from typing import Any

import pytest
from books import BUDGET_FILE, BUDGET_HEAD, budget_row, message, small_office, told, xlsx
from ledger_files import (
    PAYMENT_FILE,
    PAYMENTS,
    Office,
    closes,
    column,
    contract_of,
    csv_text,
    payment_cells,
    payments_text,
)

STAFF = "staff_counts/2023/2023年人员编制情况.xlsx"
STAFF_ROWS: list[list[Any]] = [["2023年3月", "行政编制", 215, 206], ["2023年3月", "事业编制", 38, 34]]


@pytest.mark.parametrize("place", [0, 4])
def test_a_row_with_one_filled_cell_is_told_once_and_not_for_each_required_column(place: int, office: Office) -> None:
    heading = [""] * len(payment_cells(1))
    heading[place] = "二、下半年支出"
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1), heading, payment_cells(2)]))
    office.hand_in(
        BUDGET_FILE, xlsx({"预算指标台账": [*BUDGET_HEAD, budget_row(1), [None] * 3 + ["基本支出部分"], budget_row(2)]})
    )
    for entry in office.land().entries:
        (found,) = [each for each in office.findings(entry) if each["severity"] == "error"]
        assert (found["rule"], found["column_name"]) == ("lone_cell", None) and found["raw_cells"]
        assert (entry.rows_accepted, entry.rows_rejected) == (2, 1) and closes(entry)


@pytest.mark.parametrize("word", ["其中:货物", "其中", "  其中：信息化"])
def test_a_row_of_which_is_told_once(word: str, office: Office) -> None:
    part = [""] * len(payment_cells(1))
    part[2], part[-1] = word, "12.00"
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1), part, payment_cells(2)]))
    office.hand_in(
        BUDGET_FILE, xlsx({"预算指标台账": [*BUDGET_HEAD, budget_row(1), [None] * 3 + [word, 5.0], budget_row(2)]})
    )
    for entry in office.land().entries:
        (found,) = [each for each in office.findings(entry) if each["severity"] == "error"]
        assert (found["rule"], found["column_name"]) == ("part_of_row", None) and found["raw_cells"]
        assert (entry.rows_accepted, entry.rows_rejected) == (2, 1) and closes(entry)


def test_a_whole_row_that_begins_with_of_which_is_data(office: Office) -> None:
    entry = office.land_one(PAYMENT_FILE, payments_text([payment_cells(1, voucher_no="其中1"), payment_cells(2)]))
    assert "part_of_row" not in told(office, entry)


def test_a_row_that_lacks_few_columns_or_has_two_cells_is_told_by_column(office: Office) -> None:
    cells = [""] * len(payment_cells(1))
    cells[0], cells[1] = "ZF202300000009", "SQ9"
    entry = office.land_one(PAYMENT_FILE, payments_text([payment_cells(1), cells]))
    assert "lone_cell" not in told(office, entry) and len(office.findings(entry)) > 3
    small = small_office(office, contract_of([column("id", required=True), column("name", required=True)]))
    entry = small.land_one("sample/2023/2023年.csv", "id,name\nK1,甲\nK2,\n")
    assert small.faults(entry) == [(3, "name", "missing_value")]


@pytest.mark.parametrize("ditto", ["同上", "〃", "″", "ditto"])
def test_a_text_that_stands_for_the_one_above_is_told_by_column_and_kept(ditto: str, office: Office) -> None:
    rows = [payment_cells(1), payment_cells(2, payee_name=ditto, purpose=ditto), payment_cells(3, purpose=ditto)]
    entry = office.land_one(PAYMENT_FILE, payments_text(rows))
    found = {(f["header"], f["row_number"], f["value"]) for f in office.findings(entry) if f["rule"] == "ditto"}
    headers = [PAYMENTS.column(name).headers[0] for name in ("payee_name", "purpose")]
    assert found == {(headers[0], 3, "1"), (headers[1], 3, "2")}
    assert office.accepted(entry, "purpose") == [("办公",), (ditto,), (ditto,)]


def test_texts_that_only_hold_such_words_are_texts(office: Office) -> None:
    rows = [payment_cells(1, purpose="同上级部门对账"), payment_cells(2, purpose="采购“办公”用品")]
    entry = office.land_one(PAYMENT_FILE, payments_text(rows))
    assert entry.rows_accepted == 2 and "ditto" not in told(office, entry)


@pytest.mark.parametrize("dash", ["—", "―", "–", "－"])
def test_a_long_dash_in_a_number_is_the_hyphen_of_the_other_ledgers(dash: str, office: Office) -> None:
    columns = [column("doc_no", "文号", required=True), column("name", "名称")]
    office = small_office(office, contract_of(columns))
    text = csv_text([["文号", "名称"], [f"JY2023{dash}1{dash}01", f"甲{dash}乙"], ["JY2023-1-01", "丙"]])
    entry = office.land_one("sample/2023/2023年.csv", text)
    assert office.accepted(entry, "doc_no", "name") == [("JY2023-1-01", f"甲{dash}乙")]
    assert {"full_width_key", "duplicate_key"} <= told(office, entry)


@pytest.mark.parametrize(
    ("unit", "is_read"), [("(人)", True), ("（名）", True), ("[个]", True), ("(万人)", False), ("(千人)", False)]
)
def test_what_is_counted_behind_a_header_is_no_part_of_it_but_a_multiple_is_asked_about(
    unit: str, is_read: bool, office: Office
) -> None:
    head = ["统计月份", "编制类型", f"编制数{unit}", "实有人数"]
    entry = office.land_one(STAFF, xlsx({"人员编制": [head, *STAFF_ROWS]}))
    assert entry.status == ("landed" if is_read else "refused")
    assert (entry.rows_accepted == 2) if is_read else (f"“编制数{unit}”" in message(office, entry, "missing_columns"))


@pytest.mark.parametrize("sign", ["\n", "\r\n", "\t"])
def test_an_id_in_several_lines_is_not_put_together(sign: str, office: Office) -> None:
    """In a key and in a number of another ledger, in text and in a workbook; a name may go on in another line."""
    broken = payment_cells(2, contract_no=f"HT1{sign}HT2")
    named = payment_cells(3, purpose=f"办公{sign}用品")
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1), broken, named]))
    rows = [budget_row(1), budget_row(2, D=f"ZB2023{sign}000002")]
    office.hand_in(BUDGET_FILE, xlsx({"预算指标台账": [*BUDGET_HEAD, *rows]}))
    found = {}
    for entry in office.land().entries:
        (fault,) = [each for each in office.findings(entry) if each["severity"] == "error"]
        assert fault["rule"] == "id_in_lines" and closes(entry)
        found[entry.ledger] = (fault["column_name"], entry.rows_accepted)
    assert found == {"payments": ("contract_no", 2), "budget_allocations": ("allocation_no", 1)}
