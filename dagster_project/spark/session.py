"""dbt within a Spark session; run by the Python of Spark's own environment, which has none of this program's packages.

It parses, says that it is ready, waits for the one command on its input, runs it and ends with dbt's exit code.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.processes import die_with

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

UNSEEN = 51
"""Above every level of logging: dbt tells what Spark refuses, in lines that Dagster reads."""
SMALL = {
    # More parts than cores cost more than they save, and so does compiling a program for each query.
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""What is quicker where little landed."""
LOOPBACK = "127.0.0.1"


def is_here(master: str) -> bool:
    """Whether Spark computes on this machine alone."""
    return master.startswith("local") or f"//{LOOPBACK}:" in master


def begin_session(master: str, memory: str, folder: str) -> SparkSession:
    """Begin the session that dbt finds; tables lie below the folder, and the catalogue of them goes with the process."""
    from pyspark.sql import SparkSession

    choices = {
        **({"spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK} if is_here(master) else {}),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": f"{folder}/tables",
        "spark.driver.memory": memory,
        "spark.executor.memory": memory,
        "spark.ui.enabled": "false",
        # Nobody looks at the plans of single queries, which are long texts here.
        "spark.sql.maxPlanStringLength": "10000",
        "spark.ui.showConsoleProgress": "false",
        # Moments are those of the ledgers, without a time zone; decimals keep every place.
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    }
    builder = SparkSession.builder.master(master).appName("jixiao")
    for name, value in choices.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    logging.getLogger("SQLQueryContextLogger").setLevel(UNSEEN)
    return session


def main() -> int:
    """Serve one command."""
    from dbt.cli.main import dbtRunner

    told = json.loads(sys.argv[1])
    Path(told["folder"]).mkdir(parents=True, exist_ok=True)
    session = begin_session(told["master"], told["memory"], told["folder"])
    project = ["--project-dir", told["project"], "--profiles-dir", told["project"], "--target", "spark"]
    parsed = dbtRunner().invoke(["--quiet", "parse", *project])
    if not parsed.success:
        print(parsed.exception)
        return 1
    print(told["ready"], flush=True)
    command = sys.stdin.read()
    if not command:
        return 0
    asked = json.loads(command)
    for name, value in (SMALL if asked["is_little"] else {}).items():
        session.conf.set(name, value)
    result = dbtRunner(manifest=parsed.result).invoke(["--log-format", "json", *asked["arguments"], *project])
    if result.exception:
        print(result.exception)
    return 0 if result.success else 1


if __name__ == "__main__":
    die_with(int(sys.argv[2]))
    sys.exit(main())
