"""Workbooks: what a spreadsheet shows is what is read; errors, lost values and damaged ids are told; odd files are named for what they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from books import (
    BUDGET_FILE,
    BUDGET_HEAD,
    SMALL_HEAD,
    budget_row,
    changed,
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
SMALL_FILE = "sample/2023/a.xlsx"
SHEET_PART = "xl/worksheets/sheet1.xml"


def budget(*rows: list[Any], after: Callable[[Any, dict[str, Any]], object] | None = None) -> bytes:
    """The budget ledger with these rows."""
    return xlsx({"指标台账": [*BUDGET_HEAD, *rows]}, after)


def with_cell(place: str, *written: Any, sheet: str = "指标台账") -> Callable[[Any, dict[str, Any]], None]:
    """One cell written anew."""
    return lambda _, sheets: sheets[sheet].write(place, *written)


# Odd workbooks


def test_a_refusal_says_in_chinese_what_the_file_really_is(case: Case) -> None:
    reasons = {Path(entry.file).stem[-1]: entry.reason for entry in case("odd-workbooks").land().entries}
    says = {
        "a": "网页",
        "b": "XML 电子表格 2003",
        "c": "文本文件",
        "d": "没有传完",
        "e": "空的压缩包",
        "f": "没有传完",
        "g": "没有内容",
    }
    assert {name for name, word in says.items() if word not in reasons[name]} == set()


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"%PDF-1.4 x", "PDF"), (b"{\\rtf1 x", "RTF"), (b"\x89PNG\r\n", "图片"), (b"Rar!\x1a\x07", "RAR"), (b"[{\"a\": 1}]", "JSON")],
)  # fmt: skip
@pytest.mark.parametrize("name", ["procurements/2023/2023年采购.xlsx", BUDGET_FILE])
def test_other_files_named_as_workbooks_are_named(content: bytes, word: str, name: str, office: Office) -> None:
    entry = office.land_one(name, content)
    assert entry.status == "refused" and word in entry.reason
    (finding,) = office.findings(entry)
    assert "另存为 xlsx" in finding["remedy_zh"] and "Error" not in finding["message_zh"]


# A cell far away


def test_one_stray_cell_far_away_does_not_stop_the_night(case: Case) -> None:
    entries = {entry.ledger: entry for entry in case("far-cell").land().entries}
    assert entries["payments"].rows_accepted == 1
    assert entries["budget_allocations"].status == "refused" and "XFD1048576" in entries["budget_allocations"].reason


@pytest.mark.parametrize(
    ("cell", "last"), [("A1048576", "J1048576"), ("XFD900000", "XFD900000"), ("ZZ400000", "ZZ400000")]
)
def test_a_far_cell_is_named_wherever_it_stands(cell: str, last: str, office: Office) -> None:
    """As the spreadsheet program does: by the last row and the last column that hold anything."""
    office = small_office(office, small_contract())
    entry = office.land_one(SMALL_FILE, xlsx({"表": [SMALL_HEAD, ["1", "甲"]]}, with_cell(cell, "x", sheet="表")))
    assert entry.status == "refused" and last in entry.reason and "“表”" in entry.reason


# Formulas


def test_a_formula_without_a_value_is_told_as_such(case: Case) -> None:
    office = case("formula-without-value")
    for entry in office.land().entries:
        assert (entry.rows_accepted, told(office, entry)) == (0, {"formula_without_value"})


@pytest.mark.parametrize("place", range(2, 10))
def test_a_formula_without_a_value_is_told_in_every_type_of_column(place: int, office: Office) -> None:
    office = small_office(office, small_contract())
    letter = chr(ord("A") + place)
    content = xlsx({"表": [SMALL_HEAD, ["1", "甲"], ["2", "乙"]]}, with_cell(f"{letter}3", "=A1", sheet="表"))
    content = changed(content, SHEET_PART, "</f><v>0</v>", "</f>")
    entry = office.land_one(SMALL_FILE, content)
    (finding,) = office.findings(entry)
    assert (finding["rule"], finding["row_number"], finding["column_ref"]) == (
        "formula_without_value",
        3,
        f"{letter}列",
    )
    assert entry.rows_accepted == 1 and "保存" in finding["remedy_zh"]


# Error cells and # signs


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?"])
@pytest.mark.parametrize("place", range(10))
def test_an_error_that_the_spreadsheet_wrote_is_told_in_every_type_of_column(
    error: str, place: int, office: Office
) -> None:
    """Required or not: the row is rejected, and the finding names the cell and the error."""
    office = small_office(office, small_contract())
    letter = chr(ord("A") + place)
    cell = with_cell(f"{letter}3", "=1/0", None, error, sheet="表")
    entry = office.land_one(SMALL_FILE, xlsx({"表": [SMALL_HEAD, ["1", "甲"], ["2", "乙"]]}, cell))
    (finding,) = office.findings(entry)
    assert (finding["rule"], finding["column_ref"], finding["value"]) == ("spreadsheet_error", f"{letter}列", error)
    assert (entry.rows_accepted, entry.rows_rejected) == (1, 1)


@pytest.mark.parametrize("place", range(10))
def test_a_cell_of_hash_signs_is_a_display_error_in_every_type_of_column(place: int, office: Office) -> None:
    office = small_office(office, small_contract())
    row: list[Any] = ["1", "甲", *[None] * 8]
    row[place] = "########"
    for name, write in ((SMALL_FILE, xlsx), ("sample/2023/b.ods", ods)):
        entry = office.land_one(name, write({"表": [SMALL_HEAD, row]}))
        assert told(office, entry) == {"spreadsheet_error"} and entry.rows_accepted == 0


def test_a_cell_of_hash_signs_is_a_display_error_in_a_text(case: Case) -> None:
    office = case("hash-signs")
    entry = only(office.land())
    assert (entry.rows_accepted, entry.rows_rejected, told(office, entry)) == (0, 3, {"spreadsheet_error"})


# Numbers and dates


def test_a_serial_counts_from_the_epoch_of_its_workbook(case: Case) -> None:
    office = case("dates-1904")
    entry = only(office.land())
    days = office.accepted(entry, "issued_on")
    assert len(days) == 2 and len(set(days)) == 1


@pytest.mark.parametrize("is_1904", [False, True])
def test_a_bare_serial_and_a_date_cell_are_the_same_day(is_1904: bool, office: Office) -> None:
    day = dt.date(2023, 4, 4)
    serial = (day - (dt.date(1904, 1, 1) if is_1904 else dt.date(1899, 12, 30))).days

    def after(book: Any, sheets: dict[str, Any]) -> None:
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        sheets["指标台账"].write_number("F6", serial, dated)

    content = budget(budget_row(1, F=serial), budget_row(2), after=after)
    if is_1904:
        content = changed(content, "xl/workbook.xml", "<workbookPr ", '<workbookPr date1904="1" ')
    entry = office.land_one(BUDGET_FILE, content)
    assert office.accepted(entry, "issued_on") == [(day,), (day,)]


def test_a_percent_cell_is_never_a_hundredth(case: Case) -> None:
    office = case("percent-cells")
    entry = only(office.land())
    rows = office.accepted(entry, "expected_progress_pct")
    assert {value for (value,) in rows} <= {31, 100} and len(rows) + entry.rows_rejected == 4


@pytest.mark.parametrize("shown", ["0%", "0.00%", "0.0%;[Red]-0.0%"])
def test_a_percent_cell_a_percent_text_and_the_bare_number_are_one_where_declared(shown: str, office: Office) -> None:
    office = small_office(office, small_contract())

    def after(book: Any, sheets: dict[str, Any]) -> None:
        sheets["表"].write_number("F2", 0.125, book.add_format({"num_format": shown}))

    rows = [SMALL_HEAD, ["1", "甲"], ["2", "乙", None, None, None, "12.5%"], ["3", "丙", None, None, None, 12.5]]
    entry = office.land_one(SMALL_FILE, xlsx({"表": rows}, after))
    assert office.accepted(entry, "cast(share as double)") == [(12.5,)] * 3


def test_a_third_is_a_number(office: Office) -> None:
    office = small_office(office, small_contract())
    entry = office.land_one(SMALL_FILE, xlsx({"表": [SMALL_HEAD, ["1", "甲", None, None, None, 1 / 3]]}))
    ((share,),) = office.accepted(entry, "cast(share as double)")
    assert abs(share - 1 / 3) < 1e-7


# Ids


def test_a_date_in_an_id_column_is_a_damaged_id(case: Case) -> None:
    office = case("ids-turned-into-dates")
    entry = only(office.land())
    assert (entry.rows_accepted, told(office, entry)) == (0, {"id_became_date"})


@pytest.mark.parametrize("letter", ["D", "E", "L"])
@pytest.mark.parametrize("shown", ["yyyy-mm-dd", "m月d日", "mmm-yy"])
def test_an_id_that_a_spreadsheet_took_for_a_date_is_told_however_it_is_shown(
    letter: str, shown: str, office: Office
) -> None:
    def after(book: Any, sheets: dict[str, Any]) -> None:
        sheets["指标台账"].write_datetime(f"{letter}5", dt.datetime(2023, 3, 1), book.add_format({"num_format": shown}))

    entry = office.land_one(BUDGET_FILE, budget(budget_row(1), budget_row(2), after=after))
    assert (entry.rows_accepted, told(office, entry)) == (1, {"id_became_date"})
    assert "2023-03-01" in message(office, entry, "id_became_date")


def test_full_width_letters_in_keys_are_the_same_key(case: Case) -> None:
    office = case("full-width-keys")
    entry = only(office.land())
    assert "2 个" in message(office, entry, "full_width_key")
    assert all(text.isascii() for (text,) in office.accepted(entry, "allocation_no"))


def test_a_key_in_both_widths_is_one_key(office: Office) -> None:
    rows = [budget_row(1), budget_row(2, D="ＺＢ２０２３０００００１"), budget_row(3, L="４４０１")]
    entry = office.land_one(BUDGET_FILE, budget(*rows))
    assert (entry.rows_accepted, entry.rows_rejected) == (2, 1)
    assert office.accepted(entry, "project_code")[1] == ("4401",) and "duplicate_key" in told(office, entry)


# Units


def test_units_in_headers_are_understood_and_contradictions_refused(case: Case) -> None:
    office = case("units-in-headers")
    for entry in office.land().entries:
        if "冲突" in entry.file:
            assert entry.status == "refused" and "互相矛盾" in entry.reason
        else:
            assert office.accepted(entry, "amount_yuan") == [(yuan("123400"),)]


@pytest.mark.parametrize(
    ("header", "yuan_of_one"), [("金额【千元】", 1000), ("金额(单位:亿元)", 10**8), ("金额（元）", 1)]
)
def test_a_unit_in_the_header_of_another_ledger_is_understood(header: str, yuan_of_one: int, office: Office) -> None:
    office = small_office(office, small_contract())
    entry = office.land_one(SMALL_FILE, xlsx({"表": [["编号", "名称", header], ["1", "甲", 2]]}))
    assert office.accepted(entry, "amount_yuan") == [(yuan(str(2 * yuan_of_one)),)]


# Other formats and odd content


@pytest.mark.parametrize("suffix", [".xlsm", ".xls", ".xlsx"])
def test_the_content_counts_and_not_the_suffix(suffix: str, office: Office) -> None:
    name = BUDGET_FILE.replace(".xlsx", suffix)
    entry = office.land_one(name, ods({"指标台账": [*BUDGET_HEAD, budget_row(1)]}))
    assert office.accepted(entry, "amount_yuan") == [(yuan("100"),)]


def test_a_cell_of_invisible_characters_is_empty(office: Office) -> None:
    """It does not satisfy a required column, and a row of such cells is blank."""
    office = small_office(office, small_contract())
    rows = [SMALL_HEAD, ["1", "\u200b\ufeff"], ["\u200b", "\u2060"], ["2", "乙\u200b"]]
    entry = office.land_one(SMALL_FILE, xlsx({"表": rows}))
    assert office.accepted(entry, "item_no", "item_name") == [("2", "乙")]
    assert (entry.rows_rejected, entry.rows_blank) == (1, 1) and closes(entry)
    assert told(office, entry) == {"missing_value", "invisible"}


def test_an_absent_optional_column_and_a_nameless_one_with_values_are_told(office: Office) -> None:
    office = small_office(office, small_contract())
    entry = office.land_one(SMALL_FILE, xlsx({"表": [["编号", None, "名称"], ["1", "9", "甲"], ["2", None, "乙"]]}))
    assert "B列没有表头,其中 1 个单元格有内容" in message(office, entry, "nameless_column")
    absent = [f for f in office.findings(entry, about_file=True) if f["rule"] == "missing_optional"]
    assert len(absent) == 1 and "金额" in absent[0]["message_zh"]
