"""The drop folder: which file belongs where, and what received.csv and file names say."""

from __future__ import annotations

import datetime as dt

import pytest
from ledger_files import CONTRACTS, PAYMENT_FILE, Office, payment_cells, payments_text

from dagster_project.ingestion.drop import DropError, Receipt, period_in_name, read_receipts, receipt_for, scan_drop

HEAD = "file,department,period,received_at\n"


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("payments/2023/2023年03月国库集中支付明细.csv", "2023-03"), ("payments/2023/2023年3月支付.csv", "2023-03"),
        ("payments/2023/支付2023-03.csv", "2023-03"), ("payments/2023/支付202312.csv", "2023-12"), ("p/2023/支付2023_03.csv", "2023-03"),
        ("p/2023/随手拍_2023Q4更新.jsonl", "2023Q4"), ("p/2023/2023年第四季度.csv", "2023Q4"), ("p/2023/2023年一季度.csv", "2023Q1"),
        ("p/2023/2023年3季度.csv", "2023Q3"), ("p/2023/2023年上半年建议.xlsx", "2023H1"), ("p/2023/建议2023H2.xlsx", "2023H2"),
        ("p/2023/2022年预算.xlsx", "2022"), ("p/2023/预算.xlsx", "2023"), ("2021/预算.xlsx", "2021"),
    ],
)  # fmt: skip
def test_a_file_name_or_its_year_folder_states_the_period(name: str, period: str) -> None:
    assert period_in_name(name) == period


@pytest.mark.parametrize("name", ["payments/x/支付.csv", "支付.csv", "payments/23年/支付.csv"])
def test_a_name_without_a_year_is_an_error_that_names_the_file(name: str) -> None:
    with pytest.raises(DropError, match=name):
        period_in_name(name)


def test_received_csv_says_who_when_and_for_which_period(office: Office) -> None:
    office.hand_in(
        "received.csv",
        "\ufeff" + HEAD + "a.csv,101002,2023Q4,2023-07-03T01:12:00Z\nb.csv,101001,2023-06,2023-07-03T09:12:00\n",
    )
    assert read_receipts(office.raw) == {
        "a.csv": Receipt("101002", "2023Q4", "2023-07-03 09:12:00.000000"),
        "b.csv": Receipt("101001", "2023-06", "2023-07-03 09:12:00.000000"),
    }


def test_a_drop_without_received_csv_has_no_receipts(office: Office) -> None:
    office.raw.mkdir()
    assert read_receipts(office.raw) == {}


@pytest.mark.parametrize(
    "line",
    [
        "a.csv,101001,2023-13,2023-07-03",
        "a.csv,101001,2023Q5,2023-07-03",
        "a.csv,101001,,2023-07-03",
        "a.csv,101001,2023,昨天",
        "a.csv,101001,2023,",
        "a.csv,101001,2023",
        "a.csv",
    ],
)
def test_a_faulty_line_of_received_csv_is_named(line: str, office: Office) -> None:
    office.hand_in("received.csv", HEAD + "ok.csv,101001,2023,2023-07-03\n" + line + "\n")
    with pytest.raises(DropError, match=r"received\.csv 第 3 行"):
        read_receipts(office.raw)


def test_a_missing_column_of_received_csv_is_named(office: Office) -> None:
    office.hand_in("received.csv", "file,period\na.csv,2023\n")
    with pytest.raises(DropError, match="department、received_at"):
        read_receipts(office.raw)


def test_received_csv_in_another_encoding_is_an_error_of_the_drop(office: Office) -> None:
    office.hand_in("received.csv", (HEAD + "支付.csv,101001,2023,2023-07-03\n").encode("gb18030"))
    with pytest.raises(DropError, match=r"received\.csv"):
        read_receipts(office.raw)


def test_a_file_that_received_csv_does_not_list_has_the_default_department_and_its_own_period() -> None:
    now = dt.datetime(2023, 7, 3, 1, 12, tzinfo=dt.UTC)
    listed = {"a_2023.csv": Receipt("101002", "2022", "2023-01-01 00:00:00.000000")}
    assert receipt_for("a_2023.csv", listed, "101001", now).department_code == "101002"
    assert receipt_for("b_2023.csv", listed, "101001", now) == Receipt("101001", "2023", "2023-07-03 09:12:00.000000")


@pytest.mark.parametrize(("period", "year"), [("2023", 2023), ("2022-12", 2022), ("2023H1", 2023), ("2021Q4", 2021)])
def test_the_fiscal_year_is_that_of_the_period(period: str, year: int) -> None:
    assert Receipt("1", period, "").fiscal_year == year


def test_files_are_claimed_by_the_contract_whose_pattern_they_match(office: Office) -> None:
    for name in (
        PAYMENT_FILE,
        "station_feedback/2023/a.csv",
        "other/2023/x.csv",
        "payments/2023/x.pdf",
        "SOURCES.md",
        ".hidden",
        "payments/2023/~$x.csv",
    ):
        office.hand_in(name, "x")
    claimed, unclaimed = scan_drop(office.raw, CONTRACTS)
    assert [(file.contract.ledger, file.name) for file in claimed] == [
        ("payments", PAYMENT_FILE),
        ("station_feedback", "station_feedback/2023/a.csv"),
    ]
    assert unclaimed == ["other/2023/x.csv", "payments/2023/x.pdf"]


def test_a_workbook_with_sheets_of_two_ledgers_is_claimed_by_both(office: Office) -> None:
    office.hand_in("deputies/2023/名册.xlsx", "x")
    claimed, unclaimed = scan_drop(office.raw, CONTRACTS)
    assert ([file.contract.ledger for file in claimed], unclaimed) == (["deputies", "mandates"], [])


def test_a_drop_that_is_not_there_is_an_error_that_names_it(office: Office) -> None:
    with pytest.raises(DropError, match=str(office.raw)):
        scan_drop(office.raw, CONTRACTS)


def test_a_file_without_a_period_is_reported_and_the_others_are_landed(office: Office) -> None:
    office.hand_in("payments/misc/支付.csv", payments_text([payment_cells(1)]))
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(2)]))
    report = office.land()
    assert [(entry.file, entry.status) for entry in report.entries] == [(PAYMENT_FILE, "landed")]
    assert report.unclaimed == ["payments/misc/支付.csv"]
