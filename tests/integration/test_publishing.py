"""Versions: readable by old and new clients, switched in one step, rolled back by one command."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest
from sample_warehouse import Warehouse

from dagster_project.publishing import PublishError, current_version, publish, rollback, verify
from dagster_project.settings import PROJECT_ROOT, PUBLISHED_SCHEMAS

OLD_CLIENT = PROJECT_ROOT / ".venv" / "duckdb-1.2"


def small_warehouse(path: Path, value: int) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema evaluation")
        connection.execute(f"create table marts.first as select range as i, {value} as v from range(1000)")
        connection.execute(f"create table evaluation.second as select range as i, {value} as v from range(1000)")
    return path


def test_an_old_duckdb_client_reads_the_published_file(sample: Warehouse) -> None:
    script = (
        "import duckdb, sys; assert duckdb.__version__.startswith('1.2'), duckdb.__version__; "
        "c = duckdb.connect(sys.argv[1], read_only=True); "
        "print(c.execute(\"select display_text from evaluation.figures where figure_id = 'spending.rate' and fiscal_year = 2023\").fetchone()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(sample.published)],
        env={"PYTHONPATH": str(OLD_CLIENT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "98.7%"


def test_the_published_file_is_not_many_times_its_parquet(sample: Warehouse) -> None:
    """Near 3.9 times. DuckDB draws samples to choose how it packs texts, so the same tables took 3.92 and 4.01 times: hence the room."""
    parquet = sum(file.stat().st_size for file in sample.published.parent.glob("*/*.parquet"))
    assert sample.published.stat().st_size < 4.2 * parquet


def test_parquet_and_database_hold_the_same_tables(sample: Warehouse) -> None:
    current = current_version(sample.settings.serving_dir)
    assert verify(current.path) == []
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        for name, count in current.tables.items():
            table = name.replace("/", ".")
            parquet = current.path / f"{name}.parquet"
            query = f"select (select count(*) from {table}), (select count(*) from '{parquet}')"
            assert connection.execute(query).fetchall() == [(count, count)]
            difference = f"(select * from {table} except all select * from '{parquet}')"
            assert connection.execute(f"select count(*) from {difference}").fetchall() == [(0,)]


def test_every_published_table_and_column_says_what_it_is(sample: Warehouse) -> None:
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        tables = connection.execute("select schema_name || '.' || table_name, comment from duckdb_tables()").fetchall()
        columns = connection.execute(
            "select schema_name || '.' || table_name || '.' || column_name, comment from duckdb_columns() where not internal"
        ).fetchall()
    assert len(tables) == len(current_version(sample.settings.serving_dir).tables)
    silent = [name for name, comment in [*tables, *columns] if not re.search("[\u4e00-\u9fff]", comment or "")]
    assert silent == []
    told = dict(tables)["marts.fct_payments"]
    assert told.startswith("国库集中支付") and told.endswith("主键 / Key: department_code, voucher_no")


def test_no_published_file_is_named_after_a_schema(sample: Warehouse) -> None:
    files = [path.stem for path in (sample.settings.serving_dir / "current").rglob("*.duckdb")]
    assert files == ["published"]
    assert not set(files) & set(PUBLISHED_SCHEMAS)


def test_the_same_content_is_the_same_version_and_touches_nothing(tmp_path: Path) -> None:
    first = publish(small_warehouse(tmp_path / "a.duckdb", 1), tmp_path / "serving", PUBLISHED_SCHEMAS, 3)
    times = {path: path.stat().st_mtime_ns for path in first.path.rglob("*")}
    second = publish(small_warehouse(tmp_path / "b.duckdb", 1), tmp_path / "serving", PUBLISHED_SCHEMAS, 3)
    assert (second.version, second.is_new) == (first.version, False)
    assert {path: path.stat().st_mtime_ns for path in first.path.rglob("*")} == times


def test_a_reader_of_the_old_version_keeps_it_whole(tmp_path: Path) -> None:
    serving = tmp_path / "serving"
    publish(small_warehouse(tmp_path / "1.duckdb", 1), serving, PUBLISHED_SCHEMAS, 1)
    with duckdb.connect(str(serving / "current" / "published.duckdb"), read_only=True) as reader:
        publish(small_warehouse(tmp_path / "2.duckdb", 2), serving, PUBLISHED_SCHEMAS, 1)
        assert reader.execute(
            "select distinct v from marts.first union select distinct v from evaluation.second"
        ).fetchall() == [(1,)]
    with duckdb.connect(str(serving / "current" / "published.duckdb"), read_only=True) as reader:
        assert reader.execute("select distinct v from marts.first").fetchall() == [(2,)]


def test_readers_during_publishing_see_one_version_or_the_other(tmp_path: Path) -> None:
    serving = tmp_path / "serving"
    warehouses = [small_warehouse(tmp_path / f"{value}.duckdb", value) for value in range(6)]
    publish(warehouses[0], serving, PUBLISHED_SCHEMAS, 10)
    stop, seen, errors = threading.Event(), [], []

    def read() -> None:
        while not stop.is_set():
            folder = (serving / "current").resolve()
            try:
                query = f"""select min(a.v), max(a.v), min(b.v), max(b.v)
                    from '{folder}/marts/first.parquet' a, '{folder}/evaluation/second.parquet' b where a.i = b.i"""
                with duckdb.connect() as connection:
                    seen.append(set(connection.execute(query).fetchall()[0]))
            except duckdb.Error as error:
                errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(3):
        for warehouse in warehouses:
            publish(warehouse, serving, PUBLISHED_SCHEMAS, 10)
    stop.set()
    for reader in readers:
        reader.join()
    assert not errors
    assert len(seen) >= 10
    assert all(len(values) == 1 for values in seen)


def test_rollback_goes_to_a_kept_version_and_only_to_a_whole_one(tmp_path: Path) -> None:
    serving = tmp_path / "serving"
    first = publish(small_warehouse(tmp_path / "1.duckdb", 1), serving, PUBLISHED_SCHEMAS, 3)
    second = publish(small_warehouse(tmp_path / "2.duckdb", 2), serving, PUBLISHED_SCHEMAS, 3)
    assert rollback(serving, first.version).version == first.version == current_version(serving).version
    with pytest.raises(PublishError, match="没有版本"):
        rollback(serving, "0" * 16)
    (second.path / "marts" / "first.parquet").write_bytes(b"broken")
    with pytest.raises(PublishError, match=r"marts/first\.parquet"):
        rollback(serving, second.version)
    assert current_version(serving).version == first.version


def test_an_interrupted_publish_leaves_the_old_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serving = tmp_path / "serving"
    first = publish(small_warehouse(tmp_path / "1.duckdb", 1), serving, PUBLISHED_SCHEMAS, 3)
    second = small_warehouse(tmp_path / "2.duckdb", 2)
    with monkeypatch.context() as patch:
        patch.setattr("dagster_project.publishing.versions._sync_tree", lambda folder: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            publish(second, serving, PUBLISHED_SCHEMAS, 3)
    assert current_version(serving).version == first.version
    assert publish(second, serving, PUBLISHED_SCHEMAS, 3).is_new


def test_only_so_many_versions_are_kept_and_never_without_the_current(tmp_path: Path) -> None:
    serving = tmp_path / "serving"
    for value in range(5):
        last = publish(small_warehouse(tmp_path / f"{value}.duckdb", value), serving, PUBLISHED_SCHEMAS, 2)
    kept = [path.name for path in (serving / "versions").iterdir()]
    assert len(kept) == 2 and last.version in kept
    manifest = json.loads((last.path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["version"] == last.version
