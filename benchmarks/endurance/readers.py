"""Readers in a loop over publishes of a real warehouse: each observation is of exactly one version, all its tables, none is an error."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb

from benchmarks.endurance.office import Office
from dagster_project.publishing import history, publish, reading
from dagster_project.settings import PROJECT_ROOT, PUBLISHED_SCHEMAS

MARKED = ("marts.turn", "evaluation.turn_again", "quality.turn_last")
STOP = "stop"


def read_over_publishes(base: Office, folder: Path, publishes: int, readers: int) -> dict[str, object]:
    """Publish so many versions while readers read; returns how many observations each made and every error."""
    folder.mkdir(parents=True)
    warehouses = [_marked(base.settings.warehouse_path, folder / f"{turn}.duckdb", turn) for turn in range(3)]
    serving = folder / "serving"
    publish(warehouses[0], serving, PUBLISHED_SCHEMAS, 2)
    running = [
        subprocess.Popen(
            [sys.executable, "-m", __name__, str(serving)], cwd=PROJECT_ROOT, env=base.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(readers)
    ]  # fmt: skip
    for turn in range(1, publishes):
        version = publish(warehouses[turn % 3], serving, PUBLISHED_SCHEMAS, 2).version
        print(f"published {turn + 1} of {publishes}: {version}", flush=True)
    (serving / STOP).touch()
    told, errors = [], []
    for each in running:
        output, error = each.communicate(timeout=300)
        told.append(json.loads(output) if each.returncode == 0 else {})
        errors += [error[-500:]] if each.returncode else []
    return {
        "publishes": len(history(serving)),
        "observations": [each.get("observations", 0) for each in told],
        "versions": [each.get("versions", 0) for each in told],
        "errors": errors,
    }


def _marked(warehouse: Path, target: Path, turn: int) -> Path:
    """A copy of a warehouse in which three tables say which it is."""
    shutil.copy(warehouse, target)
    with duckdb.connect(str(target)) as connection:
        for table in MARKED:
            connection.execute(f"create table {table} as select {turn} as turn from range({turn + 1})")
    return target


def _read(serving: Path) -> None:
    """Read all tables of a version, in both forms, again and again; a mixture of two versions ends this with an error."""
    observations, versions = 0, set()
    while not (serving / STOP).exists() or observations == 0:
        with reading(serving) as version, duckdb.connect() as connection:
            marks = set()
            for name, rows in version.tables.items():
                path = f"{version.path}/{name}.parquet"
                found = connection.execute(f"select count(*) from '{path}'").fetchone()
                if found != (rows,):
                    raise AssertionError(f"{version.version}: {name} has {found}, not {rows}")
                if name.replace("/", ".") in MARKED:
                    marks |= set(connection.execute(f"select turn from '{path}'").fetchall())
            with duckdb.connect(f"{version.path}/published.duckdb", read_only=True) as database:
                for table in MARKED:
                    marks |= set(database.execute(f"select turn from {table}").fetchall())
            if len(marks) != 1:
                raise AssertionError(f"{version.version} shows {marks}")
            versions.add(version.version)
        observations += 1
        time.sleep(0.01)
    print(json.dumps({"observations": observations, "versions": len(versions)}))


if __name__ == "__main__":
    _read(Path(sys.argv[1]))
