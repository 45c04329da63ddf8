"""The warehouse file, Dagster's storage and dbt's copies damaged or held by others: put aside, told in one line, made anew."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from sample_warehouse import Warehouse

from dagster_project.building import manifest
from dagster_project.building.inputs import is_up_to_date
from dagster_project.building.manifest import ensure_manifest, parsed_project
from dagster_project.building.one_at_a_time import BuildingElsewhere, BuildLock, lock_of
from dagster_project.building.plain_words import plain
from dagster_project.building.run_records import put_damaged_aside
from dagster_project.building.warehouse_file import begin_anew, built_inputs, fault_in_the_way, note_built
from dagster_project.dagster_home import open_instance
from dagster_project.publishing import current_version, verify
from dagster_project.settings import PROJECT_ROOT, Settings
from dagster_project.stale_runs import close_stale_runs

HOLD = """
import duckdb, sys, time
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
print("held", flush=True)
time.sleep(600)
"""


@contextmanager
def process(script: str, *arguments: object, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process that has printed its first line; it is gone afterwards."""
    started = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, text=True, cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT), **environment},
    )  # fmt: skip
    try:
        started.first = started.stdout.readline().strip()
        yield started
    finally:
        started.kill()
        started.wait()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A build folder with a warehouse of one table, noted as built."""
    settings = Settings(build_dir=tmp_path / "build")
    settings.build_dir.mkdir()
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("create table t as select range as i from range(200000)")
    note_built(settings, "inputs")
    assert built_inputs(settings) == "inputs"
    return settings


def nothing_in_it(path: Path) -> None:
    path.write_bytes(b"")


def random_head(path: Path) -> None:
    path.write_bytes(os.urandom(4096) + path.read_bytes()[4096:])


def random_middle(path: Path) -> None:
    data = path.read_bytes()
    half = len(data) // 2
    path.write_bytes(data[:half] + os.urandom(8192) + data[half + 8192 :])


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "something").write_text("?", encoding="utf-8")


def log_of_another(path: Path) -> None:
    path.with_name(f"{path.name}.wal").write_bytes(os.urandom(5000))


def read_only(path: Path) -> None:
    path.chmod(0o400)
    os.utime(path, ns=(1, 1))


def link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent / "nowhere")


WAREHOUSES = (
    nothing_in_it, random_head, random_middle, cut_off, a_folder, log_of_another, read_only, link_to_nothing,
)  # fmt: skip


@pytest.mark.attack(
    area="publishing",
    attack="warehouse.duckdb is empty, overwritten at its head or middle, cut off, a folder, read-only, with another file's log",
    holds="never taken for what was built; a whole build begins with a new file, and a damaged one is put aside and told",
)
@pytest.mark.parametrize("damage", WAREHOUSES, ids=lambda damage: damage.__name__)
def test_a_damaged_warehouse_is_built_anew(settings: Settings, damage: Callable[[Path], None]) -> None:
    damage(settings.warehouse_path)
    assert built_inputs(settings) is None
    notes = begin_anew(settings)
    assert all("\n" not in note and str(settings.warehouse_path) in note for note in notes)
    # Damage in its middle shows or not, and a log of another file is ignored or not: neither matters to a new file.
    assert len(notes) == len(list(settings.aside_dir.glob("*warehouse.duckdb")))
    if damage not in (random_middle, log_of_another):
        assert len(notes) == (damage is not read_only)
    assert [path.name for path in settings.build_dir.iterdir() if path.name.startswith("warehouse")] == []
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("create table t as select 1 as i")


@pytest.mark.attack(
    area="publishing",
    attack="another process holds warehouse.duckdb, to read or to write",
    holds="the build goes on in a new file and names the process; building a part of it names the process and stops",
)
@pytest.mark.parametrize("how", ["read", "write"])
def test_a_held_warehouse_does_not_hold_up_the_build(settings: Settings, how: str) -> None:
    with process(HOLD, settings.warehouse_path, how) as holder:
        assert lock_of(settings.warehouse_path) == holder.pid
        assert f"进程 {holder.pid} 打开着" in fault_in_the_way(settings.warehouse_path)
        (note,) = begin_anew(settings)
        assert f"进程 {holder.pid} 打开着" in note and "\n" not in note
        with duckdb.connect(str(settings.warehouse_path)) as connection:
            connection.execute("create table t as select 1 as i")
        assert holder.poll() is None


@pytest.mark.attack(
    area="publishing",
    attack="a tool opens the warehouse to write between the build and the checks",
    holds="the message names the process and what to do, in plain words",
)
def test_a_lock_is_told_in_plain_words(settings: Settings) -> None:
    with process(HOLD, settings.warehouse_path, "write") as holder:
        with pytest.raises(duckdb.IOException) as error:
            duckdb.connect(str(settings.warehouse_path), read_only=True)
        assert plain(str(error.value)).startswith(f"进程 {holder.pid}(")


@pytest.mark.attack(
    area="publishing",
    attack="the note of what the current version was made from, or of the warehouse, is overwritten",
    holds="taken for news: the night builds again",
)
@pytest.mark.parametrize("note", [b"", b"\xff\xfe", b"{", b"[]", b'{"inputs": 1}', b"null"])
def test_a_damaged_note_is_no_proof(settings: Settings, note: bytes) -> None:
    settings.serving_dir.mkdir()
    (settings.serving_dir / "current").mkdir()
    (settings.serving_dir / "inputs.sha256").write_bytes(b"inputs")
    assert is_up_to_date(settings, "inputs") and built_inputs(settings) == "inputs"
    (settings.serving_dir / "inputs.sha256").write_bytes(note)
    settings.warehouse_note.write_bytes(note)
    assert not is_up_to_date(settings, "inputs")
    assert built_inputs(settings) is None


BUILDING = """
import subprocess, sys, time
from dagster_project.building.one_at_a_time import BuildLock
from dagster_project.settings import Settings
lock = BuildLock(Settings())
dbt = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
lock.note_dbt(dbt.pid)
print(dbt.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.attack(
    area="publishing",
    attack="a second night while one builds; then the first is killed and its dbt lives on",
    holds="the second is refused with the process named, exit code 2; the next one ends the orphan, tells it, and builds",
)
def test_one_builds_and_an_orphan_is_ended(sample: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Warehouse(sample.settings.model_copy(update={"build_dir": tmp_path / "build"}), sample.result)
    with process(BUILDING, JIXIAO_BUILD_DIR=str(tmp_path / "build")) as first:
        orphan = int(first.first)
        code, output = own.cli(monkeypatch, "nightly", "--as-of", "2023-07-01")
        assert code == 2 and f"进程 {first.pid} 正在重建" in output
        with pytest.raises(BuildingElsewhere):
            BuildLock(own.settings)
        first.kill()
        first.wait()
        assert Path(f"/proc/{orphan}").exists()
        with BuildLock(own.settings) as lock:
            assert lock.notes == [f"上次运行被中断,留下的 dbt(进程 {orphan})已结束"]
        assert not Path(f"/proc/{orphan}").exists() or "Z" in Path(f"/proc/{orphan}/stat").read_text()


@pytest.mark.attack(
    area="publishing",
    attack="the note of a killed build names a process id that another program has by now, or is damaged",
    holds="that program is left alone",
)
def test_a_process_with_the_same_id_is_left_alone(settings: Settings) -> None:
    with process("import time; print(1, flush=True); time.sleep(600)") as other:
        note = settings.build_dir / ".building.dbt.json"
        for told in (json.dumps({"pid": other.pid, "born": 1}).encode(), b"\xff", b"[]", b'{"pid": "x"}'):
            note.write_bytes(told)
            with BuildLock(settings) as lock:
                assert lock.notes == []
            assert other.poll() is None and not note.exists()


STORAGE = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")


@pytest.mark.attack(
    area="publishing",
    attack="each SQLite file of Dagster is empty, overwritten at its head or middle, cut off, or a folder",
    holds="put aside and told in one line; Dagster opens and notes a run",
    only_here=True,
)
@pytest.mark.parametrize("name", STORAGE)
@pytest.mark.parametrize(
    "damage", [nothing_in_it, random_head, random_middle, cut_off, a_folder], ids=lambda damage: damage.__name__
)
def test_damaged_storage_of_dagster_is_put_aside(
    dagster_home: Path, tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    settings = Settings(build_dir=tmp_path / "build")
    shutil.copytree(dagster_home, settings.dagster_home)
    assert put_damaged_aside(settings) == []
    damage(settings.dagster_home / name)
    (note,) = put_damaged_aside(settings)
    assert name.partition("/")[2] in note and "\n" not in note
    with open_instance(settings) as instance:
        assert small_job().execute_in_process(instance=instance).success
        assert instance.get_runs_count() == (2 if name.startswith("schedules") else 1)


def small_job() -> dg.JobDefinition:
    @dg.op
    def nothing() -> None: ...

    @dg.job
    def small() -> None:
        nothing()

    return small


@pytest.fixture(scope="module")
def dagster_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dagster's storage after one run."""
    settings = Settings(build_dir=tmp_path_factory.mktemp("dagster") / "build")
    with open_instance(settings) as instance:
        assert small_job().execute_in_process(instance=instance).success
    for name in STORAGE:
        with sqlite3.connect(settings.dagster_home / name) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")
        connection.close()
    return settings.dagster_home


RUN = """
import sys, time, dagster as dg
from dagster_project.dagster_home import open_instance
from dagster_project.settings import Settings

@dg.op
def wait():
    print("at work", flush=True)
    time.sleep(600)

@dg.job
def waiting():
    wait()

with open_instance(Settings()) as instance:
    waiting.execute_in_process(instance=instance)
"""


@pytest.mark.attack(
    area="publishing",
    attack="a process is killed in the middle of a run, while another one is at work",
    holds="at the next start the run of the dead process is marked failed with the reason; the living one is left alone",
    only_here=True,
)
def test_runs_of_dead_processes_are_closed(tmp_path: Path) -> None:
    settings = Settings(build_dir=tmp_path / "build")
    with process(RUN, JIXIAO_BUILD_DIR=str(settings.build_dir)) as dead:
        dead.kill()
        dead.wait()
    with process(RUN, JIXIAO_BUILD_DIR=str(settings.build_dir)), open_instance(settings) as instance:
        assert [run.status.value for run in instance.get_runs()] == ["STARTED", "STARTED"]
        (note,) = close_stale_runs(instance)
        assert note.startswith("Dagster 中 1 次")
        assert sorted(run.status.value for run in instance.get_runs()) == ["FAILURE", "STARTED"]
        failed = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]))[0]
        assert any(f"进程 {dead.pid}已不在" in (entry.message or "") for entry in instance.all_logs(failed.run_id))
        assert close_stale_runs(instance) == []


@pytest.mark.attack(
    area="publishing",
    attack="dbt's parsed project is overwritten: the copy kept beside the code, the one in the build folder, the manifest",
    holds="parsed again, with the same manifest; nobody has to remove anything",
    only_here=True,
)
def test_damaged_copies_of_dbt_are_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "parsed"
    monkeypatch.setattr(Settings, "parsed_dbt_dir", kept)
    settings = Settings(build_dir=tmp_path / "build")
    settings.export_to_environment()
    parsed_project(settings)
    before = json.loads(ensure_manifest(settings).read_bytes())["nodes"].keys()
    (settings.dbt_target_dir / manifest.MANIFEST).write_bytes(b'{"nodes": {}}')
    assert json.loads(ensure_manifest(settings).read_bytes())["nodes"].keys() == before
    (settings.dbt_target_dir / "manifest.sha256").write_bytes(b"\xff\xfe")
    assert json.loads(ensure_manifest(settings).read_bytes())["nodes"].keys() == before
    (folder,) = kept.iterdir()
    for name in (manifest.PARSED, manifest.MANIFEST):
        for path in (folder / name, settings.dbt_target_dir / name):
            path.write_bytes(os.urandom(1000))
    parsed_project(settings)
    assert json.loads(ensure_manifest(settings).read_bytes())["nodes"].keys() == before
    (folder,) = kept.iterdir()
    json.loads((folder / manifest.MANIFEST).read_bytes())


@pytest.mark.attack(
    area="publishing",
    attack="a night that finds a foreign log, damaged storage of Dagster, damaged notes, results of checks and copies of dbt",
    holds="exit code 0, each told in one line, the same version as ever",
    only_here=True,
)
@pytest.mark.slow
def test_a_night_among_ruins(sample: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = sample.copy_to(tmp_path)
    log_of_another(own.settings.warehouse_path)
    random_middle(own.settings.dagster_home / "history" / "runs" / "index.db")
    (own.settings.serving_dir / "inputs.sha256").write_bytes(b"\xff")
    (own.settings.build_dir / "check_results.json").write_bytes(b"{")
    (own.settings.dbt_target_dir / "run_results.json").write_bytes(b"{")
    (own.settings.dbt_target_dir / "manifest.json").write_bytes(b"{")
    (own.settings.dbt_target_dir / manifest.PARSED).write_bytes(os.urandom(100))
    code, output = own.cli(monkeypatch, "nightly")
    assert code == 0, output
    assert str(own.settings.aside_dir) in output and "Dagster 的运行记录" in output
    assert current_version(own.settings.serving_dir).version == sample.result.version
    assert verify(current_version(own.settings.serving_dir).path) == []
    code, output = own.cli(monkeypatch, "nightly")
    assert code == 0 and "重建" not in output
