"""Landing: every row accounted for, planted faults found where they are, nothing done twice, nothing half done."""

from __future__ import annotations

import csv
import io
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_files import (
    CONTRACTS,
    PAYMENT_FILE,
    PAYMENT_HEADERS,
    PAYMENTS,
    Office,
    closes,
    column,
    contract_of,
    csv_text,
    payment_cells,
    payments_text,
    query,
    yuan,
)  # fmt: skip

from dagster_project.ingestion.landing import land_drop
from dagster_project.ingestion.rules import RULES
from dagster_project.ingestion.submissions import LOG_NAME, Submission, SubmissionLog
from dagster_project.ingestion.zone import LANDED_COLUMNS, SCHEMA_FILE, SHEET_COLUMNS, workplace
from simulation import __main__ as simulation
from simulation.faults import PAYMENT_FAULTS

AMOUNT = PAYMENT_HEADERS.index("支付金额")
ONE_PAYMENT = payments_text([payment_cells(1)])
OTHER_FILE = "payments/2023/2023年04月支付明细.csv"


def only(office: Office) -> Submission:
    """The one entry of a landing run."""
    (entry,) = office.land().entries
    return entry


# Row accounting

WIDTH = len(PAYMENT_HEADERS)
KINDS = [
    "good",
    "good_in_wide_digits",
    "blank_cells",
    "blank_line",
    "subtotal",
    "short_subtotal",
    "footnote",
    "wide_footnote",
    "bad_date",
    "no_key",
    "short",
    "long",
]


def physical_row(kind: str, number: int) -> list[str]:
    """A row of a payments file."""
    match kind:
        case "good_in_wide_digits":
            return payment_cells(number, amount_yuan="".join(chr(ord(sign) + 0xFEE0) for sign in f"{number}.50"))
        case "blank_cells":
            return [""] * WIDTH
        case "blank_line":
            return []
        case "subtotal":
            return ["小 计", *[""] * (AMOUNT - 1), "100.00", *[""] * (WIDTH - AMOUNT - 1)]
        case "short_subtotal":
            return ["本月合计", "100.00"]
        case "footnote":
            return ["注:本表由办公厅填报"]
        case "wide_footnote":
            return ["", "说明\uff1a含退款", *[""] * (WIDTH - 2)]
        case "bad_date":
            return payment_cells(number, cleared_on="2023-02-30")
        case "no_key":
            return payment_cells(number, voucher_no="")
        case "short":
            return payment_cells(number)[:-3]
        case "long":
            return [*payment_cells(number), "多"]
    return payment_cells(number)


@settings(max_examples=20, deadline=None)
@given(kinds=st.lists(st.sampled_from(KINDS), max_size=40), has_end=st.booleans())
def test_every_physical_row_is_accounted_for(
    kinds: list[str], has_end: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    office = Office(tmp_path_factory.mktemp("rows"), {"payments": PAYMENTS})
    content = payments_text(physical_row(kind, n) for n, kind in enumerate(kinds, start=2))
    is_cut = not has_end and bool(kinds) and kinds[-1] != "blank_line"
    entry = office.land_one(PAYMENT_FILE, content.removesuffix("\r\n") if is_cut else content)

    def rows_of(*names: str) -> list[int]:
        return [n for n, kind in enumerate(kinds, start=2) if kind in names]

    rejected = rows_of("bad_date", "no_key", "short", "long")
    assert entry.rows_read == len(kinds) + 1 and closes(entry)
    assert entry.rows_blank == len(rows_of("blank_cells", "blank_line"))
    assert entry.rows_notes - 1 == len(rows_of("subtotal", "short_subtotal", "footnote", "wide_footnote"))
    assert office.accepted(entry, "_row", "voucher_no", "amount_yuan") == [
        (n, f"ZF2023{n:08d}", yuan(f"{n}.50")) for n in rows_of("good", "good_in_wide_digits")
    ]
    assert [row for (row,) in office.rows(entry, "_row")] == list(range(2, len(kinds) + 2))
    errors = [
        f["row_number"] for f in office.findings(entry) if f["severity"] == "error" and f["rule"] != "all_rejected"
    ]
    assert errors == rejected and entry.rows_rejected == len(rejected)


# Planted faults

EXPECTED_RULES = {
    "bad_date": "bad_date", "bad_amount": "bad_amount", "unknown_code": "unknown_code", "missing_key": "missing_value",
    "duplicate_voucher": "duplicate_key", "subtotal_row": "subtotal_row", "truncated_last_line": "truncated_row",
    "shifted_row": "too_many_cells", "extra_column": "extra_column",
}  # fmt: skip
PLACED_BY_COLUMN = {"bad_date", "bad_amount", "unknown_code", "missing_value", "duplicate_key"}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, list[dict[str, Any]], list[Submission]]:
    """A landed year of the simulated office with all payments faults in one file, and where they are."""
    office = Office(tmp_path_factory.mktemp("planted"), CONTRACTS)
    plants = [argument for fault in PAYMENT_FAULTS for argument in ("--plant", fault)]
    simulation.main(["--out", str(office.raw), "--years", "2023", *plants])
    truths = json.loads((office.folder / "planted.json").read_text(encoding="utf-8"))
    return office, truths, office.land().entries


def test_each_planted_fault_gives_exactly_one_finding_and_nothing_else_does(
    planted: tuple[Office, list[dict[str, Any]], list[Submission]],
) -> None:
    office, truths, entries = planted
    entry = next(entry for entry in entries if entry.file == truths[0]["file"])
    findings = office.findings(entry)
    assert {finding["file"] for finding in findings} == {truth["file"] for truth in truths} == {entry.file}
    expected = []
    for truth in truths:
        if truth["fault"] == "mixed_unit_row":
            rule = "bad_amount" if truth["column"] else "mixed_unit_row"
        else:
            rule = EXPECTED_RULES[truth["fault"]]
        expected.append((truth["row"], rule, truth["column"] if rule in PLACED_BY_COLUMN else None))
    found = [(finding["row_number"], finding["rule"], finding["column_name"]) for finding in findings]
    assert sorted(found, key=str) == sorted(expected, key=str)
    by_row = {finding["row_number"]: finding for finding in findings}
    for truth in truths:
        finding = by_row[truth["row"]]
        assert f"第{truth['row']}行" in finding["message_zh"] and finding["remedy_zh"]
        assert not set("{}") & set(finding["message_zh"])
        if finding["rule"] in PLACED_BY_COLUMN | {"subtotal_row", "mixed_unit_row"}:
            assert finding["value"] == truth["value"]
        if finding["rule"] == "extra_column":
            assert finding["header"] == truth["column"]


def test_all_rows_without_a_planted_fault_are_landed(
    planted: tuple[Office, list[dict[str, Any]], list[Submission]],
) -> None:
    office, truths, entries = planted
    entry = next(entry for entry in entries if entry.file == truths[0]["file"])
    text = (office.raw / entry.file).read_bytes().decode("gb18030")
    lines = dict(enumerate(csv.reader(io.StringIO(text, newline="")), start=1))
    data = {n: cells for n, cells in lines.items() if n > 3 and n not in {truth["row"] for truth in truths}}
    assert office.accepted(entry, "_row", "voucher_no") == [(n, cells[0]) for n, cells in data.items()]
    assert closes(entry) and entry.rows_read == len(lines)


def test_the_other_files_of_the_office_are_landed_without_an_error(
    planted: tuple[Office, list[dict[str, Any]], list[Submission]],
) -> None:
    office, truths, entries = planted
    others = [entry for entry in entries if entry.file != truths[0]["file"]]
    assert len(others) > 30
    assert [(e.file, e.status, e.rows_rejected) for e in others if e.status != "landed" or e.rows_rejected] == []
    assert all(closes(entry) and entry.rows_accepted for entry in others)
    assert {finding["severity"] for entry in others for finding in office.findings(entry)} <= {"info"}


# The same file again, and again differently


def test_the_same_bytes_twice_do_nothing(office: Office) -> None:
    office.land_one(PAYMENT_FILE, ONE_PAYMENT)
    before = {path: path.stat().st_mtime_ns for path in office.landing.rglob("*.parquet") if path.name != SCHEMA_FILE}
    log = (office.landing / LOG_NAME).read_bytes()
    report = office.land()
    assert (report.entries, report.unchanged) == ([], 1)
    assert (office.landing / LOG_NAME).read_bytes() == log
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_unchanged_bytes_for_another_period_are_a_submission_of_their_own(office: Office) -> None:
    """A register that did not change since last year still counts for this year; a copy of a file does not."""
    first = office.land_one("payments/2022/2022年06月.csv", ONE_PAYMENT)
    second = office.land_one("payments/2023/2023年06月.csv", ONE_PAYMENT)
    assert (first.fiscal_year, second.fiscal_year) == (2022, 2023)
    assert first.sha256 == second.sha256 and first.submission_id != second.submission_id
    office.hand_in("payments/2023/2023年06月-副本.csv", ONE_PAYMENT)
    assert office.land().entries == []


def test_a_period_that_received_csv_corrects_is_landed_under_its_right_period(office: Office) -> None:
    first = office.land_one("payments/2023/2023年06月.csv", ONE_PAYMENT)
    office.hand_in(
        "received.csv",
        "file,department,period,received_at\npayments/2023/2023年06月.csv,101001,2023-07,2023-08-02T09:00:00+08:00\n",
    )
    (again,) = office.land().entries
    assert (first.period, again.period, again.rows_accepted) == ("2023-06", "2023-07", 1)


def test_a_corrected_file_is_a_second_submission_and_both_stay(office: Office) -> None:
    first = office.land_one(PAYMENT_FILE, ONE_PAYMENT)
    second = office.land_one(PAYMENT_FILE, payments_text([payment_cells(1, amount_yuan="2")]))
    assert first.submission_id != second.submission_id and second.log_no == first.log_no + 1
    assert office.accepted(first, "amount_yuan") == [(yuan("1.5"),)]
    assert office.accepted(second, "amount_yuan") == [(yuan("2"),)]


def test_a_file_that_goes_back_to_earlier_bytes_is_logged_again_with_its_counts(office: Office) -> None:
    first = office.land_one(PAYMENT_FILE, payments_text([payment_cells(9)]))
    office.land_one(PAYMENT_FILE, payments_text([payment_cells(9), payment_cells(1)]))
    third = office.land_one(PAYMENT_FILE, payments_text([payment_cells(9)]))
    assert third.submission_id == first.submission_id and third.log_no == 3
    assert (third.rows_read, third.rows_accepted, third.status) == (2, 1, "landed")


def test_a_changed_rule_lands_the_same_bytes_again(office: Office) -> None:
    first = office.land_one(PAYMENT_FILE, ONE_PAYMENT)
    changed = Office(office.folder, {"payments": PAYMENTS.model_copy(update={"nil_markers": ["无"]})})
    changed.contracts["payments"].__dict__.pop("version", None)
    second = only(changed)
    assert second.sha256 == first.sha256 and second.submission_id != first.submission_id


def test_a_torn_last_line_of_the_log_lands_its_file_again(office: Office) -> None:
    entry = office.land_one(PAYMENT_FILE, ONE_PAYMENT)
    log = office.landing / LOG_NAME
    log.write_bytes(log.read_bytes()[:-20])
    again = only(office)
    assert again.submission_id == entry.submission_id and office.accepted(again, "amount_yuan") == [(yuan("1.5"),)]
    assert len(SubmissionLog(log).entries) == 1


@pytest.mark.parametrize("crash_at", [1, 2, 3])
def test_a_crash_while_landing_leaves_no_half_file_and_the_next_run_lands_it(
    crash_at: int, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = 0

    def fails(source: str | Path, target: str | Path) -> None:
        nonlocal moved
        moved += 1
        if moved == crash_at:
            raise OSError("power cut")
        Path(source).rename(target)

    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1), payment_cells(2, amount_yuan="五元")]))
    with monkeypatch.context() as patch, pytest.raises(OSError, match="power cut"):
        patch.setattr(os, "replace", fails)
        office.land()
    assert SubmissionLog(office.landing / LOG_NAME).entries == []
    for path in (p for p in office.landing.rglob("*.parquet") if workplace(office.landing) not in p.parents):
        query(f"select count(*) from read_parquet('{path}')")
    entry = only(office)
    assert office.accepted(entry, "amount_yuan") == [(yuan("1.5"),)]
    assert office.faults(entry) == [(3, "amount_yuan", "bad_amount")]
    assert list(workplace(office.landing).iterdir()) == []


# Refused files

HALF_CHARACTER = payments_text([payment_cells(1, original_voucher_no="甲")]).encode("gb18030").rstrip(b"\r\n")[:-1]
BROKEN_UTF8 = b"\xef\xbb\xbf" + ONE_PAYMENT.encode().replace("办公".encode(), "办公".encode()[:-1], 1)
REFUSED = {
    "empty": (b"", "zero_bytes"),
    "another_delimiter": (csv_text([PAYMENT_HEADERS, payment_cells(1)], ";").encode(), "another_delimiter"),
    "utf_16": (ONE_PAYMENT.encode("utf-16"), "unknown_encoding"),
    "title_only": ("2023年支付明细\r\n".encode(), "missing_columns"),
    "header_twice": (csv_text([[*PAYMENT_HEADERS, "金额"], [*payment_cells(1), "1"]]).encode(), "duplicate_header"),
    "two_units": (("单位:元\r\n单位:万元\r\n" + ONE_PAYMENT).encode(), "ambiguous_unit"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "other_text"),
}

DAMAGED = {
    "utf_8_with_a_mark_and_a_broken_byte": BROKEN_UTF8,
    "gb18030_that_ends_in_half_a_character": HALF_CHARACTER,
    "gb18030_with_a_byte_that_begins_nothing": ONE_PAYMENT.encode("gb18030").replace(
        "办公,".encode("gb18030"), b"\xb0,"
    ),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_broken_character_damages_its_own_row_only(case: str, office: Office) -> None:
    content = (
        DAMAGED[case].rstrip(b"\r\n")
        + b"\r\n"
        + csv_text([payment_cells(2)]).encode("gb18030" if "gb" in case else "utf-8")
    )
    entry = office.land_one(PAYMENT_FILE, content)
    assert (entry.status, entry.rows_read, entry.rows_accepted, entry.rows_rejected) == ("landed", 3, 1, 1)
    (finding,) = office.findings(entry)
    assert (finding["row_number"], finding["rule"]) == (2, "damaged_text") and "第" in finding["message_zh"]


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason_and_the_others_are_landed(
    case: str, office: Office
) -> None:
    content, rule = REFUSED[case]
    office.hand_in(PAYMENT_FILE, content)
    office.hand_in(OTHER_FILE, payments_text([payment_cells(2)]))
    entries = {entry.file: entry for entry in office.land().entries}
    refused = entries[PAYMENT_FILE]
    (finding,) = office.findings(refused)
    assert (refused.status, refused.rows_read, finding["rule"]) == ("refused", 0, rule)
    assert refused.reason == finding["message_zh"] and PAYMENT_FILE in refused.reason and finding["remedy_zh"]
    assert not (office.landing / "payments" / f"{refused.submission_id}.parquet").exists()
    assert (entries[OTHER_FILE].status, entries[OTHER_FILE].rows_accepted) == ("landed", 1)


def test_a_refused_file_is_not_read_again_until_it_changes(office: Office) -> None:
    office.land_one(PAYMENT_FILE, b"")
    assert (report := office.land()).entries == [] and report.unchanged == 1
    assert office.land_one(PAYMENT_FILE, ONE_PAYMENT).status == "landed"


def test_a_workbook_without_the_sheet_of_the_contract_names_those_it_has(tmp_path: Path) -> None:
    office = Office(tmp_path, CONTRACTS)
    import xlsxwriter

    path = office.hand_in("deputies/2023/名册.xlsx", b"")
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("甲").write("A1", "说明")
        book.add_worksheet("乙").write("A1", "说明")
    for entry in office.land().entries:
        (finding,) = office.findings(entry)
        assert finding["rule"] == "missing_sheet" and "甲、乙" in finding["message_zh"] and entry.status == "refused"


def test_a_file_of_no_contract_is_reported_and_not_read(office: Office) -> None:
    office.hand_in("elsewhere/2023/x.csv", ONE_PAYMENT)
    report = office.land()
    assert (report.entries, report.unclaimed) == ([], ["elsewhere/2023/x.csv"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_in_an_allowed_encoding_lands_with_its_rare_characters(encoding: str, office: Office) -> None:
    content = payments_text([payment_cells(1, project_name="湖㳇镇", purpose="塘㙍镇")]).encode(encoding)
    entry = office.land_one(PAYMENT_FILE, content)
    assert office.accepted(entry, "project_name", "purpose") == [("湖㳇镇", "塘㙍镇")]


def test_a_file_with_only_a_header_is_landed_with_a_warning(office: Office) -> None:
    entry = office.land_one(PAYMENT_FILE, payments_text([]))
    assert (entry.status, entry.rows_read, entry.rows_accepted) == ("landed", 1, 0)
    assert office.faults(entry) == [(None, None, "empty_file")]


# Keys, units, personal data


def test_of_rows_with_the_same_key_the_first_sound_one_is_kept(office: Office) -> None:
    rows = [
        payment_cells(1, cleared_on="x"),
        payment_cells(1, amount_yuan="2"),
        payment_cells(3),
        payment_cells(1, amount_yuan="4"),
        payment_cells(1),
    ]
    entry = office.land_one(PAYMENT_FILE, payments_text(rows))
    assert office.accepted(entry, "_row", "amount_yuan") == [(3, yuan("2")), (4, yuan("3.5"))]
    repeated = [f for f in office.findings(entry) if f["rule"] == "duplicate_key"]
    assert [(f["row_number"], f["value"]) for f in repeated] == [(5, "ZF202300000001"), (6, "ZF202300000001")]
    assert all("第 3 行" in f["message_zh"] for f in repeated) and closes(entry)


def test_the_unit_of_the_file_is_applied_and_told_where_the_contract_says_another(office: Office) -> None:
    entry = office.land_one(PAYMENT_FILE, "单位:万元\r\n" + ONE_PAYMENT)
    assert office.accepted(entry, "_row", "amount_yuan") == [(3, yuan("15000"))]
    assert office.faults(entry) == [(None, None, "unit_differs_from_contract")]


def test_rows_below_another_unit_are_not_loaded_and_those_above_are(office: Office) -> None:
    rows = [payment_cells(1), ["单位:万元"], payment_cells(2), payment_cells(3)]
    entry = office.land_one(PAYMENT_FILE, payments_text(rows))
    assert office.accepted(entry, "_row") == [(2,)]
    assert office.faults(entry) == [(3, None, "mixed_unit_row"), (4, None, "unit_conflict"), (5, None, "unit_conflict")]
    assert closes(entry) and entry.rows_notes == 2


def test_the_unit_repeated_on_a_later_page_changes_nothing(office: Office) -> None:
    entry = office.land_one(PAYMENT_FILE, payments_text([payment_cells(1), ["单位:元"], payment_cells(2)]))
    assert office.accepted(entry, "_row") == [(2,), (4,)] and office.faults(entry) == []


SECRETS = ("6222000011112222333", "张三丰", "某某银行")


def test_personal_values_never_appear_in_messages_or_values(office: Office) -> None:
    personal = {"payee_account": SECRETS[0], "payee_name": SECRETS[1], "payee_bank": SECRETS[2]}
    rows = [
        payment_cells(1, **personal), payment_cells(1, **personal), payment_cells(2, **personal, cleared_on="x"),
        payment_cells(3, **(personal | {"payee_account": "6.222E+18"})), payment_cells(4, **(personal | {"payee_name": "#N/A"})),
        payment_cells(5, **personal)[:-1], [*payment_cells(6, **personal), "多"],
        ["小计", *payment_cells(7, **personal)[1:]], ["小计", SECRETS[1], SECRETS[0]], ["单位:万元", SECRETS[1]], payment_cells(8, **personal),
    ]  # fmt: skip
    entry = office.land_one(PAYMENT_FILE, payments_text(rows))
    findings = office.findings(entry)
    assert {f["rule"] for f in findings} == {
        "duplicate_key", "bad_date", "digits_lost", "total_differs", "spreadsheet_error", "too_few_cells", "too_many_cells", "subtotal_row", "mixed_unit_row",
        "unit_conflict",
    }  # fmt: skip
    for finding in findings:
        for text in (finding["message_zh"], finding["value"], finding["header"] or "", finding["remedy_zh"]):
            assert not any(secret in text for secret in (*SECRETS, "6.222E+18")), finding


def test_a_personal_key_is_not_told_when_it_comes_twice(tmp_path: Path) -> None:
    contract = contract_of(
        [column("phone_no", "电话", required=True, personal=True), column("visited_on", "日期", required=True)],
        key=["phone_no", "visited_on"],
    )
    single = contract.model_copy(update={"key": ["phone_no"]})
    for name, each in {"pair": contract, "single": single}.items():
        office = Office(tmp_path / name, {"sample": each})
        entry = office.land_one("sample/2023/x.csv", "电话,日期\n13800000000,一\n13800000000,一\n")
        (finding,) = office.findings(entry)
        assert finding["rule"] == "duplicate_key"
        assert "13800000000" not in finding["message_zh"] + finding["value"]


# The landing zone


def test_every_ledger_can_be_read_before_its_first_file_came(tmp_path: Path) -> None:
    office = Office(tmp_path, CONTRACTS)
    office.land()
    for contract in CONTRACTS.values():
        names = [row[0] for row in query(f"describe from read_parquet('{office.landing / contract.ledger}/*.parquet')")]
        more = [] if all(layout.is_plain for layout in contract.files) else SHEET_COLUMNS
        assert names == [*(c.name for c in contract.columns), *LANDED_COLUMNS, *more]


def test_landed_files_have_the_columns_and_types_of_the_empty_one(office: Office) -> None:
    entry = office.land_one(PAYMENT_FILE, ONE_PAYMENT)
    folder = office.landing / "payments"
    described = [
        query(f"select column_name, column_type from (describe from read_parquet('{folder / name}'))")
        for name in (SCHEMA_FILE, f"{entry.submission_id}.parquet")
    ]
    assert described[0] == described[1]
    assert office.rows(entry, "_submission_id", "_sheet") == [(entry.submission_id, "")]


def test_landing_single_files_leaves_the_others_for_later(office: Office) -> None:
    path = office.hand_in(PAYMENT_FILE, ONE_PAYMENT)
    office.hand_in(OTHER_FILE, payments_text([payment_cells(2)]))
    report = land_drop(office.raw, office.landing, office.contracts, "101001", only=[path])
    assert [entry.file for entry in report.entries] == [PAYMENT_FILE]
    assert only(office).file == OTHER_FILE


def test_a_receipt_gives_department_period_and_moment(office: Office) -> None:
    office.hand_in(
        "received.csv", f"file,department,period,received_at\n{PAYMENT_FILE},101009,2022-12,2023-01-05T00:00:00Z\n"
    )
    entry = office.land_one(PAYMENT_FILE, ONE_PAYMENT)
    assert (entry.department_code, entry.period, entry.fiscal_year, entry.received_at) == (
        "101009",
        "2022-12",
        2022,
        "2023-01-05 08:00:00.000000",
    )


def test_a_year_before_every_code_list_rejects_rows_and_breaks_nothing(office: Office) -> None:
    office.hand_in("received.csv", f"file,department,period,received_at\n{PAYMENT_FILE},101001,1999,2000-01-05\n")
    entry = office.land_one(PAYMENT_FILE, ONE_PAYMENT)
    assert (entry.status, entry.rows_rejected) == ("landed", 1)
    assert "unknown_code" in {rule for _, _, rule in office.faults(entry)}


def test_every_rule_says_what_happened_and_what_to_do() -> None:
    for name, rule in RULES.items():
        assert rule.message_zh and rule.remedy_zh, name


def test_amounts_are_decimals_to_the_fen(office: Office) -> None:
    entry = office.land_one(
        PAYMENT_FILE,
        payments_text([payment_cells(1, amount_yuan="0.10"), payment_cells(2, amount_yuan="(0.20)", is_refund="是")]),
    )
    assert sum((amount for (amount,) in office.accepted(entry, "amount_yuan")), Decimal(0)) == Decimal("-0.10")
