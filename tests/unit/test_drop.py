"""The drop folder: which file belongs where, and what received.csv and file names say."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal

import pytest
from ledger_files import (
    CONTRACTS,
    PAYMENT_FILE,
    Office,
    column,
    contract_of,
    payment_cells,
    payments_text,
)  # fmt: skip

from dagster_project.ingestion.drop import scan_drop
from dagster_project.ingestion.file_names import decoded, fits, shown
from dagster_project.ingestion.periods import period_in_name
from dagster_project.ingestion.receipts import Receipt, Receipts, read_receipts, receipt_for
from dagster_project.ingestion.unread import DropError

HEAD = "file,department,period,received_at\n"


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("payments/2023/2023年03月国库集中支付明细.csv", "2023-03"), ("payments/2023/2023年3月支付.csv", "2023-03"),
        ("payments/2023/支付2023-03.csv", "2023-03"), ("payments/2023/支付202312.csv", "2023-12"), ("p/2023/支付2023_03.csv", "2023-03"),
        ("p/2023/随手拍_2023Q4更新.jsonl", "2023Q4"), ("p/2023/2023年第四季度.csv", "2023Q4"), ("p/2023/2023年一季度.csv", "2023Q1"),
        ("p/2023/2023年3季度.csv", "2023Q3"), ("p/2023/2023年上半年建议.xlsx", "2023H1"), ("p/2023/建议2023H2.xlsx", "2023H2"),
        ("p/2023/２０２３年０３月支付.csv", "2023-03"), ("p/2023/2023年\u200b03月支付.csv", "2023-03"), ("p\\2021\\支付.csv", "2021"),
        ("p/2023/2022年预算.xlsx", "2022"), ("p/2023/预算.xlsx", "2023"), ("2021/预算.xlsx", "2021"),
    ],
)  # fmt: skip
def test_a_file_name_or_its_year_folder_states_the_period(name: str, period: str) -> None:
    assert period_in_name(name) == period


@pytest.mark.parametrize("name", ["payments/x/支付.csv", "支付.csv", "payments/23年/支付.csv"])
def test_a_name_without_a_year_is_an_error_that_names_the_file(name: str) -> None:
    with pytest.raises(DropError, match=name):
        period_in_name(name)


def receipts(office: Office, *names: str) -> Receipts:
    return read_receipts(office.raw, names)


def test_received_csv_says_who_when_and_for_which_period(office: Office) -> None:
    office.hand_in(
        "received.csv",
        "\ufeff" + HEAD + "a.csv,101002,2023Q4,2023-07-03T01:12:00Z\nb.csv,101001,2023-06,2023-07-03T09:12:00\n",
    )
    found = receipts(office, "a.csv", "b.csv", "c.csv")
    assert found.by_file == {
        "a.csv": Receipt("101002", "2023Q4", "2023-07-03 09:12:00.000000"),
        "b.csv": Receipt("101001", "2023-06", "2023-07-03 09:12:00.000000"),
    }
    assert (found.faults, found.notes) == ({}, ())


def test_a_drop_without_received_csv_has_no_receipts(office: Office) -> None:
    office.raw.mkdir()
    assert receipts(office, "a.csv") == Receipts()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_received_csv_may_have_any_encoding_of_a_spreadsheet_program(encoding: str, office: Office) -> None:
    office.hand_in("received.csv", (HEAD + "支付.csv,101001,2023,2023-07-03\n").encode(encoding))
    assert receipts(office, "支付.csv").by_file["支付.csv"].period == "2023"


def test_lines_that_two_programs_wrote_are_each_read_in_their_encoding(office: Office) -> None:
    lines = (HEAD + "支付.csv,101001,2023,2023-07-03\n").encode() + "合同.csv,101002,2023,2023-07-04\n".encode(
        "gb18030"
    )
    office.hand_in("received.csv", lines)
    assert set(receipts(office, "支付.csv", "合同.csv").by_file) == {"支付.csv", "合同.csv"}


@pytest.mark.parametrize(
    "spelling", ["p\\2023\\a.csv", "./p/2023/a.csv", ".\\p\\2023\\a.csv", " p/2023/a.csv ", "P/2023/A.CSV", "p//2023/ａ.csv", '"p/2023/a.csv"',
        "a.csv", "2023/a.csv", "D:\\data\\raw\\p\\2023\\a.csv", "/data/raw/p/2023/a.csv"]
)  # fmt: skip
def test_a_path_means_its_file_however_a_program_spells_it(spelling: str, office: Office) -> None:
    office.hand_in("received.csv", HEAD + f"{spelling},101002,2023,2023-07-03\n")
    found = receipts(office, "p/2023/a.csv", "p/2023/b.csv")
    assert (list(found.by_file), found.notes) == (["p/2023/a.csv"], ())


def test_a_path_that_may_mean_two_files_means_its_very_name_or_is_told(office: Office) -> None:
    office.hand_in("received.csv", HEAD + "p/a.csv,101002,2023,2023-07-03\np/A.Csv,101003,2023,2023-07-03\n")
    found = receipts(office, "p/a.csv", "p/A.CSV")
    assert (list(found.by_file), [note.name for note in found.notes]) == (["p/a.csv"], ["received.csv 第 3 行"])


@pytest.mark.parametrize(
    ("written", "period"),
    [
        (" 2023 ", "2023"), ("２０２３", "2023"), ("2023年", "2023"), ("2023/6", "2023-06"), ("2023年6月", "2023-06"), ("202306", "2023-06"),
        ("2023.10", "2023-10"), ("2023q4", "2023Q4"), ("2023年第四季度", "2023Q4"), ("2023上半年", "2023H1"), ("2023H2", "2023H2"),
    ],
)  # fmt: skip
def test_a_period_is_understood_as_offices_write_it(written: str, period: str, office: Office) -> None:
    office.hand_in("received.csv", HEAD + f"a.csv, 101001 ,{written},2023-07-03\n")
    receipt = receipts(office, "a.csv").by_file["a.csv"]
    assert (receipt.department_code, receipt.period) == ("101001", period)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024/2/5 10:13", "2024-02-05 10:13:00"), ("2024/2/5 9:05:07", "2024-02-05 09:05:07"), ("2024-02-05", "2024-02-05 00:00:00"),
        ("2024年2月5日 10:13", "2024-02-05 10:13:00"), ("２０２４/2/5　10：13", "2024-02-05 10:13:00"), ("2024-02-05T02:13:00Z", "2024-02-05 10:13:00"),
    ],
)  # fmt: skip
def test_a_moment_is_understood_as_spreadsheets_save_it(written: str, moment: str, office: Office) -> None:
    office.hand_in("received.csv", HEAD + f"a.csv,101001,2023,{written}\n")
    assert receipts(office, "a.csv").by_file["a.csv"].received_at == f"{moment}.000000"


def test_headers_may_be_chinese_in_any_order_between_blank_lines(office: Office) -> None:
    office.hand_in("received.csv", "\n收到时间,期间,文件,部门\n\n2024/2/5 10:13,2023,a.csv,101001-办公厅\n,,,\n")
    assert receipts(office, "a.csv").by_file == {"a.csv": Receipt("101001", "2023", "2024-02-05 10:13:00.000000")}


def test_a_control_count_and_total_are_kept(office: Office) -> None:
    head = "文件,部门,期间,收到时间,行数,金额合计\n"
    lines = 'a.csv,101001,2023,2023-07-03,12,"1,234.56"\nb.csv,101001,2023,2023-07-03,,\nc.csv,101001,2023,2023-07-03,12.5,\n'
    office.hand_in("received.csv", head + lines)
    found = receipts(office, "a.csv", "b.csv", "c.csv")
    assert [(r.control_rows, r.control_total) for r in found.by_file.values()] == [
        (12, Decimal("1234.56")),
        (None, None),
    ]
    assert "第 4 行" in found.faults["c.csv"].text and "行数“12.5”" in found.faults["c.csv"].text


@pytest.mark.parametrize(
    "line",
    [
        "a.csv,101001,2023-13,2023-07-03", "a.csv,101001,2023Q5,2023-07-03", "a.csv,101001,,2023-07-03", "a.csv,101001,2023,昨天",
        "a.csv,101001,2023.1,2023-07-03", "a.csv,101001,2023,", "a.csv,101001,2023", "a.csv", "a.csv,,2023,2023-07-03",
        'a.csv,"101001,2023,2023-07-03', "a.csv,101001,2023,2023-02-30", "a.csv,101001,2023,2023-07-03,多",
    ],
)  # fmt: skip
def test_a_faulty_line_of_received_csv_concerns_its_own_file(line: str, office: Office) -> None:
    good = "ok.csv,101001,2023,2023-07-03\n"
    office.hand_in("received.csv", HEAD + good + line + "\n" + good.replace("ok", "behind"))
    found = receipts(office, "ok.csv", "a.csv", "behind.csv")
    assert list(found.by_file) == ["ok.csv", "behind.csv"]
    assert "received.csv 第 3 行" in found.faults["a.csv"].text


def test_broken_bytes_in_a_line_concern_its_own_file(office: Office) -> None:
    office.hand_in(
        "received.csv",
        HEAD.encode() + b"a.csv,1010\xff\xff,2023,2023-07-03\n" + "合同.csv,101001,2023,2023-07-03\n".encode(),
    )
    found = receipts(office, "a.csv", "合同.csv")
    assert list(found.by_file) == ["合同.csv"] and "编码" in found.faults["a.csv"].text


def test_a_line_that_matches_no_file_is_told(office: Office) -> None:
    office.hand_in("received.csv", HEAD + "b.csv,101001,2023,2023-07-03\n")
    (note,) = receipts(office, "a.csv").notes
    assert "received.csv 第 2 行" in note.text and "b.csv" in note.text


def test_a_file_listed_twice_is_refused_where_the_lines_differ(office: Office) -> None:
    line = "{},101001,2023-{},2023-07-03\n"
    lines = [
        line.format("a.csv", "06"),
        line.format("a.csv", "07"),
        line.format("b.csv", "06"),
        line.format("b.csv", "06"),
    ]
    office.hand_in("received.csv", HEAD + "".join(lines))
    found = receipts(office, "a.csv", "b.csv")
    assert list(found.by_file) == ["b.csv"] and "第 2 行和第 3 行" in found.faults["a.csv"].text


def test_a_missing_column_of_received_csv_is_an_error_of_the_drop(office: Office) -> None:
    office.hand_in("received.csv", "file,period\na.csv,2023\n")
    with pytest.raises(DropError, match=r"department.*received_at"):
        receipts(office, "a.csv")


def test_a_file_that_received_csv_does_not_list_has_the_default_department_and_its_own_period() -> None:
    now = dt.datetime(2023, 7, 3, 1, 12, tzinfo=dt.UTC)
    listed = {"a_2023.csv": Receipt("101002", "2022", "2023-01-01 00:00:00.000000")}
    assert receipt_for("a_2023.csv", listed, "101001", now).department_code == "101002"
    assert receipt_for("b_2023.csv", listed, "101001", now) == Receipt(
        "101001", "2023", "2023-07-03 09:12:00.000000", is_registered=False
    )


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
    assert [file.name for file in unclaimed] == ["other/2023/x.csv", "payments/2023/x.pdf"]


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


@pytest.mark.parametrize(
    ("name", "pattern", "does"),
    [
        ("payments/2023/a.CSV", "payments/*/*.csv", True), ("Payments/2023/a.csv", "payments/*/*.csv", True),
        ("payments/2023/a.ｃｓｖ", "payments/*/*.csv", True), ("payments\\2023\\a.csv", "payments/*/*.csv", True),
        ("cafe\u0301/2023/a.csv", "caf\u00e9/*/*.csv", True), ("payments/a.csv", "payments/*/*.csv", False),
        ("payments/2023/1/a.csv", "payments/*/*.csv", False), ("payments/2023/1/a.csv", "payments/**/*.csv", True),
        ("payments/a.csv", "payments/**/*.csv", True), ("payments/2023/[甲]a.csv", "payments/*/*.csv", True),
        ("payments/2023/a.xlsx", "payments/*/*.csv", False), ("budget/2023/a.XLSX", "budget/*/*.xls*", True),
    ],
)  # fmt: skip
def test_a_pattern_fits_whatever_the_case_and_the_form_of_characters(name: str, pattern: str, does: bool) -> None:
    assert fits(name, pattern) is does


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("支付".encode("gb18030") + b".csv", "支付.csv"), (b"\xff\xff.csv", "\\xff\\xff.csv"), ("支付.csv".encode(), "支付.csv"),
        (b"a\nb\x1b[31m.csv", "a\\x0ab\\x1b[31m.csv"), ("年度/".encode() + "支付".encode("gb18030"), "年度/支付"),
        ("a\u202evsc.exe".encode(), "a\\u202evsc.exe"),
    ],
)  # fmt: skip
def test_every_name_can_be_shown_on_one_line(raw: bytes, text: str) -> None:
    assert shown(decoded(os.fsdecode(raw))) == text


def test_layouts_of_one_contract_that_claim_a_file_stand_together_in_their_order(office: Office) -> None:
    layouts = [
        {"pattern": f"sample/*/{name}.csv", "format": "csv", "unit": unit}
        for name, unit in (("*", "元"), ("a*", "万元"), ("b*", "元"))
    ]
    contract = contract_of([column("number_no", "编号", required=True)], files=layouts)
    office.hand_in("sample/2023/a.csv", "x")
    (file,), _ = scan_drop(office.raw, {"sample": contract})
    assert (file.layouts, file.layout) == ((contract.files[0], contract.files[1]), contract.files[0])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("payments/2023/2023年03月.xlsx", ["后缀“.xlsx”", "payments/*/*.csv", "国库集中支付明细"]),
        ("suggestions/2023/2023年建议.docx", ["后缀“.docx”", "suggestions/*/*.xls*"]),
        ("payments/2023年02月.csv", ["缺少一级文件夹", "payments/2023/"]),
        ("payments/2023/一季度/2023年02月.csv", ["文件夹不合", "payments/*/*.csv"]),
        ("payments/2023/一季度/汇总/2023年02月.csv", ["层级过深"]),
        ("2023年02月.csv", ["没有放在台账文件夹中"]),
        ("paymnts/2023/2023年02月.csv", ["没有台账使用文件夹“paymnts”", "payments/*/*.csv"]),
        ("国库集中支付明细/2023/2023年02月.csv", ["没有台账使用文件夹", "payments/*/*.csv"]),
        ("zzz/2023/received.csv", ["没有台账使用文件夹“zzz”"]),
    ],
)  # fmt: skip
def test_a_file_that_no_contract_claims_is_told_with_the_nearest_pattern(
    name: str, words: list[str], office: Office
) -> None:
    office.hand_in(name, "x")
    (unread,) = scan_drop(office.raw, CONTRACTS)[1]
    assert unread.name == name and unread.text.count(name) == 1
    assert all(word in unread.text for word in words), unread.text


def test_a_link_to_nothing_and_a_link_to_its_own_folder_stop_nobody(office: Office) -> None:
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1)]))
    (office.raw / "payments/2023/2023年05月.csv").symlink_to("nothing.csv")
    (office.raw / "payments/2023/again").symlink_to(office.raw)
    report = office.land()
    assert [entry.file for entry in report.entries] == [PAYMENT_FILE]
    assert report.unclaimed == ["payments/2023/2023年05月.csv"] and "链接" in report.unread[0].text


def test_links_that_stay_in_the_drop_are_followed(office: Office) -> None:
    office.hand_in("payments/kept/原件.csv", payments_text([payment_cells(1)]))
    (office.raw / "payments/2023").mkdir()
    (office.raw / PAYMENT_FILE).symlink_to("../kept/原件.csv")
    assert PAYMENT_FILE in [entry.file for entry in office.land().entries]
