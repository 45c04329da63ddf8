"""The dbt process of a night on Spark: hands the command on to Spark's own environment, then fills the warehouse file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from dagster_project.aside import remove
from dagster_project.building.dbt_failures import forget_last_run
from dagster_project.building.dbt_process import READY, is_little
from dagster_project.processes import die_with
from dagster_project.settings import PROJECT_ROOT, Settings
from dagster_project.spark import session
from dagster_project.spark.warehouse import RUN_RESULTS, take_over, variables_of


def missing(settings: Settings) -> str:
    """What is not there that Spark needs, and what to do; empty where all is there."""
    if not python_of(settings).is_file():
        return f"没有 Spark 的 Python 环境 {settings.spark_environment};请先运行 make spark"
    if not java(settings):
        return "没有 Java;请安装 Java 17(Debian:openjdk-17-jre-headless),或用 JAVA_HOME 指明它在哪里"
    return ""


def java(settings: Settings) -> str | None:
    """The Java that Spark would run; None where there is none."""
    home = settings.spark_variables().get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin" if home else None)


def python_of(settings: Settings) -> Path:
    """The Python of Spark's environment."""
    return settings.spark_environment / "bin" / "python"


def _serve(settings: Settings) -> int:
    """Let Spark's dbt parse, take the command and build; returns its exit code, or 1 where the warehouse was not filled."""
    target = settings.spark_dir / "dbt"
    told = {
        "master": settings.spark_master,
        "memory": settings.spark_memory,
        "folder": str(settings.spark_dir),
        "project": str(settings.dbt_project_dir),
        "ready": READY.decode().strip(),
    }
    for folder in (settings.spark_dir / "tables", target / RUN_RESULTS):
        remove(folder)
    forget_last_run(settings)
    environment = settings.spark_variables() | {
        "DBT_TARGET_PATH": str(target),
        "PYSPARK_PYTHON": str(python_of(settings)),
        "PYTHONPATH": str(PROJECT_ROOT),
        **({"SPARK_LOCAL_IP": session.LOOPBACK} if session.is_here(settings.spark_master) else {}),
    }
    with subprocess.Popen(  # noqa: S603
        [str(python_of(settings)), "-m", session.__name__, json.dumps(told), str(os.getpid())],
        env=environment,
        stdin=subprocess.PIPE,
    ) as building:
        asked = threading.Event()
        threading.Thread(target=_end_with, args=(building, asked), daemon=True).start()
        command = sys.stdin.read()
        asked.set()
        arguments = json.loads(command) if command else []
        # How much has landed is known now: the command comes when all has.
        told_now = json.dumps({"arguments": arguments, "is_little": is_little(settings)}) if command else ""
        building.communicate(told_now.encode())
    if not (target / RUN_RESULTS).is_file():  # it was asked for nothing, or did not get so far
        return building.returncode
    shutil.copyfile(target / RUN_RESULTS, settings.dbt_target_dir / RUN_RESULTS)
    take_over(settings, variables_of(arguments))
    remove(settings.spark_dir / "tables")
    return building.returncode


def _end_with(building: subprocess.Popen[bytes], asked: threading.Event) -> None:
    """End with a dbt that ends before it is asked for anything: whoever waits for it to be ready hears so."""
    code = building.wait()
    if not asked.is_set():
        os._exit(code or 1)


if __name__ == "__main__":
    die_with(int(sys.argv[2]))
    given = Settings.model_validate_json(sys.argv[1])
    given.export_to_environment()
    sys.exit(_serve(given))
