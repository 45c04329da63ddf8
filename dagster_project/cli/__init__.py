"""`jixiao`: the same commands for people, CI and schedules, one module per group. Heavy imports wait until a command needs them.

Exit codes: 0 done; 1 the run failed and nothing was published, or something is not well; 2 the request cannot be carried out;
3 published, with open data quality issues (`nightly`), or something is open (`findings`).
"""

from __future__ import annotations

import atexit
import gc
from typing import Annotated

import typer

from dagster_project.cli import (
    answering,
    backing_up,
    bureau,
    deadlines,
    desk,
    developing,
    drilling,
    evaluating,
    handing_in,
    in_year,
    looking,
    night,
    operating,
    same_issues,
    showing,
    signing,
)
from dagster_project.cli.refusing import Commands
from dagster_project.console import out

app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        out.print(f"jixiao {version('jixiao')}")
        raise typer.Exit


@app.callback()
def jixiao(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_print_version, help="程序版本 / the version of the program"),
    ] = False,
) -> None:
    """部门整体支出绩效评价数据仓库 / the warehouse for the yearly performance evaluation."""


for group in (
    night, handing_in, answering, deadlines, same_issues, in_year, evaluating, bureau, showing, signing, operating, backing_up, drilling,
    looking, developing, desk,
):  # fmt: skip
    group.add_to(app)
atexit.register(gc.freeze)  # a last look for garbage among all that was imported would take a second
