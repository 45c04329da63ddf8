"""Files made to stop the landing: each is refused by name within bounds of time and memory, and the file beside it lands."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hostile import SOUND_CSV, Hostile, hostile_files

from benchmarks.damage.ledgers import KINDS
from dagster_project.ingestion.landing import land_drop
from dagster_project.ingestion.report import LandingReport
from dagster_project.settings import PROJECT_ROOT

MOST_SECONDS = 10
MOST_MEGABYTES = 1024
HOSTILE = {each.name: each for each in hostile_files()}
QUICK = (
    "a value in XFD1048576",
    "4 GB of blanks in xl/worksheets/sheet1.xml",
    "10,000 sheets",
    "a file of the machine in the ods",
    "a million nameless columns",
    "100,000 arrays in each other",
    "half a pair of surrogates as a key",
    "markup of a terminal",
)
"""One of each kind for `make test`."""
CSV = KINDS[0]


def landed_in_another_process(names: list[str]) -> dict[str, dict[str, Any]]:
    here = str(Path(__file__).parent)
    done = subprocess.run(
        [sys.executable, f"{here}/hostile_landing.py", *names],
        env={**os.environ, "PYTHONPATH": f"{PROJECT_ROOT}:{here}"},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {each["name"]: each for each in map(json.loads, done.stdout.splitlines())}


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> dict[str, dict[str, Any]]:
    """What became of the hostile files that the chosen tests ask for."""
    asked = {item.callspec.params["name"] for item in request.session.items if _asks_for_one(item)}
    return landed_in_another_process([name for name in HOSTILE if name in asked])


def _asks_for_one(item: pytest.Item) -> bool:
    return item.path == Path(__file__) and hasattr(item, "callspec") and "name" in item.callspec.params


def patience() -> float:
    """The seconds that the bound means on a machine with as much to do as this one has."""
    return MOST_SECONDS * max(1.0, 2 * os.getloadavg()[0] / (os.cpu_count() or 1))


def check(hostile: Hostile, outcome: dict[str, Any]) -> None:
    entry = outcome["entry"]
    assert outcome["sound_rows"] == 1
    assert hostile.becomes in ("any", entry["status"]), entry
    assert entry["rows_read"] == sum(entry[f"rows_{kind}"] for kind in ("accepted", "rejected", "blank", "notes"))
    assert outcome["seconds"] < patience()
    assert outcome["peak_mb"] < MOST_MEGABYTES
    assert not outcome["leaked"]
    if entry["status"] == "refused":
        (text,) = outcome["texts"]
        assert hostile.says in entry["reason"]
        assert entry["file"] in text and ";请" in text, "it names the file and what to do"
        assert "意外出错" not in text and not re.search("(?i)error|exception", text), "nobody foresaw this one"


@pytest.mark.attack(
    area="landing",
    attack="a far cell, zip bombs, entities, too many sheets, columns, levels or keys, broken characters: one of each kind",
    holds="the file is refused by name or read, the one beside it lands, in 10 s and 1 GiB",
)
@pytest.mark.parametrize("name", QUICK)
def test_a_file_made_to_stop_the_landing_stops_nothing(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    check(HOSTILE[name], outcomes[name])


@pytest.mark.attack(
    area="landing",
    attack="the same in every reader: xlsx, xlsb, xls, ods, CSV, JSON Lines, JSON",
    holds="the file is refused by name or read, the one beside it lands, in 10 s and 1 GiB",
    only_here=True,
)
@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in QUICK])
def test_no_hostile_file_of_any_format_stops_the_landing(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    check(HOSTILE[name], outcomes[name])


# What lies in the drop that is no file to read


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "raw" / CSV.name / "2023"
    folder.mkdir(parents=True)
    (folder / "sound.csv").write_text(SOUND_CSV)
    return folder


def landed(drop: Path, tmp_path: Path) -> LandingReport:
    started = time.perf_counter()
    report = land_drop(tmp_path / "raw", tmp_path / "landing", {CSV.name: CSV.contract}, "101001")
    assert time.perf_counter() - started < patience()
    entries = {entry.file: entry for entry in report.entries}
    assert entries[f"{CSV.name}/2023/sound.csv"].rows_accepted == 1
    return report


@pytest.mark.attack(
    area="landing",
    attack="a named pipe, a socket, a device, a directory and a dead link with the name of a ledger",
    holds="none is opened, each is told, and the landing does not wait for them",
)
def test_what_is_no_file_is_never_waited_for(drop: Path, tmp_path: Path) -> None:
    os.mkfifo(drop / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(drop)  # the path of a socket is short
        listening.bind("socket.csv")
    os.chdir(PROJECT_ROOT)
    (drop / "folder.csv").mkdir()
    (drop / "link.csv").symlink_to(drop / "nothing.csv")
    told = {"pipe.csv", "socket.csv", "link.csv"}
    if os.geteuid() == 0:
        (drop / "device.csv").symlink_to("/dev/zero")
        told.add("device.csv")
    report = landed(drop, tmp_path)
    assert {Path(file.name).name for file in report.unread} == told


@pytest.mark.attack(
    area="landing",
    attack="names in the bytes of GBK, with markup, with a line end; a file that nobody may read",
    holds="each lands or is told by name",
)
def test_no_name_of_a_file_stops_the_landing(drop: Path, tmp_path: Path) -> None:
    names = ["2023年支付.csv".encode("gbk"), b"[red].csv", b"[bold].csv", b"two\nlines.csv", b"\x1b[2J.csv"]
    for number, name in enumerate(names):
        (drop / os.fsdecode(name)).write_text(SOUND_CSV.replace("SX0001", f"SX1{number:03}"))
    (drop / "closed.csv").write_text(SOUND_CSV + "\n")
    (drop / "closed.csv").chmod(0)
    report = landed(drop, tmp_path)
    assert sum(entry.rows_accepted for entry in report.entries) >= len(names) + 1
    assert "2023年支付" in "".join(entry.file for entry in report.entries)
    if os.geteuid() != 0:
        assert any("closed.csv" in file.text for file in report.unread)
