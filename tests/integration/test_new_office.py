"""The guide docs/new_office.md: every command in it runs, prints what it shows, and ends in the figures that are known beforehand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from dagster_project.settings import PROJECT_ROOT
from simulation.new_office import FILES, amount, rows_of

GUIDE = PROJECT_ROOT / "docs" / "new_office.md"
BLOCK = re.compile(r"^```(bash|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "--- end of block"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[list[str], str]]]:
    """The folder in which the whole guide was run, and for each block of commands the lines it should show and its output."""
    folder = tmp_path_factory.mktemp("office")
    for name in ("dagster_project", "simulation", "data", "docs"):
        (folder / name).symlink_to(PROJECT_ROOT / name)
    blocks = [(kind, text) for kind, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8"))]
    script = "set -eu\n" + "".join(f"{text}echo '{END}'\n" for kind, text in blocks if kind == "bash")
    done = subprocess.run(
        ["/bin/bash", "-c", script], cwd=folder, env=_environment(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    outputs = done.stdout.split(END)
    shown: list[tuple[list[str], str]] = []
    for kind, text in blocks:
        if kind == "bash":
            shown.append(([], outputs[len(shown)]))
        else:
            shown[-1][0].extend(text.splitlines())
    return folder, shown


def _environment(folder: Path) -> dict[str, str]:
    """`jixiao` and `python` are those of this run, whatever is installed."""
    programs = folder / "programs"
    programs.mkdir()
    jixiao = f"#!/bin/sh\nexec {sys.executable} -c 'from dagster_project.cli import app; app()' \"$@\"\n"
    (programs / "jixiao").write_text(jixiao, encoding="utf-8")
    (programs / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    for program in programs.iterdir():
        program.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIXIAO_")}
    return {**kept, "PATH": f"{programs}:{kept['PATH']}", "PYTHONPATH": str(PROJECT_ROOT), "PYTHONSAFEPATH": "1"}


def test_every_line_of_output_in_the_guide_is_printed_by_its_commands(
    office: tuple[Path, list[tuple[list[str], str]]],
) -> None:
    for lines, output in office[1]:
        printed = [line.rstrip() for line in output.splitlines()]
        missing = [line for line in lines if line.rstrip() not in printed]
        assert not missing, f"{missing} not in:\n" + "\n".join(printed[-80:])


def test_figures_of_the_new_office_are_those_of_the_sample_it_was_written_from(
    office: tuple[Path, list[tuple[list[str], str]]],
) -> None:
    published = office[0] / "office_build" / "serving" / "current" / "published.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        figures = dict(
            connection.execute(
                "select figure_id, value from evaluation.figures where fiscal_year = 2023 and department_code = '101001'"
            ).fetchall()
        )
    payments, suggestions = (file for file in FILES if file.key in ("支付凭证号", "建议编号"))
    paid = sum((amount(row["支付金额"]) for row in rows_of(payments)), Decimal(0))
    assert figures["spending.total"] == paid / 10_000, "a figure is rounded where it is displayed, not before"
    assert figures["suggestions.all_levels"] == len(rows_of(suggestions))
    assert figures["supervision.items"] == 62
