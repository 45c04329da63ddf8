"""The processes that read files: killed, stopped, orphaned; and 1,500 damaged files through them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from benchmarks.damage.ledgers import KINDS
from benchmarks.payments_file import write_payments
from dagster_project.contracts import load_contracts
from dagster_project.ingestion.children import Child, end_idle, stillness
from dagster_project.ingestion.landing import land_drop
from dagster_project.ingestion.limits import Limits
from dagster_project.ingestion.report import LandingReport
from dagster_project.ingestion.zone import workplace
from dagster_project.settings import PROJECT_ROOT

CSV = KINDS[0]
HEAD = "编号,事项名称,地点,金额,日期,人数,备注\n"
FILES = 6
SLOW_ROWS = 150_000
"""Take a few seconds to read."""
ALL_ROWS = FILES + SLOW_ROWS // 3
BUSY_SECONDS = 0.9
"""A process that used so much of a processor has started up, and reads."""


def rows(group: int, count: int) -> str:
    return "".join(f"SX{group}{number:06},会议,北京,12.50,2023-01-05,3,无\n" for number in range(count))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A drop of a few sound files, one of them, called bad.csv, with so many rows that a blow meets its reader at work."""
    folder = tmp_path / "raw" / CSV.name / "2023"
    folder.mkdir(parents=True)
    for number in range(FILES):
        (folder / f"{number}.csv").write_text(HEAD + rows(number, 1))
    (folder / "bad.csv").write_text(HEAD + rows(9, SLOW_ROWS // 3))
    return tmp_path / "raw"


def landed(raw: Path, **limits: float) -> LandingReport:
    return land_drop(raw, raw.parent / "landing", {CSV.name: CSV.contract}, "101001", limits=Limits(**limits))


def struck(monkeypatch: pytest.MonkeyPatch, blow: signal.Signals, times: int) -> None:
    """Send a signal to the process that took bad.csv, so many times."""
    left = [times]

    def take(
        self: Child, contracts: bytes, request: bytes, taken: Callable[..., Connection] = Child.take
    ) -> Connection:
        channel = taken(self, contracts, request)
        if b"bad.csv" in request and left[0]:
            left[0] -= 1
            os.kill(self.pid, blow)
        return channel

    monkeypatch.setattr(Child, "take", take)


@pytest.mark.attack(
    area="landing",
    attack="the process that reads a file is killed",
    holds="the file is read once more in a new one; all files land",
)
def test_a_file_whose_reader_was_killed_is_read_once_more(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    struck(monkeypatch, signal.SIGSEGV, times=1)
    assert sum(entry.rows_accepted for entry in landed(raw).entries) == ALL_ROWS


@pytest.mark.attack(
    area="landing",
    attack="a file kills, or stops, each process that reads it",
    holds="the file is refused by name, the others land, nothing waits",
)
@pytest.mark.parametrize(
    ("blow", "says"), [(signal.SIGSEGV, "SIGSEGV"), (signal.SIGKILL, "内存"), (signal.SIGSTOP, "停住不动")]
)
def test_a_file_that_no_reader_survives_is_refused(
    blow: signal.Signals, says: str, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    struck(monkeypatch, blow, times=9)
    report = landed(raw, seconds=3)
    assert sum(entry.rows_accepted for entry in report.entries) == FILES
    (refused,) = report.refused
    assert refused.file.endswith("bad.csv") and says in refused.reason
    (text,) = report.refusal_texts(raw.parent / "landing")
    assert ";请" in text


@pytest.mark.attack(
    area="landing",
    attack="a sound file of 4 to 50 MB, read under the limits that are meant for hostile ones",
    holds="it lands",
)
@pytest.mark.parametrize("count", [100_000, 200_000, 320_000, 440_000, 1_000_000])
def test_a_sound_file_of_any_size_lands(tmp_path: Path, count: int) -> None:
    folder = tmp_path / "raw" / CSV.name / "2023"
    folder.mkdir(parents=True)
    (folder / "0.csv").write_text(HEAD + rows(0, count))
    report = land_drop(tmp_path / "raw", tmp_path / "landing", {CSV.name: CSV.contract}, "101001")
    assert [entry.rows_accepted for entry in report.entries] == [count], report.refusal_texts(tmp_path / "landing")


@pytest.mark.attack(
    area="landing",
    attack="a small workbook comes right after a file of 15 MB, for which the same process reserved memory",
    holds="another process reads it; it lands",
)
def test_what_a_large_file_reserved_is_no_small_file_s_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process kept a gigabyte in reserve, had none left to load the reader of workbooks with, and refused the workbook."""
    folder = tmp_path / "raw" / CSV.name / "2023"
    folder.mkdir(parents=True)
    (folder / "0.csv").write_text(HEAD + rows(0, 320_000))
    contracts = {**load_contracts(), CSV.name: CSV.contract}
    pids: dict[str, set[int]] = {CSV.name: set(), "meetings": set()}
    take = Child.take
    end_idle()
    for ledger, taken_by in pids.items():

        def taken(child: Child, *what: bytes, taken_by: set[int] = taken_by) -> Connection:
            channel = take(child, *what)
            taken_by.add(child.pid)
            return channel

        monkeypatch.setattr(Child, "take", taken)
        raw = tmp_path / "raw" if ledger == CSV.name else PROJECT_ROOT / "data" / "raw"
        report = land_drop(raw, tmp_path / ledger, contracts, "101001", ledgers=[ledger], limits=Limits(1))
        assert {entry.status for entry in report.entries} == {"landed"}, report.entries
    assert not pids[CSV.name] & pids["meetings"]


@pytest.mark.attack(
    area="landing",
    attack="the landing is interrupted while files are read",
    holds="no process stays; the next landing lands the rest",
)
def test_an_interrupted_landing_leaves_no_process(raw: Path) -> None:
    end_idle()
    before = _children_of(os.getpid())

    def interrupt(name: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        land_drop(raw, raw.parent / "landing", {CSV.name: CSV.contract}, "101001", on_file=interrupt)
    end_idle()
    assert set(_children_of(os.getpid())) <= set(before)
    assert sum(entry.rows_accepted for entry in landed(raw).entries) == ALL_ROWS


@pytest.mark.attack(
    area="landing",
    attack="the landing process is killed while others read for it",
    holds="they end with it; nothing half written counts; the next landing lands every file",
)
def test_a_killed_landing_leaves_no_orphans(tmp_path: Path) -> None:
    folder = tmp_path / "raw" / CSV.name / "2023"
    folder.mkdir(parents=True)
    for number in range(3):
        (folder / f"{number}.csv").write_text(HEAD + rows(number, 4 * SLOW_ROWS))
    code = (
        "import sys; from pathlib import Path; from dagster_project.ingestion.landing import land_drop\n"
        "from benchmarks.damage.ledgers import KINDS\n"
        "land_drop(Path(sys.argv[1]) / 'raw', Path(sys.argv[1]) / 'landing', {KINDS[0].name: KINDS[0].contract}, '101001')"
    )
    main = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=PROJECT_ROOT)
    landing = tmp_path / "landing"
    readers: list[int] = []
    while not any(_seconds_of(pid) > BUSY_SECONDS for pid in readers):
        assert main.poll() is None, "it was done before it could be killed"
        time.sleep(0.02)
        readers = _children_of(main.pid)
    main.kill()
    main.wait()
    deadline = time.monotonic() + 20
    while any(_is_there(pid) for pid in readers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_is_there(pid) for pid in readers)
    land_drop(tmp_path / "raw", landing, {CSV.name: CSV.contract}, "101001")
    report = land_drop(tmp_path / "raw", landing, {CSV.name: CSV.contract}, "101001")
    assert report.unchanged == 3 and list(workplace(landing).iterdir()) == []


def _children_of(pid: int) -> list[int]:
    return [int(each) for task in Path(f"/proc/{pid}/task").glob("*/children") for each in task.read_text().split()]


def _seconds_of(pid: int) -> float:
    return (stillness(pid) or (0, False))[0]


def _is_there(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


@pytest.mark.attack(
    area="landing",
    attack="the shipped drop is read here and in other processes",
    holds="what is logged is the same; where nothing is new no process starts",
)
def test_other_processes_read_what_this_one_reads(tmp_path: Path) -> None:
    ledgers = ["meetings", "policies", "surveys", "performance_targets"]
    contracts = load_contracts()
    logged = []
    for processes in (0, 2):
        landing = tmp_path / str(processes)
        report = land_drop(
            PROJECT_ROOT / "data" / "raw", landing, contracts, "101001", ledgers=ledgers, limits=Limits(processes)
        )
        logged.append([asdict(entry) | {"landed_at": ""} for entry in report.entries])
    assert logged[0] == logged[1] and len(logged[0]) > len(ledgers)
    end_idle()
    before = _children_of(os.getpid())
    again = land_drop(PROJECT_ROOT / "data" / "raw", landing, contracts, "101001", ledgers=ledgers)
    assert again.unchanged == len(logged[0]) and set(_children_of(os.getpid())) <= set(before)


@pytest.mark.attack(
    area="landing",
    attack="1,500 files of seven formats with random damage to their bytes",
    holds="no crash, nothing over 10 s, no process over 1 GiB, every row and cell accounted for",
    only_here=True,
)
def test_1500_damaged_files_land_or_are_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.damage", "--count", "1500", "--seed", "40000"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"together \| 1500 \|", done.stdout)


@pytest.mark.attack(
    area="landing",
    attack="a sound file of 190 MB, whose rows stream through the process that reads it",
    holds="it lands; what the process reserves stays below 2.5 GB, where it was 3 GB, and 6.7 GB for a file five times as long",
)
def test_memory_does_not_fall_to_pieces_over_a_file_that_streams_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five million rows were refused at 6 GB: the system's allocator kept three times what was in use, and more with every row."""
    million = 1_000_000
    path = tmp_path / "raw" / "payments" / "2023" / "payments_202303.csv"
    path.parent.mkdir(parents=True)
    write_payments(path, million, "utf-8")
    children: list[int] = []
    start = Child.start

    def started(child: Child) -> None:
        start(child)
        assert child.process is not None
        children.append(child.process.pid)

    monkeypatch.setattr(Child, "start", started)
    peak, is_over = [0], threading.Event()

    def watch() -> None:
        while not is_over.wait(0.05):
            peak[0] = max([peak[0], *map(data_megabytes, set(children))])

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        (entry,) = land_drop(tmp_path / "raw", tmp_path / "landing", load_contracts(), "101001").entries
    finally:
        is_over.set()
        watcher.join()
    print(f"{million:,} rows: {peak[0]:,} MB")
    assert entry.rows_accepted == million and 500 < peak[0] < 2_500


def data_megabytes(pid: int) -> int:
    """The data of a process, with what its allocators keep in reserve; 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"VmData:\s+(\d+) kB", status)
    return int(found[1]) // 1024 if found else 0
