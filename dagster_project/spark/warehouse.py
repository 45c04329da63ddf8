"""What Spark computed as a warehouse file: its tables are copied, and the views are those of the models, over the same rows.

Who checks, publishes or looks for the rows behind a fault reads one file, whatever engine computed it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from dagster_project.settings import Settings

RUN_RESULTS = "run_results.json"
SCHEMA_SUFFIX = ".db"
"""Spark's ending of the folder of a schema."""


class TakeOverError(RuntimeError):
    """The views of the models cannot be made over what Spark computed; the message is dbt's own."""


def take_over(settings: Settings, variables: Sequence[str] = ()) -> None:
    """Fill the warehouse file with what lies in Spark's folder.

    Args:
        settings: where both are.
        variables: what dbt was told of the moment and of departments that are held back, as arguments.

    Raises:
        TakeOverError: dbt cannot make the views.
    """
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        copy_tables(connection, settings.spark_dir / "tables")
    _make_views(settings, variables, _broken_tests(settings.spark_dir / "dbt" / RUN_RESULTS))


def variables_of(arguments: Sequence[str]) -> list[str]:
    """Of the arguments of a build those that say its variables."""
    place = arguments.index("--vars") if "--vars" in arguments else len(arguments)
    return list(arguments[place : place + 2])


def copy_tables(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Copy each table; its rows come in the order in which Spark wrote them."""
    for schema in sorted(folder.glob(f"*{SCHEMA_SUFFIX}")):
        name = schema.name.removesuffix(SCHEMA_SUFFIX)
        connection.execute(f"create schema if not exists {name}")
        for table in sorted(schema.iterdir()):
            connection.execute(
                f"create or replace table {name}.{table.name} as select * from read_parquet('{table}/*.parquet')"
            )


def _broken_tests(run_results: Path) -> dict[str, str]:
    """Of the tests that found rows name and status, fail or warn: their views hold the rows."""
    results = json.loads(run_results.read_bytes())["results"]
    return {
        one["unique_id"].split(".")[2]: one["status"]
        for one in results
        if one["unique_id"].startswith("test.") and one["status"] in ("fail", "warn")
    }


def _make_views(settings: Settings, variables: Sequence[str], broken_tests: Mapping[str, str]) -> None:
    project = str(settings.dbt_project_dir)
    done = subprocess.run(  # noqa: S603
        [
            str(Path(sys.executable).with_name("dbt")), "--quiet", "build", "--project-dir", project, "--profiles-dir", project,
            "--indirect-selection", "empty", "--select", "config.materialized:view", *broken_tests,
            "--target-path", str(settings.spark_dir / "views"), *variables,
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    # A test that fails here as it did on Spark ends dbt with a failure; one that warns does not.
    if done.returncode and "fail" not in broken_tests.values():
        raise TakeOverError(done.stdout[-2000:])
