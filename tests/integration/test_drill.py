"""Every kind of fault finds a place in the sample, changes what it says and nothing else; and the night's answers are judged rightly."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest
from sample_warehouse import Warehouse
from session_nights import command_line_night

from dagster_project.cli import app
from dagster_project.drill.kinds import DrillError, Kind, Where, chosen_kinds, load_kinds
from dagster_project.drill.office import Handed, Office
from dagster_project.drill.planting import Planted, plant
from dagster_project.drill.report import page, summary
from dagster_project.drill.run import drill, plan
from dagster_project.drill.sealed import Night, copy_office, forget, put_in, run_night
from dagster_project.drill.told import Account, account_of
from dagster_project.drill.verdict import Outcome, Verdict, judge
from dagster_project.ingestion.fingerprint import fingerprint
from dagster_project.ingestion.land_file import fitting_table
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog

KINDS = load_kinds()
SEED = "1:0"
IN_ONE_CELL = {
    "multiply", "swap_digits", "drop_point", "negate", "write", "above_maximum", "mistype", "above_another",
    "move_years", "swap_day_and_month", "put_before", "short_year", "write_full_width", "write_with_separators",
    "store_as_text", "add_blanks",
}  # fmt: skip
IN_ONE_ROW = {"take_from_another", "shift"}
LESS = {"leave_out", "leave_out_those", "cut_tail", "leave_only_header", "announce_more"}
ADDED = {"repeat", "repeat_with_new_keys"}
SAME_ROWS = {"re_encode", "add_blank_rows", "turn_rows", "move_column", "book_for_another_department"}


@pytest.fixture(scope="module")
def office(sample: Warehouse) -> Office:
    return Office(sample.settings)


@pytest.fixture(scope="module")
def planted(office: Office) -> dict[str, Planted]:
    found, _ = plan(office, list(KINDS.values()), len(KINDS), "1")
    return {each.kind.id: each for each in found}


def test_every_kind_finds_a_place_in_the_sample(office: Office) -> None:
    found, without = plan(office, list(KINDS.values()), len(KINDS), "1")
    assert without == []
    assert {each.kind.id for each in found} == set(KINDS)
    assert len({each.kind.id for each in found if not each.kind.is_harmless}) >= 30


def test_a_kind_that_finds_no_place_is_named(office: Office) -> None:
    kind = KINDS["refund_positive"].model_copy(update={"where": Where(ledgers=("meetings",), types=("money",))})
    with pytest.raises(DrillError, match="没有可以设置的地方"):
        plant(kind, office, SEED)
    found, without = plan(office, [kind], 1, "1")
    assert (found, len(without)) == ([], 1)


def test_the_same_seed_plants_the_same_and_another_one_does_not(office: Office) -> None:
    kind = KINDS["digits_swapped"]
    assert plant(kind, office, SEED) == plant(kind, office, SEED)
    assert len({plant(kind, office, f"{seed}:0").words for seed in range(4)}) > 1


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_a_fault_changes_what_it_says_and_nothing_else(
    kind: Kind, planted: dict[str, Planted], office: Office, tmp_path: Path
) -> None:
    fault = planted[kind.id]
    assert fault.file in fault.words
    if fault.contents.get(fault.file) is None:
        assert kind.does == "leave_file_out"
        return
    before = rows_of(handed(office, fault), tmp_path) if fault.file in names(office) else {}
    after = rows_of(handed(office, fault), tmp_path, fault.contents[fault.file])
    changed = [number for number in before.keys() | after.keys() if before.get(number) != after.get(number)]
    if kind.does in IN_ONE_CELL:
        assert changed == list(fault.rows) or kind.does in ("add_blanks", "store_as_text")
        if changed:
            assert sum(before[changed[0]][name] != after[changed[0]][name] for name in before[changed[0]]) == 1
    elif kind.does in IN_ONE_ROW:
        assert changed == list(fault.rows)
    elif kind.does in LESS:
        assert Counter(map(text, after.values())) < Counter(map(text, before.values()))
    elif kind.does in ADDED:
        rest = [text(row) for number, row in sorted(after.items()) if number not in fault.rows]
        assert rest == [text(row) for _, row in sorted(before.items())]
    elif kind.does in SAME_ROWS:
        assert Counter(map(text, after.values())) == Counter(map(text, before.values()))
    else:
        assert fault.contents[fault.file] != original(office, fault)


def test_a_sealed_copy_holds_the_fault_and_the_office_stays(
    planted: dict[str, Planted], office: Office, tmp_path: Path
) -> None:
    fault = planted["digits_swapped"]
    raw, log = office.settings.raw_dir / fault.file, office.settings.landing_dir / LOG_NAME
    was = raw.read_bytes(), log.read_bytes()
    copied = copy_office(office.settings, tmp_path, fault)
    assert (copied.raw_dir / fault.file).read_bytes() == fault.contents[fault.file] != was[0]
    (copied.landing_dir / LOG_NAME).write_bytes(b"")
    assert (raw.read_bytes(), log.read_bytes()) == was


def test_what_a_night_writes_beside_versions_is_not_the_offices_own(
    planted: dict[str, Planted], office: Office, tmp_path: Path
) -> None:
    copied = copy_office(office.settings, tmp_path, planted["replaced_by_fewer_rows"]).serving_dir
    own = office.settings.serving_dir
    beside = [path.name for path in own.iterdir() if path.is_file() and not path.is_symlink()]
    assert {"history.jsonl", "inputs.sha256"} <= set(beside)
    assert not [name for name in beside if (copied / name).samefile(own / name)]
    versions = [path.relative_to(own) for path in (own / "versions").rglob("*.duckdb")]
    assert versions and all((copied / path).samefile(own / path) for path in versions)


def test_a_file_that_comes_for_the_first_time_was_never_landed(
    planted: dict[str, Planted], office: Office, tmp_path: Path
) -> None:
    first, again = planted["digits_swapped"], planted["replaced_by_fewer_rows"]
    for fault, is_known in ((first, False), (again, True)):
        copied = copy_office(office.settings, tmp_path / fault.kind.id, fault)
        entries = SubmissionLog(copied.landing_dir / LOG_NAME).entries
        assert (fault.file in {entry.file for entry in entries}) is is_known
        assert [entry.log_no for entry in entries] == list(range(1, len(entries) + 1))


def test_kinds_that_are_not_there_are_refused(sample: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DrillError, match="没有差错种类 nonsense"):
        chosen_kinds(KINDS, ["nonsense"])
    assert app is not None
    code, printed = sample.cli(monkeypatch, "drill", "--kinds", "nonsense")
    assert (code, "jixiao drill --list" in printed) == (2, True)
    code, printed = sample.cli(monkeypatch, "drill", "--list")
    assert code == 0
    assert all(kind in printed for kind in KINDS)


@pytest.fixture(scope="module")
def clean(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Account:
    """What a night says of the sample where nothing is wrong: one without news says the same as that which built it."""
    own = sample.copy_to(tmp_path_factory.mktemp("clean"), sample.settings.raw_dir)
    told = command_line_night(own)
    return account_of(Night(own.settings, told.code, told.text))


def judged(
    kinds: Collection[str], planted: Mapping[str, Planted], office: Office, clean: Account, folder: Path
) -> dict[str, Outcome]:
    """The verdicts on faults of several files after one night on all of them."""
    first, *others = (planted[kind] for kind in kinds)
    assert len({fault.file for fault in (first, *others)}) == len(kinds)
    assert {fault.kind.hand_in for fault in others} <= {"first"}
    copied = copy_office(office.settings, folder, first)
    for fault in others:
        put_in(fault, copied.raw_dir)
        forget(copied.landing_dir, set(fault.contents) | set(fault.receipts))
    account = account_of(run_night(copied))
    return {kind: judge(planted[kind], account, clean, office.contracts[planted[kind].ledger]) for kind in kinds}


@pytest.mark.slow
def test_faults_that_come_with_other_faults_are_told_each_with_its_row(
    planted: dict[str, Planted], office: Office, clean: Account, tmp_path: Path
) -> None:
    """One that is told with its row, one of a whole file, one that comes again."""
    found = judged(("replaced_by_other_keys", "text_in_number", "header_misspelt"), planted, office, clean, tmp_path)
    assert found["text_in_number"].verdict in (Verdict.TOLD, Verdict.STOPPED)
    assert found["text_in_number"].names_row
    assert found["header_misspelt"].names_row
    assert found["replaced_by_other_keys"].verdict is Verdict.TOLD


@pytest.mark.slow
def test_what_is_no_fault_is_read_as_ever(
    planted: dict[str, Planted], office: Office, clean: Account, tmp_path: Path
) -> None:
    found = judged(("full_width", "re_encoded"), planted, office, clean, tmp_path)
    assert [each.verdict for each in found.values()] == [Verdict.RIGHT, Verdict.RIGHT]


@pytest.mark.slow
def test_a_drill_judges_the_night_on_its_fault_beside_a_clean_one(sample: Warehouse) -> None:
    found = drill(sample.settings, chosen_kinds(KINDS, ["row_in_yuan"]), 1, "1")
    (outcome,) = found.outcomes
    assert outcome.planted.kind.id == "row_in_yuan"
    assert outcome.verdict is not Verdict.SILENT
    assert summary(found).faults == 1
    assert "| row_in_yuan |" in page(found)
    assert found.without_place == []


def names(office: Office) -> set[str]:
    return {each.name for each in office.handed}


def handed(office: Office, fault: Planted) -> Handed:
    """The file of a fault, or the one that its second file was made from."""
    files = (fault.file, *fault.also)
    return next(
        each for name in files for each in office.handed if each.name == name and each.entry.ledger == fault.ledger
    )


def original(office: Office, fault: Planted) -> bytes | None:
    path = office.settings.raw_dir / fault.file
    return path.read_bytes() if path.is_file() else None


def rows_of(file: Handed, tmp_path: Path, content: bytes | None = None) -> dict[int, dict[str, Any]]:
    """The rows below the header, as the product's own reader has them; none of a file that it refuses."""
    path = file.dropped.path
    if content is not None:
        path = tmp_path / path.name
        path.write_bytes(content)
    try:
        _, table = fitting_table(path, file.contract, file.dropped.layouts, fingerprint(path), file.dropped.elsewhere)
    except Refused:
        return {}
    first = table.places[0].header.rows
    rows = [row for batch in table.batches() for row in batch.to_pylist()]
    below = {row["_row"]: cells(row) for row in rows if row["_row"] > first and row["_verdict"] is None}
    return {number: row for number, row in below.items() if any(row.values())}


def cells(row: Mapping[str, Any]) -> dict[str, Any]:
    if "_line" in row:
        return dict(json.loads(row["_line"]))
    return {name: value for name, value in row.items() if name not in ("_row", "_no", "_verdict")}


def text(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)
