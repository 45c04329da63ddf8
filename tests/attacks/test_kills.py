"""Nights that end at any moment: killed, interrupted, out of disk. The next one has the same version and bytes."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from sample_warehouse import Warehouse
from test_damaged_versions import hashes, small_warehouse, unlike

from dagster_project.building.plain_words import plain
from dagster_project.building.warehouse_file import built_inputs
from dagster_project.dagster_home import open_instance
from dagster_project.definitions import build_definitions
from dagster_project.nightly_run import STEP_TEXTS
from dagster_project.publishing import PublishError, current_version, history, publish, reading, rollback, verify
from dagster_project.settings import PROJECT_ROOT, PUBLISHED_SCHEMAS

KILLS = 12
SEED = 20261128
LONGEST_NIGHT = 500
"""Seconds after which a night counts as hung, on a machine with other work."""
JIXIAO = "from dagster_project.cli import app; app()"
STEPS = ("载入报送文件", "读取定义", *STEP_TEXTS.values())
WORK = ("重建数据仓库", "发布前检查", "发布")


def night(own: Warehouse, *options: str, limit: int = 0) -> subprocess.Popen[str]:
    """A night as a process of its own; ``limit`` is the largest file it may write, in bytes."""
    places = {"JIXIAO_BUILD_DIR": str(own.settings.build_dir), "JIXIAO_RAW_DIR": str(own.settings.raw_dir)}
    return subprocess.Popen(
        [sys.executable, "-c", JIXIAO, "nightly", *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        cwd=PROJECT_ROOT, env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT), "PYTHONUNBUFFERED": "1", **places},
        preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit else None,
    )  # fmt: skip


def wait_for(running: subprocess.Popen[str], step: str) -> None:
    """Read on until a step of the night begins."""
    for line in running.stdout:
        if line.strip() == f"· {step}":
            return
    pytest.fail(f"the night ended before {step}")


def dbt_of(own: Warehouse) -> list[str]:
    """The processes that build this warehouse."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_text()
        except OSError:
            continue
        if "dbt_process" in words and f'"{own.settings.build_dir}"' in words:
            found.append(path.parent.name)
    return found


def no_dbt_is_left(own: Warehouse) -> bool:
    until = time.monotonic() + 10
    while dbt_of(own) and time.monotonic() < until:
        time.sleep(0.05)
    return not dbt_of(own)


def as_on_the_first_day(sample: Warehouse, folder: Path) -> tuple[Warehouse, str]:
    """The sample landed and not yet built, with a version of something else that readers have; and that version."""
    own = sample.copy_to(folder, sample.settings.raw_dir)
    shutil.rmtree(own.settings.serving_dir)
    own.settings.warehouse_path.unlink()
    small = small_warehouse(folder / "small.duckdb", 1)
    return own, publish(small, own.settings.serving_dir, PUBLISHED_SCHEMAS, 5).version


@pytest.mark.attack(
    area="publishing",
    attack=f"{KILLS} nights in turn are killed (SIGKILL) at random moments of every step, the building dbt with them",
    holds="no dbt lives on; readers have a whole version after each; the next night has the version and bytes of a night undisturbed",
    only_here=True,
)
@pytest.mark.slow
def test_killed_nights_converge(sample: Warehouse, tmp_path: Path) -> None:
    own, before = as_on_the_first_day(sample, tmp_path)
    chance = random.Random(SEED)
    steps = [*(step for step in STEPS for _ in range(1)), *(WORK[place % 2] for place in range(KILLS - len(STEPS)))]
    chance.shuffle(steps)
    for step in steps:
        running = night(own)
        wait_for(running, step)
        time.sleep(chance.random() * (2 if step in WORK else 0.3))
        running.kill()
        running.wait()
        assert no_dbt_is_left(own), step
        current = current_version(own.settings.serving_dir)
        assert verify(current.path) == []
        assert current.version in (before, sample.result.version)
    running = night(own)
    output, _ = running.communicate(timeout=LONGEST_NIGHT)
    assert running.returncode == 0, output
    converged = current_version(own.settings.serving_dir)
    undisturbed = current_version(sample.settings.serving_dir)
    assert converged.version == undisturbed.version and verify(converged.path) == []
    free = {"published.duckdb", "manifest.json", "check_results.json"}  # the last names the warehouse file it looked at
    assert unlike(hashes(converged.path), hashes(undisturbed.path)) <= free
    with open_instance(own.settings) as instance:
        unfinished = [run for run in instance.get_runs() if not run.is_finished]
        assert unfinished == [], "the night marks the runs of killed ones as failed"
    running = night(own)
    output, _ = running.communicate(timeout=LONGEST_NIGHT)
    assert running.returncode == 0 and "· 重建" not in output


@pytest.mark.attack(
    area="publishing",
    attack="a night is asked to stop (SIGTERM, SIGINT) while dbt builds",
    holds="it stops with an exit code other than 0, no dbt lives on, readers keep what they had",
    only_here=True,
)
@pytest.mark.slow
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_a_night_that_is_asked_to_stop_stops(sample: Warehouse, tmp_path: Path, asked: signal.Signals) -> None:
    own, before = as_on_the_first_day(sample, tmp_path)
    running = night(own)
    wait_for(running, "重建数据仓库")
    time.sleep(1)
    running.send_signal(asked)
    assert running.wait(timeout=LONGEST_NIGHT) != 0
    assert no_dbt_is_left(own)
    assert current_version(own.settings.serving_dir).version == before
    assert built_inputs(own.settings) is None


@pytest.mark.attack(
    area="publishing",
    attack="a look back at a past day is killed before it publishes; somebody checks and publishes what it built, from the UI",
    holds="kept beside the current version, no rollback to it; the next night builds again and has the version of before",
    only_here=True,
)
@pytest.mark.slow
def test_a_killed_look_back_never_becomes_current(sample: Warehouse, tmp_path: Path) -> None:
    own = sample.copy_to(tmp_path, sample.settings.raw_dir)
    running = night(own, "--as-of", "2023-07-01")
    wait_for(running, "发布前检查")
    running.kill()
    running.wait()
    definitions = build_definitions(own.settings)
    checks = dg.AssetSelection.checks_for_assets(*definitions.resolve_asset_graph().get_all_asset_keys()) & (
        dg.AssetSelection.all_asset_checks()
    )
    gate = [key for key in definitions.resolve_asset_graph().asset_check_keys if key.name == "may_be_published"]
    assert checks
    with open_instance(own.settings) as instance:
        job = dg.define_asset_job(
            "from_the_ui",
            dg.AssetSelection.assets(dg.AssetKey(["serving", "published"])) | dg.AssetSelection.checks(*gate),
            executor_def=dg.in_process_executor,
        )
        resolved = dg.Definitions.merge(definitions, dg.Definitions(jobs=[job])).resolve_job_def("from_the_ui")
        assert resolved.execute_in_process(instance=instance, raise_on_error=False).success
    serving = own.settings.serving_dir
    assert current_version(serving).version == sample.result.version
    (past,) = {path.name for path in (serving / "versions").glob("[0-9a-f]*")} - {sample.result.version}
    with pytest.raises(PublishError, match="2023-07-01"):
        rollback(serving, past)
    assert own.run_again().version == sample.result.version == current_version(serving).version
    assert built_inputs(own.settings) is not None


@pytest.mark.attack(
    area="publishing",
    attack="the disk is full (a real limit on the size of files) while the night builds",
    holds="exit code 1 and one plain line; readers keep what they had; with room again the next night publishes",
    only_here=True,
)
@pytest.mark.slow
def test_a_full_disk_leaves_what_readers_have(sample: Warehouse, tmp_path: Path) -> None:
    own, before = as_on_the_first_day(sample, tmp_path)
    running = night(own, limit=20_000_000)
    output, _ = running.communicate(timeout=LONGEST_NIGHT)
    assert running.returncode == 1 and "文件超过了系统允许的大小" in output and "Traceback" not in output
    assert current_version(own.settings.serving_dir).version == before


FULL = """
import resource, sys
from pathlib import Path
from dagster_project.publishing import publish
limit = int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
publish(Path(sys.argv[1]), Path(sys.argv[2]), ("marts", "evaluation"), 3)
"""


@pytest.mark.attack(
    area="publishing",
    attack="the disk is full at every point of publishing (a real limit on the size of files)",
    holds="an error in plain words, the current version as it was, nothing left over; with room again it is published",
    only_here=True,
)
def test_publishing_to_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    serving = tmp_path / "serving"
    first = publish(small_warehouse(tmp_path / "1.duckdb", 1), serving, PUBLISHED_SCHEMAS, 3)
    second = small_warehouse(tmp_path / "2.duckdb", 2)
    failed = 0
    for limit in (0, 100, 1_000, 3_000, 100_000, 400_000):
        done = subprocess.run(
            [sys.executable, "-c", FULL, str(second), str(serving), str(limit)], capture_output=True, text=True,
            cwd=PROJECT_ROOT, env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}, check=False,
        )  # fmt: skip
        if done.returncode:
            failed += 1
            assert "jixiao" in plain(done.stderr) or "已发布的版本没有变" in plain(done.stderr), done.stderr
            assert current_version(serving).version == first.version
        assert verify(current_version(serving).path) == []
        assert not (serving / "versions" / ".unfinished").exists()
    assert failed >= 4
    assert publish(second, serving, PUBLISHED_SCHEMAS, 3).version == current_version(serving).version != first.version


READ = """
import random, sys, duckdb
from pathlib import Path
from dagster_project.publishing import reading
serving, seen = Path(sys.argv[1]), 0
print("reading", flush=True)
while not (serving / "stop").exists():
    with reading(serving) as version:
        values = set()
        for table in version.tables:
            with duckdb.connect() as connection:
                values |= set(connection.execute(f"select min(v), max(v) from '{version.path}/{table}.parquet'").fetchall())
        with duckdb.connect(str(version.path / "published.duckdb"), read_only=True) as connection:
            values |= set(connection.execute("select min(v), max(v) from marts.first").fetchall())
    assert len(values) == 1 and len(set(next(iter(values)))) == 1, values
    seen += 1
print(seen, flush=True)
"""


@pytest.mark.attack(
    area="publishing",
    attack="two processes read every table, one after the other, while versions are published and only one is kept",
    holds="no reading mixes two versions, none meets a version that was removed under it",
    only_here=True,
)
def test_readers_over_publishes_never_mix_versions(tmp_path: Path) -> None:
    serving = tmp_path / "serving"
    warehouses = [small_warehouse(tmp_path / f"{value}.duckdb", value) for value in range(5)]
    publish(warehouses[0], serving, PUBLISHED_SCHEMAS, 1)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READ, str(serving)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=PROJECT_ROOT, env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
        )
        for _ in range(2)
    ]  # fmt: skip
    for reader in readers:
        reader.stdout.readline()
    for turn in range(60):
        publish(warehouses[turn % 5], serving, PUBLISHED_SCHEMAS, 1)
    (serving / "stop").touch()
    for reader in readers:
        output, errors = reader.communicate(timeout=60)
        assert reader.returncode == 0, errors
        assert int(output) >= 10
    assert len(history(serving)) == 60


@pytest.mark.attack(
    area="publishing",
    attack="many versions are published in an hour while a BI tool holds the path of an older one",
    holds="a version that was current within the grace period stays, and one that is read by the helper stays longer",
)
def test_a_version_in_use_stays(tmp_path: Path) -> None:
    serving = tmp_path / "serving"
    warehouses = [small_warehouse(tmp_path / f"{value}.duckdb", value) for value in range(4)]
    first = publish(warehouses[0], serving, PUBLISHED_SCHEMAS, 1, kept_hours=1)
    publish(warehouses[1], serving, PUBLISHED_SCHEMAS, 1, kept_hours=1)
    assert first.path.is_dir()
    with reading(serving, first.version) as version:
        publish(warehouses[2], serving, PUBLISHED_SCHEMAS, 1)
        with duckdb.connect(str(version.path / "published.duckdb"), read_only=True) as connection:
            assert connection.execute("select distinct v from evaluation.second").fetchall() == [(0,)]
    publish(warehouses[3], serving, PUBLISHED_SCHEMAS, 1)
    assert not first.path.exists()
    assert len(list((serving / "versions").iterdir())) == 1
