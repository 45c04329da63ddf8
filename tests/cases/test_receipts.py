"""received.csv as offices save it: its lines apply to their files, and a bad line concerns its own file only."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
import xlsxwriter
from ledger_files import Office, column, contract_of, payment_cells, payments_text

from dagster_project.ingestion.receipts import read_receipts

Case = Callable[[str], Office]
JANUARY = "payments/2023/2023年01月国库集中支付明细.csv"
FEBRUARY = "payments/2023/2023年02月国库集中支付明细.csv"
HEAD = "file,department,period,received_at\n"


def books(office: Office) -> dict[str, tuple[str, str, str]]:
    """To whom, for which period and when each file was booked."""
    return {
        entry.file: (entry.department_code, entry.period, entry.received_at[:16]) for entry in office.land().entries
    }


def test_backslashes_in_paths_are_understood(case: Case) -> None:
    assert books(case("windows-paths-in-receipts")) == {JANUARY: ("101002", "2023-01", "2023-02-03 09:00")}


def test_received_csv_may_be_gb18030(case: Case) -> None:
    assert books(case("receipts-in-gbk")) == {JANUARY: ("101001", "2023-01", "2023-02-03 09:00")}


def test_received_csv_of_a_spreadsheet_program_is_understood_as_a_whole(office: Office) -> None:
    office.hand_in("contracts/2023/2023年合同.csv", "x")
    office.hand_in(JANUARY, payments_text([payment_cells(1)]))
    text = (
        "文件\t部门\t期间\t收到时间\r\n\r\n"
        ".\\payments\\2023\\2023年01月国库集中支付明细.CSV\t１０１００２\t2023/1\t2024/2/5 10:13\r\n"
        "contracts\\2023\\2023年合同.csv\t101003\t2023年上半年\t2024年2月6日\r\n\t\t\t\r\n"
    )
    office.hand_in("Received.CSV", text.encode("utf-16"))
    assert books(office) == {
        JANUARY: ("101002", "2023-01", "2024-02-05 10:13"),
        "contracts/2023/2023年合同.csv": ("101003", "2023H1", "2024-02-06 00:00"),
    }


@pytest.mark.parametrize("comma", ["，", "；", "|", ";"])
def test_received_csv_may_be_typed_with_the_commas_of_a_chinese_keyboard(comma: str, office: Office) -> None:
    office.hand_in(JANUARY, payments_text([payment_cells(1)]))
    lines = [["文件", "部门", "期间", "收到时间"], ["", "", "", ""], [JANUARY, "101002", "2023-01", "2023-02-03 09:00"]]
    office.hand_in("received.csv", "\n".join(map(comma.join, lines)).encode("gb18030"))
    assert books(office) == {JANUARY: ("101002", "2023-01", "2023-02-03 09:00")}


@pytest.mark.parametrize(
    "line", [f"{FEBRUARY},101002,2023-13,2023-02-03", f"{FEBRUARY},101002,2023-02,昨天", f'{FEBRUARY},"101002,2023-02,2023-03-03', FEBRUARY]
)  # fmt: skip
def test_a_bad_line_refuses_its_own_file_with_its_number_and_the_others_land(line: str, office: Office) -> None:
    office.hand_in("received.csv", HEAD + f"{line}\n{JANUARY},101002,2023-01,2023-02-03\n")
    office.hand_in(JANUARY, payments_text([payment_cells(1)]))
    office.hand_in(FEBRUARY, payments_text([payment_cells(2)]))
    report = office.land()
    assert [(entry.file, entry.department_code) for entry in report.entries] == [(JANUARY, "101002")]
    (unread,) = report.unread
    assert unread.name == FEBRUARY and "第 2 行" in unread.text and report.is_incomplete
    assert office.land().unclaimed == [FEBRUARY], "told again"


def test_a_line_that_matches_no_file_is_told_and_refuses_nothing(office: Office) -> None:
    office.hand_in(
        "received.csv",
        HEAD + f"payments/2023/别的.csv,101002,2023-01,2023-02-03\n{JANUARY},101002,2023-01,2023-02-03\n",
    )
    office.hand_in(JANUARY, payments_text([payment_cells(1, cleared_on="2023-01-09")]))
    report = office.land()
    assert [entry.department_code for entry in report.entries] == ["101002"] and not report.is_incomplete
    (text,) = report.unread_texts()
    assert "received.csv 第 2 行" in text and "别的.csv" in text


def test_hundreds_of_lines_without_a_file_are_told_in_a_few(office: Office) -> None:
    """As after files were tidied away, or where a folder is missing: what else is to be told must still be seen."""
    office.hand_in(JANUARY, payments_text([payment_cells(1)]))
    lines = [f"payments/2023/{number}.csv,101001,2023-01,2023-02-03 09:00\n" for number in range(200)]
    office.hand_in("received.csv", HEAD + "".join(lines))
    notes = read_receipts(office.raw, [JANUARY]).notes
    assert len(notes) == 11 and "“payments/2023/0.csv”" in notes[0].text
    assert "另有 190 行(第 12 至 201 行之间)" in notes[-1].text


def test_two_lines_that_disagree_refuse_their_file(office: Office) -> None:
    office.hand_in("received.csv", HEAD + f"{JANUARY},101002,2023-01,2023-02-03\n{JANUARY},101003,2023-01,2023-02-03\n")
    office.hand_in(JANUARY, payments_text([payment_cells(1)]))
    report = office.land()
    assert report.entries == [] and "第 2 行和第 3 行" in report.unread[0].text


def test_a_file_in_a_folder_without_a_year_is_told_until_received_csv_says_its_period(office: Office) -> None:
    name = "payments/收到的/支付明细.csv"
    office.hand_in(name, payments_text([payment_cells(1)]))
    report = office.land()
    assert report.unclaimed == [name] and "年度" in report.unread[0].text and "received.csv" in report.unread[0].text
    office.hand_in("received.csv", HEAD + f"{name},101001,2023-01,2023-02-03\n")
    assert [entry.period for entry in office.land().entries] == ["2023-01"]


def test_a_workbook_of_two_ledgers_without_a_year_is_told_once(office: Office) -> None:
    office.hand_in("deputies/名册/代表.xlsx", "x")
    assert office.land().unclaimed == ["deputies/名册/代表.xlsx"]


def test_a_corrected_control_total_is_a_submission_of_its_own(office: Office) -> None:
    head = "file,department,period,received_at,rows,total\n"
    office.hand_in("received.csv", head + f"{JANUARY},101001,2023-01,2023-02-03,1,2.50\n")
    office.hand_in(JANUARY, payments_text([payment_cells(1)]))
    office.land()
    office.hand_in("received.csv", head + f"{JANUARY},101001,2023-01,2023-02-03,1,1.50\n")
    assert len(office.land().entries) == 1
    assert read_receipts(office.raw, [JANUARY]).by_file[JANUARY].control_total == Decimal("1.50")


@pytest.mark.parametrize(
    ("rows", "told"), [("", {"row_count_missing"}), ("2", set()), ("1", {"control_rows_differ"}), ("3", {"control_rows_differ"})], ids=["none", "right", "fewer", "more"]
)  # fmt: skip
def test_a_list_whose_end_nothing_else_shows_needs_its_number_of_rows(
    rows: str, told: set[str], office: Office
) -> None:
    """A list of contact points, say: without serial numbers, totals or a counterpart its last rows can be gone."""
    files = [{"pattern": "sample/*/*.csv", "format": "csv"}]
    contract = contract_of([column("place", required=True)], files=files, row_count="required")
    office = Office(office.folder, {contract.ledger: contract})
    office.hand_in("sample/2023/2023年名单.csv", "place\n甲\n乙\n")
    office.hand_in("received.csv", f"{HEAD.strip()},rows\nsample/2023/2023年名单.csv,101001,2023,2024-01-05,{rows}\n")
    (entry,) = office.land().entries
    assert {finding["rule"] for finding in office.findings(entry)} == told
    assert (entry.status, entry.rows_accepted) == ("held" if rows == "3" else "landed", 2)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("甲表:2;乙表:1", [set(), set()]),
        ("乙表 ：1、甲表=3", [{"control_rows_differ"}, set()]),
        ("甲表:2", [set(), {"row_count_missing"}]),
        ("", [{"row_count_missing"}, {"row_count_missing"}]),
    ],
    ids=["both", "the end of one is missing", "only one", "none"],
)
def test_a_workbook_of_several_lists_comes_with_the_number_of_rows_of_each(
    said: str, told: list[set[str]], office: Office
) -> None:
    """The roll of deputies: persons on one sheet, mandates on another; one number cannot count both."""
    contracts = {
        ledger: contract_of(
            [column("place", required=True), column(ledger, required=True)],
            ledger=ledger,
            files=[{"pattern": "roll/*/*.xlsx", "format": "workbook", "sheet": sheet}],
            row_count="required",
        )
        for ledger, sheet in (("persons", "甲表"), ("seats", "乙表"))
    }
    office = Office(office.folder, contracts)
    sheets = {"甲表": [["place", "persons"], ["东", "1"], ["西", "2"]], "乙表": [["place", "seats"], ["南", "1"]]}
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.set_properties({"created": dt.datetime(2024, 1, 4)})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    office.hand_in("roll/2023/2023年名册.xlsx", stream.getvalue())
    office.hand_in("received.csv", f'{HEAD.strip()},rows\nroll/2023/2023年名册.xlsx,101001,2023,2024-01-05,"{said}"\n')
    entries = sorted(office.land().entries, key=lambda entry: entry.ledger)
    assert [{finding["rule"] for finding in office.findings(entry)} for entry in entries] == told
    assert [entry.status for entry in entries] == [
        "held" if "control_rows_differ" in rules else "landed" for rules in told
    ]


@pytest.mark.parametrize("said", ["甲表:两", ":2", "甲表:2;乙表", "甲表:2.5"])
def test_numbers_of_rows_that_name_no_sheet_or_no_number_refuse_their_file(said: str, office: Office) -> None:
    office.hand_in("received.csv", f"{HEAD.strip()},rows\n{JANUARY},101001,2023-01,2023-02-03,{said}\n")
    office.hand_in(JANUARY, payments_text([payment_cells(1)]))
    report = office.land()
    assert report.entries == [] and "行数" in report.unread[0].text
