"""`jixiao`: the same commands for people, CI and schedules, one module per group. Heavy imports wait until a command needs them.

Exit codes: 0 done; 1 the run failed and nothing was published, or something is not well; 2 the request cannot be carried out;
3 published, with open data quality issues (`nightly`).
"""

from __future__ import annotations

import atexit
import gc

import typer

from dagster_project.cli import developing, drilling, evaluating, handing_in, night, operating, signing
from dagster_project.cli.refusing import Commands

app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, help="部门整体支出绩效评价数据仓库")
for group in (night, handing_in, evaluating, signing, operating, drilling, developing):
    group.add_to(app)
atexit.register(gc.freeze)  # a last look for garbage among all that was imported would take a second
