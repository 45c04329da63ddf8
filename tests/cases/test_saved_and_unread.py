"""What a workbook says beside its cells: when it was saved, words in notes and boxes, formats that strike out on a condition."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from books import SMALL_HEAD, changed, message, only, small_contract, small_office, told, xlsx
from ledger_files import DATA, Office
from xlsb_books import condition, formats_of_conditions, sheet, styles, xlsb

from dagster_project.ingestion.submissions import Submission

BESIDE = DATA / "beside_cells"
FILE = "sample/2023/表.xlsx"
RECEIVED = "2023-04-05T09:00:00+08:00"
ROWS = [SMALL_HEAD, ["1", "甲", None, 5], ["2", "乙", None, 6]]


def landed(
    office: Office, content: bytes, file: str = FILE, received: str | None = RECEIVED
) -> tuple[Office, Submission]:
    office = small_office(office, small_contract())
    if received:
        office.hand_in("received.csv", f"file,department,period,received_at\r\n{file},101001,2023,{received}\r\n")
    office.hand_in(file, content)
    return office, only(office.land())


def saved(moment: dt.datetime) -> bytes:
    """A workbook that says when it was saved."""
    return xlsx({"表": ROWS}, lambda book, _: book.set_properties({"created": moment}))


# Saved after it was received


@pytest.mark.parametrize(
    ("moment", "is_late"),
    [
        ((2023, 4, 20, 6, 30), True),
        ((2023, 4, 5, 9, 0, 1), True),
        ((2023, 4, 5, 8, 59), False),
        ((2023, 3, 31, 8, 0), False),
        ((2024, 1, 1), False),
    ],
    ids=["two_weeks_later", "eight_hours_later", "a_zone_of_difference", "before", "the_stamp_of_a_program"],
)
def test_a_workbook_saved_after_its_registered_receipt_is_told(
    office: Office, moment: tuple[int, ...], is_late: bool
) -> None:
    office, entry = landed(office, saved(dt.datetime(*moment)))  # type: ignore[arg-type]
    assert entry.rows_accepted == 2
    assert ("saved_after_receipt" in told(office, entry)) == is_late


def test_the_message_gives_both_moments_in_the_time_of_the_office(office: Office) -> None:
    office, entry = landed(office, saved(dt.datetime(2023, 4, 20, 6, 30)))
    said = message(office, entry, "saved_after_receipt")
    assert "2023-04-20 14:30" in said and "2023-04-05 09:00" in said and "received.csv" in said


def test_without_a_registered_receipt_nothing_is_said_of_it(office: Office) -> None:
    office, entry = landed(office, saved(dt.datetime(2023, 4, 20)), received=None)
    assert told(office, entry) == set()


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_kinds_of_workbooks_say_when_they_were_saved(office: Office, kind: str) -> None:
    office, entry = landed(office, (BESIDE / f"words.{kind}").read_bytes(), f"sample/2023/表.{kind}")
    assert "2026-11-30" in message(office, entry, "saved_after_receipt")


@pytest.mark.parametrize("text", ["昨天", "2023-13-45T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", ""])
def test_a_moment_that_nobody_can_read_is_none(office: Office, text: str) -> None:
    late = "2023-04-20T06:30:00Z"
    content = changed(saved(dt.datetime(2023, 4, 20, 6, 30)), "docProps/core.xml", late, text)
    office, entry = landed(office, content)
    assert entry.rows_accepted == 2 and told(office, entry) == set()


# Notes and boxes


def noted(_: Any, sheets: dict[str, Any]) -> None:
    sheets["表"].write_comment("D2", "实际为 200")
    sheets["表"].insert_textbox("B8", "第二行作废")


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_words_in_notes_and_boxes_are_told_with_their_cells(office: Office, kind: str) -> None:
    content = xlsx({"表": ROWS}, noted) if kind == "xlsx" else (BESIDE / f"words.{kind}").read_bytes()
    office, entry = landed(office, content, f"sample/2023/表.{kind}", received=None)
    said = message(office, entry, "texts_unread")
    assert "2 处" in said and "单元格 D2 的批注" in said and "文本框" in said
    assert "200" not in said and entry.rows_accepted == 2


def test_a_note_that_states_the_unit_of_the_table_is_read_and_no_news(office: Office) -> None:
    content = xlsx({"表": ROWS}, lambda _, sheets: sheets["表"].write_comment("D1", "单位:元"))
    office, entry = landed(office, content, received=None)
    assert told(office, entry) == set()


# Conditions that strike out


def strike(is_struck: bool) -> Any:
    def after(book: Any, sheets: dict[str, Any]) -> None:
        look = book.add_format({"font_strikeout": True} if is_struck else {"bold": True})
        rule = {"type": "formula", "criteria": '=$B2="乙"', "format": look}
        sheets["表"].conditional_format("A2:D3", rule)

    return after


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("is_struck", [True, False])
def test_a_condition_that_strikes_out_is_told_with_its_cells(office: Office, kind: str, is_struck: bool) -> None:
    held = BESIDE / f"{'struck' if is_struck else 'bold'}_by_condition.{kind}"
    content = xlsx({"表": ROWS}, strike(is_struck)) if kind == "xlsx" else held.read_bytes()
    office, entry = landed(office, content, f"sample/2023/表.{kind}", received=None)
    assert entry.rows_accepted == 2
    if is_struck:
        assert "A2:D3" in message(office, entry, "struck_by_condition")
    else:
        assert told(office, entry) == set()


FORMATS = [("styles", "styles.bin")]


@pytest.mark.parametrize("is_later", [False, True])
@pytest.mark.parametrize(("number", "is_struck"), [(1, True), (0, False)])
def test_a_condition_of_an_xlsb_that_strikes_out_is_told_with_its_cells(
    number: int, is_struck: bool, is_later: bool, office: Office
) -> None:
    rows = [[cell or None for cell in row] for row in ROWS]
    tail = condition((1, 2, 0, 1), 0) + condition((2, 2, 1, 3), number, is_later=is_later)
    styled = {"xl/styles.bin": styles(False) + formats_of_conditions(False, True)}
    content = xlsb({"表": sheet(rows, tail=tail)}, styled, FORMATS)
    office, entry = landed(office, content, "sample/2023/表.xlsb", received=None)
    assert entry.rows_accepted == 2
    if is_struck:
        assert "单元格区域 B3:D3 设有" in message(office, entry, "struck_by_condition")
    else:
        assert told(office, entry) == set()


EXTENSION = """<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">
<x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">
<x14:cfRule type="expression" priority="1" id="{1}"><xm:f>封面!$A$1=1</xm:f><x14:dxf><font><b/>%s</font></x14:dxf></x14:cfRule>
<xm:sqref>A2:B2 D3</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst></worksheet>"""
PART = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("strike", "is_struck"), [("<strike/>", True), ('<strike val="1"/>', True), ('<strike val="0"/>', False)]
)
def test_a_condition_in_the_extension_of_an_xlsx_is_told_too(strike: str, is_struck: bool, office: Office) -> None:
    content = changed(xlsx({"表": ROWS}), PART, "</worksheet>", EXTENSION % strike)
    office, entry = landed(office, content, received=None)
    assert entry.rows_accepted == 2
    if is_struck:
        assert "单元格区域 A2:B2、D3 设有" in message(office, entry, "struck_by_condition")
    else:
        assert told(office, entry) == set()


def test_conditions_behind_a_long_tail_and_a_printed_head_are_all_found(office: Office) -> None:
    """What stands behind the cells comes in pieces: a condition may be cut between two of them."""

    def after(book: Any, sheets: dict[str, Any]) -> None:
        look = book.add_format({"font_strikeout": True})
        page = sheets["表"]
        for n in range(3_000):
            page.conditional_format(
                4 + n, 0, 4 + n, 1, {"type": "formula", "criteria": f"=$A${n + 1}=1", "format": look}
            )
        page.conditional_format(
            "C2", {"type": "formula", "criteria": "=1=1", "format": book.add_format({"bold": True})}
        )
        page.set_header("&C单位:元")

    office, entry = landed(office, xlsx({"表": ROWS}, after), received=None)
    assert "A5:B5、A6:B6、A7:B7、A8:B8、A9:B9 等" in message(office, entry, "struck_by_condition")
    assert "unit_differs_from_contract" not in told(office, entry) and entry.rows_accepted == 2
