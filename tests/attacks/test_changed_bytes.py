"""Bytes that change after they were handed in: what is built is what landed, or nothing is."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ledger_files import CONTRACTS, PAYMENT_FILE, Office, payment_cells, payments_text
from sample_warehouse import Warehouse, rows

from dagster_project.building.landed import LandedError, prove_landed
from dagster_project.contracts import Contract
from dagster_project.hashing import sha256_of
from dagster_project.ingestion import record
from dagster_project.ingestion.keeping import Keeping
from dagster_project.ingestion.landing import land_drop, look_at_drop
from dagster_project.ingestion.originals import Originals
from dagster_project.ingestion.pending import Pending
from dagster_project.ingestion.proof import AT_ONCE, PROOFS_FILE, STRAYS_DIR, landed_path, prove_zone
from dagster_project.ingestion.submissions import LOG_NAME, Submission, SubmissionLog
from dagster_project.reporting.attachments import write_attachments
from dagster_project.settings import Settings

OTHER_FILE = "payments/2023/2023年04月支付明细.csv"
MARCH = payments_text([payment_cells(1), payment_cells(2, amount_yuan="五元")])
APRIL = payments_text(
    [payment_cells(number, applied_on="2023-04-01", cleared_on="2023-04-02") for number in (11, 12, 13)]
)
OF_MARCH = payments_text([payment_cells(number) for number in (11, 12, 13)])
"""As April's file it is held: every day of it is one of March."""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Two months of payments that landed; one of them has a finding."""
    office = Office(tmp_path, CONTRACTS)
    office.hand_in(PAYMENT_FILE, MARCH)
    office.hand_in(OTHER_FILE, APRIL)
    office.land()
    return office


def log_of(office: Office) -> SubmissionLog:
    return SubmissionLog(office.landing / LOG_NAME)


def entry_of(office: Office, file: str) -> Submission:
    return next(entry for entry in log_of(office).entries if entry.file == file)


def looks_new(office: Office) -> bool:
    """Whether a night would do anything."""
    return look_at_drop(office.raw, office.landing, office.contracts, "101001", {})[0]


def landed_files(office: Office) -> dict[str, str]:
    """The hash of every file that models read."""
    return {
        f"{path.parent.name}/{path.name}": sha256_of(path)
        for path in office.landing.glob("*/*.parquet")
        if path.parent.name not in (STRAYS_DIR, ".unfinished") and path.name != "schema.parquet"
    }


def settings_of(office: Office) -> Settings:
    """Settings under which the landing zone of the office lies where a build reads it."""
    return Settings(raw_dir=office.raw, build_dir=office.folder)


# What landed


def delete(path: Path, other: Path) -> None:
    path.unlink()


def flip_a_byte(path: Path, other: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncate(path: Path, other: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path, other: Path) -> None:
    path.write_bytes(b"")


def swap(path: Path, other: Path) -> None:
    aside = path.with_suffix(".aside")
    path.rename(aside)
    other.rename(path)
    aside.rename(other)


def take_the_other(path: Path, other: Path) -> None:
    shutil.copyfile(other, path)


CHANGES = [delete, flip_a_byte, truncate, empty, swap, take_the_other]


@pytest.mark.attack(
    area="bytes",
    attack="A landed Parquet or its findings are deleted, changed in one byte, cut, emptied, swapped, replaced; the file in the drop is there, saved over or deleted",
    holds="The night sees it, lands the file again from its original, and every byte is as before",
)
@pytest.mark.parametrize("in_drop", ["there", "saved over", "deleted"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_landed_is_made_again_from_the_original(
    change: Callable[[Path, Path], None], in_drop: str, office: Office
) -> None:
    if in_drop == "saved over":
        office.hand_in(PAYMENT_FILE, payments_text([payment_cells(7)]))
        office.land()
    elif in_drop == "deleted":
        (office.raw / PAYMENT_FILE).unlink()
    before = landed_files(office)
    first, second = (landed_path(office.landing, entry_of(office, name)) for name in (PAYMENT_FILE, OTHER_FILE))
    change(first, second)
    findings = office.landing / "findings" / first.name
    change(findings, second)
    assert looks_new(office)
    if in_drop != "saved over" or change is swap:  # what is in force
        with pytest.raises(LandedError, match=r"2023年0[34]月"):
            prove_landed(settings_of(office))
    report = office.land()
    assert landed_files(office) == before
    assert report.entries == [] and any("重新载入" in text and PAYMENT_FILE in text for text in report.changes)
    prove_landed(settings_of(office))
    office.land()  # where a file was deleted, it was withdrawn above
    assert not looks_new(office)


@pytest.mark.attack(
    area="bytes",
    attack="The landed rows of a file that is held, or of what it is held against, are deleted, changed, swapped",
    holds="They are landed again and the file stays held: only what somebody says releases it",
)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("held_for", ["its days", "what it lacks"])
def test_a_held_file_stays_held_when_landed_rows_are_damaged(
    held_for: str, change: Callable[[Path, Path], None], tmp_path: Path
) -> None:
    office = Office(tmp_path, {"payments": CONTRACTS["payments"]})
    office.hand_in(PAYMENT_FILE, OF_MARCH)
    office.land()
    held = OTHER_FILE
    if held_for == "its days":
        office.hand_in(held, payments_text([payment_cells(number) for number in (21, 22, 23)]))
    else:
        held = PAYMENT_FILE.replace("支付明细", "支付明细更正")
        office.hand_in(held, payments_text([payment_cells(number) for number in (31, 32, 33)]))
    office.land()
    assert [entry_of(office, name).status for name in (PAYMENT_FILE, held)] == ["landed", "held"]
    before, logged = landed_files(office), len(log_of(office).entries)
    places = [landed_path(office.landing, entry_of(office, name)) for name in (PAYMENT_FILE, held)]
    if held_for == "its days":
        places.reverse()
    change(*places)
    report = office.land()
    assert report.entries == [] and [entry.file for entry in report.refused] == [held], "told that night too"
    entries = log_of(office).entries
    assert [entry.status for entry in entries if entry.file == held] == ["held"] and len(entries) == logged
    assert landed_files(office) == before and not looks_new(office)


@pytest.mark.attack(
    area="bytes",
    attack="A landed Parquet is deleted, and its original and the file in the drop are gone or changed too",
    holds="The build stops and names the file; putting the file back, or withdrawing it, mends it",
)
@pytest.mark.parametrize("change", [delete, flip_a_byte], ids=lambda change: change.__name__)
@pytest.mark.parametrize("remedy", ["put back", "withdrawn"])
def test_what_cannot_be_made_again_stops_the_build_with_its_name(
    remedy: str, change: Callable[[Path, Path], None], office: Office
) -> None:
    keeping = Keeping(deleted_files="keep")
    entry = entry_of(office, PAYMENT_FILE)
    (office.raw / PAYMENT_FILE).unlink()
    original = Originals(office.folder / "originals").path_of(entry.sha256, entry.file)
    change(original, original)
    change(landed_path(office.landing, entry), original)
    report = land_drop(office.raw, office.landing, office.contracts, "101001", keeping=keeping)
    assert [lost.file for lost in report.lost] == [PAYMENT_FILE] and entry.sha256 in "".join(report.unread_texts())
    with pytest.raises(LandedError, match="2023年03月"):
        prove_landed(settings_of(office))
    if remedy == "put back":
        office.hand_in(PAYMENT_FILE, MARCH)
    else:
        office.hand_in(
            "received.csv",
            f"file,department,period,received_at,withdrawn\n{PAYMENT_FILE},101001,2023-03,2023-04-03,是\n",
        )
    report = land_drop(office.raw, office.landing, office.contracts, "101001", keeping=keeping)
    assert report.lost == []
    prove_landed(settings_of(office))


@pytest.mark.attack(
    area="bytes",
    attack="A copy of a landed Parquet is put beside it, or one of nobody, so that its rows would count twice",
    holds="A build started alone stops; a night puts it aside",
)
def test_a_file_that_nobody_landed_is_not_read(office: Office) -> None:
    landed = landed_path(office.landing, entry_of(office, OTHER_FILE))
    shutil.copyfile(landed, landed.with_name("copy of it.parquet"))
    with pytest.raises(LandedError, match="copy of it"):
        prove_landed(settings_of(office))
    assert looks_new(office)
    office.land()
    assert (office.landing / STRAYS_DIR / "payments" / "copy of it.parquet").is_file()
    prove_landed(settings_of(office))
    assert not looks_new(office)


@pytest.mark.attack(
    area="bytes",
    attack="Hashes take longer than the budget of time",
    holds="Files are proved in turns, the oldest proof first; the rows of the others are counted before a build",
)
def test_proofs_take_turns_and_rows_are_counted_meanwhile(office: Office) -> None:
    for number in range(2 * AT_ONCE):
        name = f"payments/{1990 + number // 12}/{1990 + number // 12}年{number % 12 + 1:02d}月明细.csv"
        office.hand_in(name, payments_text([payment_cells(100 + number)]))
        office.hand_in("received.csv", "file,department,period,received_at\n")
    lines = [
        f"{path.relative_to(office.raw)},101001,{path.parent.name}-{path.name[5:7]},2023-04-03\n"
        for path in sorted(office.raw.rglob("*明细.csv"))
    ]
    office.hand_in("received.csv", "file,department,period,received_at\n" + "".join(lines))
    office.land()
    (office.landing / PROOFS_FILE).unlink(missing_ok=True)
    originals = Originals(office.folder / "originals")
    looks, proved = 0, 0
    due = prove_zone(log_of(office), office.landing, originals, 0).due
    while proved < due:
        proof = prove_zone(log_of(office), office.landing, originals, 1e-9)
        assert proof.is_clean and proof.proved <= AT_ONCE
        looks, proved = looks + 1, len((office.landing / PROOFS_FILE).read_text().split(","))
        assert looks <= due / AT_ONCE + 2
    last = landed_path(office.landing, entry_of(office, PAYMENT_FILE))
    take_the_other(last, landed_path(office.landing, entry_of(office, OTHER_FILE)))
    assert prove_zone(log_of(office), office.landing, originals, 0).broken == {last.stem}, "its rows are counted"


@pytest.mark.attack(
    area="bytes",
    attack="A landed Parquet is deleted whose file is gone from the drop and whose contract changed since",
    holds="Its original is read by the contract as it is now, as any file would be",
)
def test_a_lost_file_is_read_again_by_the_contract_as_it_is_now(office: Office) -> None:
    keeping = Keeping(deleted_files="keep")
    (office.raw / OTHER_FILE).unlink()
    entry = entry_of(office, OTHER_FILE)
    landed_path(office.landing, entry).unlink()
    changed = Contract.model_validate(CONTRACTS["payments"].model_dump() | {"nil_markers": ["-", "无"]})
    contracts = {**CONTRACTS, "payments": changed}
    report = land_drop(office.raw, office.landing, contracts, "101001", keeping=keeping)
    again = next(each for each in report.entries if each.file == OTHER_FILE)
    assert again.contract_version == changed.version != entry.contract_version
    assert (again.rows_accepted, again.received_at) == (entry.rows_accepted, entry.received_at) and not report.lost
    prove_landed(settings_of(office))


# Originals


@pytest.mark.attack(
    area="bytes",
    attack="A department saves over its file, in place or by a new one, or deletes it",
    holds="The original stays as it was handed in, readable by its owner only",
)
@pytest.mark.parametrize("way", ["in place", "by rename", "deleted"])
def test_the_original_outlives_what_becomes_of_the_file(way: str, office: Office) -> None:
    path, entry = office.raw / PAYMENT_FILE, entry_of(office, PAYMENT_FILE)
    if way == "in place":
        with path.open("r+b") as stream:
            stream.write(b"#")
    elif way == "by rename":
        office.hand_in("new.csv", APRIL).replace(path)
    else:
        path.unlink()
    original = Originals(office.folder / "originals").find(entry.sha256, entry.file)
    assert original is not None and original.read_bytes() == MARCH.encode()
    assert original.stat().st_mode & 0o777 == 0o600 and original.parent.stat().st_mode & 0o777 == 0o700
    looks_new(office)
    assert {(office.landing / name).stat().st_mode & 0o777 for name in (LOG_NAME, PROOFS_FILE)} == {0o600}


@pytest.mark.attack(
    area="bytes",
    attack="An original is deleted or changed while the file still lies in the drop",
    holds="The night keeps it again",
)
@pytest.mark.parametrize("change", [delete, flip_a_byte, truncate], ids=lambda change: change.__name__)
def test_a_damaged_original_is_kept_again(change: Callable[[Path, Path], None], office: Office) -> None:
    entry = entry_of(office, PAYMENT_FILE)
    originals = Originals(office.folder / "originals")
    path = originals.path_of(entry.sha256, entry.file)
    change(path, path)
    assert originals.find(entry.sha256, entry.file) is None and looks_new(office)
    office.land()
    assert originals.find(entry.sha256, entry.file) == path and not looks_new(office)


@pytest.mark.attack(
    area="bytes",
    attack="A file is saved over between being looked at and being read",
    holds="What is logged is the hash of the bytes whose rows landed",
)
@pytest.mark.parametrize("years", [10, 0], ids=["originals kept", "none kept"])
def test_a_file_saved_over_while_it_lands_is_logged_as_what_was_read(
    years: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(tmp_path, CONTRACTS)
    path = office.hand_in(PAYMENT_FILE, MARCH)
    moments: list[Callable[[], None]] = [
        lambda: office.hand_in(PAYMENT_FILE, OF_MARCH) and None,  # after the look, before the copy
        lambda: office.hand_in(PAYMENT_FILE, payments_text([payment_cells(9)])) and None,  # after the copy
    ]

    def saved_over(
        plan: record.Plan, pending: list[Pending], real: Callable[..., Iterator[Pending]] = record.originals_first
    ):
        if pending:  # it is asked about answers too, of which there are none
            moments[0]()
        for job in real(plan, pending):
            moments[1]()
            yield job

    monkeypatch.setattr("dagster_project.ingestion.landing.originals_first", saved_over)
    keeping = Keeping(originals_years=years)
    (entry,) = land_drop(office.raw, office.landing, CONTRACTS, "101001", keeping=keeping).entries
    assert entry.rows_accepted == 3 and office.accepted(entry, "_row") == [(2,), (3,), (4,)]
    assert entry.sha256 != sha256_of(path)
    office.hand_in(PAYMENT_FILE, OF_MARCH)
    assert entry.sha256 == sha256_of(path)


@pytest.mark.attack(
    area="bytes",
    attack="A file is written to all the time while it is copied",
    holds="It is told and left for later; no mixture of two states lands",
)
def test_a_file_that_is_being_written_is_left_for_later(tmp_path: Path) -> None:
    office = Office(tmp_path, CONTRACTS)
    line = payments_text([payment_cells(1)]).encode()
    path = office.hand_in(PAYMENT_FILE, line + b"," * 30_000_000)
    is_over = threading.Event()

    def write() -> None:
        while not is_over.is_set():
            with path.open("r+b") as stream:
                stream.seek(len(line))
                stream.write(b";")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        report = office.land()
    finally:
        is_over.set()
        writer.join()
    assert report.entries == [] and "正在写入" in report.unread[0].text
    assert list((office.folder / "originals").iterdir()) == []


# What is published


@pytest.fixture
def night(sample: Warehouse, tmp_path: Path) -> Warehouse:
    """The sample after its night, in a copy."""
    return sample.copy_to(tmp_path)


@pytest.mark.slow
@pytest.mark.attack(
    area="bytes",
    attack="A landed Parquet of payments is deleted before a night; then again, with its original gone and its file emptied",
    holds="The published figures stay: it is landed again from its original; without one the night stops and names it",
    only_here=True,
)
def test_a_deleted_landing_file_never_changes_a_published_figure(night: Warehouse) -> None:
    figures = "select * from evaluation.figures order by all"
    before = rows(night.published, figures)
    entries = SubmissionLog(night.settings.landing_dir / LOG_NAME).entries
    payments = next(e for e in entries if e.ledger == "payments" and e.fiscal_year == 2023 and e.rows_accepted > 100)
    landed_path(night.settings.landing_dir, payments).unlink()
    result = night.run_again()
    assert result.success and any("重新载入" in text and payments.file in text for text in result.unclaimed)
    assert rows(night.published, figures) == before and not result.is_new_version
    original = Originals(night.settings.keeping.originals_of(night.settings.landing_dir))
    original.path_of(payments.sha256, payments.file).unlink()
    (night.settings.raw_dir / payments.file).write_bytes(b"")
    landed_path(night.settings.landing_dir, payments).unlink()
    result = night.run_again()
    assert not result.success and any(payments.file in text for text in result.failures)
    assert rows(night.published, figures) == before


@pytest.mark.slow
@pytest.mark.attack(
    area="bytes",
    attack="After a year was published, departments save over or delete every file of it",
    holds="Its evidence pack is made again, with the files as they were handed in",
    only_here=True,
)
def test_a_pack_is_made_again_after_the_files_were_saved_over(night: Warehouse, tmp_path: Path) -> None:
    for number, path in enumerate(sorted(night.settings.raw_dir.rglob("*.*"))):
        if number % 2:
            path.write_bytes(b"saved over")
        else:
            path.unlink()
    version = night.published.parent.resolve()
    files = write_attachments(night.settings, version, version.name, 2023, "101001", tmp_path / "documents")
    (pack,) = [file for file in files if "内部版" in file.name and file.suffix == ".zip"]
    with zipfile.ZipFile(pack) as archive:
        copies = [name for name in archive.namelist() if name.startswith("files/")]
        assert len(copies) > 50
        for name in copies:
            assert hashlib.sha256(archive.read(name)).hexdigest() == Path(name).stem
