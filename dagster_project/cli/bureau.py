"""The command for the bureau: all departments of a year side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dagster_project.cli.refusing import refuse_without_folder, refuses_faults
from dagster_project.console import out, refuse
from dagster_project.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Give an application this command."""
    app.command()(bureau)


@refuses_faults
def bureau(
    year: Annotated[int, typer.Argument(help="年度 / fiscal year")],
    xlsx: Annotated[Path | None, typer.Option(help="另写成工作簿 / write a workbook, too")] = None,
) -> None:
    """财政部门视图:各部门排名、汇总、共性扣分、报送、复核抽样 / all departments: ranking, consolidation, lateness, reviews."""
    from dagster_project.publishing import PublishError, reading
    from dagster_project.reporting.bureau.reading import read_bureau_year
    from dagster_project.reporting.bureau.workbook import lines_of, write_workbook
    from dagster_project.reporting.reading.scorecard import UnknownEvaluation

    refuse_without_folder(xlsx)
    try:
        with reading(Settings().serving_dir) as version:
            told = read_bureau_year(version.path, version.version, year)
    except (PublishError, UnknownEvaluation) as error:
        refuse(str(error))
    for line in lines_of(told):
        out.print(line, markup=False, highlight=False)
    if xlsx:
        write_workbook(xlsx, told)
        out.print(f"已写 {xlsx}")
