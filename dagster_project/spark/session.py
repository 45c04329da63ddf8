"""dbt within a Spark session; run by the Python of Spark's own environment, with nothing of this program but this file.

It parses, says that it is ready, waits for the one command on its input, runs it and ends with dbt's exit code.
"""

import json
import logging
import sys
from pathlib import Path

READY = "ready"
UNSEEN = 51
"""Above every level of logging: dbt tells what Spark refuses, in lines that Dagster reads."""


SMALL = {
    # More parts than cores cost more than they save, and so does compiling a program for each query.
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}
"""What is quicker where little landed."""


def begin_session(master: str, memory: str, folder: str, is_small: bool) -> None:
    """Begin the session that dbt finds; tables lie below the folder, and the catalogue of them goes with the process."""
    from pyspark.sql import SparkSession

    choices = {
        **(SMALL if is_small else {}),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": f"{folder}/tables",
        "spark.driver.memory": memory,
        "spark.executor.memory": memory,
        "spark.driver.host": "127.0.0.1" if "127.0.0.1" in master or master.startswith("local") else None,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # Moments are those of the ledgers, without a time zone; decimals keep every place.
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    }
    builder = SparkSession.builder.master(master).appName("jixiao")
    for name, value in choices.items():
        if value is not None:
            builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    logging.getLogger("SQLQueryContextLogger").setLevel(UNSEEN)


def main() -> int:
    """Serve one command."""
    from dbt.cli.main import dbtRunner

    told = json.loads(sys.argv[1])
    Path(told["folder"]).mkdir(parents=True, exist_ok=True)
    begin_session(told["master"], told["memory"], told["folder"], told["is_small"])
    project = ["--project-dir", told["project"], "--profiles-dir", told["project"], "--target", "spark"]
    parsed = dbtRunner().invoke(["--quiet", "parse", *project])
    if not parsed.success:
        print(parsed.exception)
        return 1
    print(READY, flush=True)
    command = sys.stdin.read()
    if not command:
        return 0
    result = dbtRunner(manifest=parsed.result).invoke(["--log-format", "json", *json.loads(command), *project])
    if result.exception:
        print(result.exception)
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main())
