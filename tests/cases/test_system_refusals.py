"""What the system does not let a command do is one line that says what to do, with exit code 1 and without a stack trace."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT

FILE = "payments/2023/2023年01月国库集中支付明细.csv"


def test_a_file_that_cannot_be_written_to_its_end_is_one_line(tmp_path: Path) -> None:
    """The limit stands for a full disk: both let a write begin and not end."""
    raw = tmp_path / "raw"
    (raw / FILE).parent.mkdir(parents=True)
    (raw / FILE).write_bytes((PROJECT_ROOT / "data" / "raw" / FILE).read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", "from dagster_project.cli import app; app()", "land"],
        env={**os.environ, "JIXIAO_RAW_DIR": str(raw), "JIXIAO_BUILD_DIR": str(tmp_path / "build"), "PYTHONPATH": str(PROJECT_ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 1 and "Traceback" not in done.stdout + done.stderr
    [said] = done.stderr.splitlines()
    assert said.startswith("✗ ") and "没有写完" in said


def test_a_build_folder_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("x")
    done = subprocess.run(
        [sys.executable, "-c", "from dagster_project.cli import app; app()", "ui", "--port", "0"],
        env={**os.environ, "JIXIAO_BUILD_DIR": str(tmp_path / "build"), "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and done.stderr.startswith("✗ ")
