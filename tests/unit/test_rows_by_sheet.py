"""A workbook of several lists: the number of rows of each, on the page of the answer, in received.csv and in the drill."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from ledger_files import CONTRACTS

from dagster_project.desk.hand_in import Line, hand_in
from dagster_project.desk.trial import Job, try_upload
from dagster_project.drill.receipts import line_of, with_lines
from dagster_project.ingestion.drop import scan_drop
from dagster_project.ingestion.receipt import rows_by_sheet
from dagster_project.ingestion.receipts import RECEIVED_FILE, read_receipts
from dagster_project.ingestion.submissions import Submission
from dagster_project.settings import Settings

DATA = Path(__file__).parents[2] / "data" / "raw"
STATIONS = DATA / "liaison_stations" / "2023" / "代表联络站台账2023.xlsx"
ROWS = {"liaison_stations": 610, "deputy_station_assignments": 7290}


def test_who_hands_a_workbook_of_two_lists_in_confirms_the_rows_of_each(tmp_path: Path) -> None:
    for folder in ("raw", "answers"):
        (tmp_path / folder).mkdir()
    settings = Settings(raw_dir=tmp_path / "raw", build_dir=tmp_path / "build")
    said = try_upload(Job(str(STATIONS), str(tmp_path / "answers"), "101001", "", "", 10), CONTRACTS, settings)
    assert said["verdict"] == "clean" and not said["is_one_list"]
    assert said["counted_rows"] == {"联络站": 610, "进站代表": 7290}
    line = Line("101001", said["period"], "2024-01-10 09:42:00.000000", rows=rows_by_sheet(said["counted_rows"]))
    sha256, contract = hashlib.sha256(STATIONS.read_bytes()).hexdigest(), CONTRACTS["liaison_stations"]
    name = hand_in(STATIONS, sha256, said["place"], line, settings.raw_dir, tmp_path / "desk", contract)
    receipt = read_receipts(settings.raw_dir, [name]).by_file[name]
    assert {ledger: receipt.rows_of(CONTRACTS[ledger]) for ledger in ROWS} == ROWS


def test_the_sample_comes_with_the_number_of_rows_of_every_list_that_must_have_it() -> None:
    dropped, unread = scan_drop(DATA, CONTRACTS)
    receipts = read_receipts(DATA, [file.name for file in dropped]).by_file
    must = [file for file in dropped if file.contract.row_count == "required"]
    assert not unread and {file.contract.ledger for file in must} > set(ROWS)
    assert not [file.name for file in must if receipts[file.name].rows_of(file.contract) is None]
    assert {
        file.contract.ledger: receipts[file.name].rows_of(file.contract) for file in must if file.path == STATIONS
    } == ROWS


@pytest.mark.parametrize("ledger", list(ROWS))
def test_the_drill_keeps_the_rows_of_the_other_list_when_it_changes_one(ledger: str, tmp_path: Path) -> None:
    name = STATIONS.relative_to(DATA).as_posix()
    blank: dict[str, Any] = dict.fromkeys((each.name for each in fields(Submission)), "")
    about = {"file": name, "period": "2023", "department_code": "101001", "received_at": "2024-01-05 09:25:00"}
    entries = [Submission(**{**blank, **about, "ledger": each, "control_rows": rows}) for each, rows in ROWS.items()]
    entry = next(each for each in entries if each.ledger == ledger)
    changed = with_lines((DATA / RECEIVED_FILE).read_bytes(), {name: line_of(entry, entries, rows=3)})
    (tmp_path / RECEIVED_FILE).write_bytes(changed)
    receipt = read_receipts(tmp_path, [name], known=[name]).by_file[name]
    assert {each: receipt.rows_of(CONTRACTS[each]) for each in ROWS} == {**ROWS, ledger: 3}
