"""The drop folder: names in any case and encoding are read, what is not read is told, and no file stops another."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest
from ledger_files import (
    CONTRACTS,
    PAYMENT_FILE,
    PAYMENTS,
    Office,
    column,
    contract_of,
    csv_text,
    payment_cells,
    payments_text,
    query,
    yuan,
)  # fmt: skip

from dagster_project.contracts import Contract
from dagster_project.defs.landing import LOG_KEY, build_landing_assets
from dagster_project.ingestion import pending, plan
from dagster_project.ingestion.drop import DroppedFile
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.landing import look_at_drop
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.ingestion.zone import FINDINGS_DIR
from dagster_project.settings import Settings

Case = Callable[[str], Office]
OTHER_FILE = "payments/2023/2023年04月支付明细.csv"
FIRST, SECOND = "payments/2023/2023年03月授权支付明细.csv", "payments/2023/2023年03月直接支付明细.csv"


def refusals(office: Office) -> list[str]:
    """What another look at the drop says of files that are refused or held."""
    return office.land().refusal_texts(office.landing)


# Names


def test_capital_suffixes_are_read_and_a_file_that_fits_nowhere_is_told(case: Case) -> None:
    report = case("capital-suffixes").land()
    landed = {entry.file: entry.rows_accepted for entry in report.entries}
    assert landed["payments/2023/2023年01月国库集中支付明细.CSV"] == 1
    assert landed["budget_allocations/2023/2023年预算指标台账.XLSX"] > 0
    texts = {file.name: file.text for file in report.unread}
    assert set(texts) == {"payments/2023年02月国库集中支付明细.csv", "payments/2023/2023年03月国库集中支付明细.xlsx"}
    assert "缺少一级文件夹" in texts["payments/2023年02月国库集中支付明细.csv"]
    assert "后缀" in texts["payments/2023/2023年03月国库集中支付明细.xlsx"] and report.is_incomplete


def test_a_file_that_no_contract_claims_is_no_news_but_told_again(office: Office) -> None:
    office.hand_in("payments/2023/2023年03月.pdf", "x")
    office.land()
    has_news, report = look_at_drop(office.raw, office.landing, office.contracts, "101001", {})
    assert not has_news and report.unclaimed == ["payments/2023/2023年03月.pdf"]


def test_a_name_in_the_bytes_of_windows_is_read_under_its_decoded_name(case: Case) -> None:
    office = case("file-name-in-gbk")
    raw = office.raw / "payments" / "2023" / os.fsdecode("2023年02月支付.csv".encode("gb18030"))
    raw.write_bytes(payments_text([payment_cells(2)]).encode("gb18030"))
    entries = {entry.file: entry for entry in office.land().entries}
    second = entries["payments/2023/2023年02月支付.csv"]
    assert (second.status, second.period, second.rows_accepted) == ("landed", "2023-02", 1)
    assert entries["payments/2023/2023年01月国库集中支付明细.csv"].rows_accepted == 1
    assert office.land().entries == []


@pytest.mark.parametrize(
    ("folder", "raw", "name"),
    [
        ("payments", b"2023\xff\xfe.csv", "payments/2023/2023\\xff\\xfe.csv"),
        ("payments", b"2023\n\x1b[31m'\"$x.csv", "payments/2023/2023\\x0a\\x1b[31m'\"$x.csv"),
        ("contracts", "2023合同".encode("gb18030") + b".CSV", "contracts/2023/2023合同.CSV"),
    ],
)  # fmt: skip
def test_a_strange_name_stands_in_log_and_findings_and_stops_nobody(
    folder: str, raw: bytes, name: str, office: Office
) -> None:
    path = office.raw / folder / "2023" / os.fsdecode(raw)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no header")
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1)]))
    entries = {entry.file: entry for entry in office.land().entries}
    assert (entries[name].status, entries[PAYMENT_FILE].status) == ("refused", "landed")
    assert [f["file"] for f in office.findings(entries[name])] == [name]
    assert entries[name].reason.startswith(f"{name}:") and len(refusals(office)) == 1


def test_the_same_name_in_both_encodings_is_two_files(office: Office) -> None:
    office.hand_in("payments/2023/2023年02月支付.csv", payments_text([payment_cells(1)]))
    raw = office.raw / "payments" / "2023" / os.fsdecode("2023年02月支付.csv".encode("gb18030"))
    raw.write_bytes(payments_text([payment_cells(2)]).encode())
    names = {entry.file for entry in office.land().entries}
    assert len(names) == 2 and "payments/2023/2023年02月支付.csv" in names


def test_square_brackets_in_names_change_nothing(case: Case) -> None:
    entries = {Path(entry.file).name: entry for entry in case("square-brackets").land().entries}
    assert entries["2023年01月明细[final].csv"].rows_accepted == 1
    assert entries["2023年03月[甲].csv"].status == "refused"
    assert entries["2023年03月[甲].csv"].reason.count("2023年03月[甲].csv") == 1


# No file stops another


@pytest.mark.parametrize("error", [PermissionError(13, "no"), OSError(5, "broken disk"), RuntimeError("nobody knows")])
def test_a_file_whose_bytes_do_not_come_is_told_by_name_and_the_others_land(
    error: Exception, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(path: Path) -> Fingerprint:
        if path.name == Path(PAYMENT_FILE).name:
            raise error
        return fingerprint(path)

    fingerprint = plan.fingerprint
    monkeypatch.setattr(plan, "fingerprint", fails)
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1)]))
    office.hand_in(OTHER_FILE, payments_text([payment_cells(2)]))
    report = office.land()
    assert [entry.file for entry in report.entries] == [OTHER_FILE]
    assert report.unclaimed == [PAYMENT_FILE] and "打不开" in report.unread[0].text and report.is_incomplete


def test_a_file_that_holds_what_it_held_is_only_hashed_until_it_is_read_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its encoding is looked for when the rules change and it lands again; GB18030 is not read as anything else."""
    looked_at: list[str] = []
    own = plan.fingerprint
    monkeypatch.setattr(plan, "fingerprint", lambda path: looked_at.append(path.name) or own(path))
    first = office.land_one(PAYMENT_FILE, payments_text([payment_cells(1)]).encode("gb18030"))
    name = Path(PAYMENT_FILE).name
    assert looked_at == [name]
    assert office.land().entries == [] and looked_at == [name]
    changed = Contract.model_validate(PAYMENTS.model_dump() | {"nil_markers": ["-", "无"]})
    office.contracts = {**CONTRACTS, "payments": changed}
    (again,) = office.land().entries
    assert looked_at == [name, name]
    assert office.accepted(again, "payee_name", "purpose") == office.accepted(first, "payee_name", "purpose") != []


@pytest.mark.parametrize("error", [ValueError("Invalid UTF-8 sequence"), KeyError("x"), PermissionError(13, "no")])
def test_a_fault_while_a_file_is_read_refuses_it_in_chinese_and_the_others_land(
    error: Exception, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(connection: object, file: DroppedFile, *rest: object, **options: object) -> object:
        if file.name == PAYMENT_FILE:
            raise error
        return land_new_file(connection, file, *rest, **options)  # type: ignore[arg-type]

    land_new_file = pending.land_new_file
    monkeypatch.setattr(pending, "land_new_file", fails)
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1)]))
    office.hand_in(OTHER_FILE, payments_text([payment_cells(2)]))
    entries = {entry.file: entry for entry in office.land().entries}
    assert (entries[PAYMENT_FILE].status, entries[OTHER_FILE].status) == ("refused", "landed")
    assert office.faults(entries[PAYMENT_FILE]) == [(None, None, "unreadable_file")]
    assert "Invalid" not in entries[PAYMENT_FILE].reason and "Error" not in entries[PAYMENT_FILE].reason
    (text,) = refusals(office)
    assert text.count(PAYMENT_FILE) == 1 and "另存" in text, "told again, with the remedy"


def test_a_full_disk_is_no_fault_of_a_file(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*anything: object, **options: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pending, "land_new_file", fails)
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1)]))
    with pytest.raises(OSError, match="No space"):
        office.land()


def test_a_refused_file_is_told_as_long_as_it_lies_there(office: Office) -> None:
    path = office.hand_in(PAYMENT_FILE, "")
    assert [entry.status for entry in office.land().entries] == ["refused"]
    for _ in range(2):
        has_news, report = look_at_drop(office.raw, office.landing, office.contracts, "101001", {})
        assert not has_news and [entry.file for entry in report.still_refused] == [PAYMENT_FILE]
    renamed = path.rename(path.with_name("2023年03月另一名.csv"))
    assert renamed.name in refusals(office)[0], "under the name it has now"
    renamed.unlink()
    assert refusals(office) == []


# One period in two files


def accepted(office: Office, name: str) -> int:
    """How many rows of a file are accepted in what landed last."""
    return next(e.rows_accepted for e in reversed(SubmissionLog(office.landing / LOG_NAME).entries) if e.file == name)


def test_a_second_file_of_a_period_without_a_common_key_is_held_and_told(case: Case) -> None:
    office = case("month-in-two-files")
    report = office.land()
    status = {entry.file: entry.status for entry in report.entries}
    assert status == {FIRST: "landed", SECOND: "held"}
    (text,) = report.refusal_texts(office.landing)
    assert FIRST in text and SECOND in text and "合计" in text and "replaces" in text and report.is_incomplete
    assert refusals(office) == [text], "every night while it lasts"
    assert not look_at_drop(office.raw, office.landing, office.contracts, "101001", {})[0]


def test_a_held_file_takes_the_place_once_received_csv_says_so(case: Case) -> None:
    office = case("month-in-two-files")
    office.land()
    line = f"{SECOND},101001,2023-03,2023-04-03,{Path(FIRST).name}\n"
    office.hand_in("received.csv", "file,department,period,received_at,replaces\n" + line)
    (entry,) = office.land().entries
    assert (entry.file, entry.status, entry.reason) == (SECOND, "landed", "")
    assert entry.rows_accepted == accepted(office, SECOND) and refusals(office) == []


def current(office: Office) -> tuple[str, str]:
    """Which file of March the warehouse would read, by which contract: of those landed the one received last, as dbt does."""
    entries = SubmissionLog(office.landing / LOG_NAME).entries
    landed = [entry for entry in entries if entry.status == "landed"]
    last = max(landed, key=lambda entry: (entry.received_at, entry.log_no))
    return last.file, last.contract_version


@pytest.mark.parametrize("moment", ["2023-04-03", f"{dt.date.today()}"])
@pytest.mark.parametrize("is_first_night", [True, False])
def test_what_received_csv_confirms_holds_whenever_the_files_came_and_when_rules_change(
    moment: str, is_first_night: bool, case: Case
) -> None:
    office = case("month-in-two-files")
    if not is_first_night:
        office.land()
    line = f"{SECOND},101001,2023-03,{moment},{FIRST}\n"
    office.hand_in("received.csv", "file,department,period,received_at,replaces\n" + line)
    assert {entry.status for entry in office.land().entries} == {"landed"}
    assert current(office) == (SECOND, PAYMENTS.version)
    changed = Contract.model_validate(PAYMENTS.model_dump() | {"nil_markers": ["-", "无"]})
    office.contracts = {**CONTRACTS, "payments": changed}
    assert {entry.status for entry in office.land().entries} == {"landed"}
    assert current(office) == (SECOND, changed.version) and office.land().entries == []


def test_a_held_file_takes_the_place_once_the_other_is_taken_out(case: Case) -> None:
    office = case("month-in-two-files")
    office.land()
    (office.raw / FIRST).unlink()
    assert [(entry.file, entry.status) for entry in office.land().entries] == [(SECOND, "landed")]


def test_a_correction_under_another_name_replaces_as_before(office: Office) -> None:
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1), payment_cells(2)]))
    office.land()
    office.hand_in("payments/2023/2023年03月更正.csv", payments_text([payment_cells(2), payment_cells(3)]))
    assert [entry.status for entry in office.land().entries] == ["landed"]


def test_the_same_name_with_other_rows_replaces_as_before(office: Office) -> None:
    office.land_one(PAYMENT_FILE, payments_text([payment_cells(1)]))
    assert office.land_one(PAYMENT_FILE, payments_text([payment_cells(2)])).status == "landed"


def test_last_years_rows_under_this_period_are_held(office: Office) -> None:
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1)]))
    office.land()
    old = payments_text([payment_cells(1, voucher_no="ZF202200000001")])
    assert office.land_one("payments/2023/2023年03月全部.csv", old).status == "held"


def test_a_file_without_rows_does_not_take_the_place_of_one_with_rows(office: Office) -> None:
    office.hand_in(PAYMENT_FILE, payments_text([payment_cells(1)]))
    office.land()
    assert office.land_one("payments/2023/2023年03月空.csv", payments_text([])).status == "held"


@pytest.mark.parametrize(("supersede", "status"), [("replace", "held"), ("upsert", "landed"), ("append", "landed")])
def test_only_files_of_a_ledger_replaced_as_a_whole_are_held(supersede: str, status: str, tmp_path: Path) -> None:
    columns = [column("number_no", "编号", required=True), column("amount_yuan", "金额(元)", "money")]
    contract = contract_of(columns, supersede=supersede, key=["number_no"])
    office = Office(tmp_path, {"sample": contract})
    office.hand_in("sample/2023/甲.csv", csv_text([["编号", "金额(元)"], ["1", "5"]]))
    office.land()
    entry = office.land_one("sample/2023/乙.csv", csv_text([["编号", "金额(元)"], ["2", "7"]]))
    assert entry.status == status
    assert status == "landed" or ("7.00 元" in entry.reason and "5.00 元" in entry.reason)


def test_of_two_new_files_the_later_received_is_held(office: Office) -> None:
    lines = [f"{FIRST},101001,2023-03,2023-04-05\n", f"{SECOND},101001,2023-03,2023-04-03\n"]
    office.hand_in("received.csv", "file,department,period,received_at\n" + "".join(lines))
    office.hand_in(FIRST, payments_text([payment_cells(1)]))
    office.hand_in(SECOND, payments_text([payment_cells(2)]))
    assert {entry.file: entry.status for entry in office.land().entries} == {FIRST: "held", SECOND: "landed"}


def test_another_department_or_period_is_another_matter(office: Office) -> None:
    office.hand_in("received.csv", f"file,department,period,received_at\n{SECOND},101002,2023-03,2023-04-03\n")
    for number, name in enumerate((FIRST, SECOND, OTHER_FILE)):
        office.hand_in(name, payments_text([payment_cells(number + 1)]))
    assert {entry.status for entry in office.land().entries} == {"landed"}


def test_dagster_shows_what_was_not_read_with_its_ledger_and_nothing_of_other_ledgers(office: Office) -> None:
    office.hand_in("payments/2023/2023年03月.pdf", "x")
    office.hand_in("payments/2023/2023年04月.csv", "")
    office.hand_in("contracts/2023/2023年合同.csv", "x")
    settings = Settings(raw_dir=office.raw, build_dir=office.folder / "build", settle_seconds=0)
    assets = build_landing_assets(office.contracts, settings)
    key = dg.AssetKey(["raw", "budget", "payments"])
    run = dg.materialize([assets], selection=[key, LOG_KEY], raise_on_error=False)
    told = {event.asset_key: event.materialization.metadata for event in run.get_asset_materialization_events()}
    assert [text.split(":")[0] for text in told[key]["unread_files"].value] == ["payments/2023/2023年03月.pdf"]
    assert [text.split(":")[0] for text in told[LOG_KEY]["refused_files"].value] == [
        "退回文件 payments/2023/2023年04月.csv"
    ]
    (check,) = [each for each in run.get_asset_check_evaluations() if each.check_name == "nothing_rejected"]
    assert not check.passed and check.metadata["refused_files"].value[0].startswith("payments/2023/2023年04月.csv:")


def test_rows_of_a_held_file_stay_where_they_landed(office: Office) -> None:
    office.hand_in(FIRST, payments_text([payment_cells(1)]))
    office.hand_in(SECOND, payments_text([payment_cells(2)]))
    held = next(entry for entry in office.land().entries if entry.status == "held")
    assert office.accepted(held, "amount_yuan") == [(yuan("2.5"),)]


def test_findings_of_every_case_can_be_read_together(case: Case) -> None:
    office = case("square-brackets")
    office.land()
    (count,) = query(
        f"select count(*) from read_parquet('{office.landing / FINDINGS_DIR}/*.parquet', union_by_name = true)"
    )
    assert count[0] > 0


def test_the_shipped_contracts_claim_files_by_their_patterns() -> None:
    assert all(
        layout.pattern.replace("/一体化/", "/").count("/") == 2
        for contract in CONTRACTS.values()
        for layout in contract.files
    )
