"""The same night on a Spark cluster as on DuckDB: every published table equal, and so the id of the version.

Spark's environment is 0.6 GB and needs Java 17: `make test-spark` sets it up and runs this, `make test` skips it where it
is not there.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from sample_warehouse import Warehouse
from spark_cluster import need_spark, spark_cluster

from dagster_project.nightly_run import NightlyRun
from dagster_project.settings import PUBLISHED_SCHEMAS, Settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def on_spark(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A night over the sample's files whose models a cluster of two workers computes."""
    folder = tmp_path_factory.mktemp("spark")
    need_spark(sample.settings)
    with spark_cluster(sample.settings, folder / "cluster") as address:
        settings = Settings(
            raw_dir=sample.settings.raw_dir,
            build_dir=folder / "build",
            engine="spark",
            spark_master=address,
        )
        result = NightlyRun(settings).execute(lambda text: None)
    assert result.success, result.failures
    executors = list((folder / "cluster").glob("work*/app-*/*/stderr"))
    assert len({path.parents[2].name for path in executors}) == 2, "both workers ran an executor"
    return Warehouse(settings, result)


def test_every_published_table_is_equal(on_spark: Warehouse, sample: Warehouse) -> None:
    different = []
    with duckdb.connect() as connection:
        for name, warehouse in (("here", sample), ("there", on_spark)):
            connection.execute(f"attach '{warehouse.published}' as {name} (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'here' order by all"
        ).fetchall()
        for schema, table in tables:
            one, other = f"here.{schema}.{table}", f"there.{schema}.{table}"
            columns = [connection.execute(f"describe {each}").fetchall() for each in (one, other)]
            rows = connection.execute(
                f"select (select count(*) from (from {one} except all from {other})),"
                f" (select count(*) from (from {other} except all from {one}))"
            ).fetchone()
            if columns[0] != columns[1] or rows != (0, 0):
                different.append((schema, table, rows))
    assert not different
    assert {schema for schema, _ in tables} >= set(PUBLISHED_SCHEMAS)


def test_the_version_is_the_same(on_spark: Warehouse, sample: Warehouse) -> None:
    assert on_spark.result.version == sample.result.version


def test_a_second_night_on_spark_has_nothing_to_do_and_one_on_duckdb_has(on_spark: Warehouse) -> None:
    from dagster_project.building.night import quiet_night

    assert quiet_night(on_spark.settings, {}) is not None
    assert quiet_night(on_spark.settings.model_copy(update={"engine": "duckdb"}), {}) is None


def test_what_is_lacking_is_said_before_anything_is_read(
    sample: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_SPARK_ENVIRONMENT", str(tmp_path / "none"))
    code, said = sample.cli(monkeypatch, "nightly", "--engine", "spark")
    assert code == 2 and "make spark" in said and "载入" not in said
