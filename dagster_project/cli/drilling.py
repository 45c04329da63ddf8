"""The command that finds out what ordinary errors would do to the numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dagster_project.cli.refusing import Quiet, refuses_faults
from dagster_project.console import out, refuse
from dagster_project.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Give an application this command."""
    app.command()(drill)


@refuses_faults
def drill(
    faults: Annotated[int, typer.Option(min=1, help="设置几处差错 / how many faults")] = 80,
    kinds: Annotated[list[str] | None, typer.Option(help="只设置这些种类 / only these kinds")] = None,
    seed: Annotated[str, typer.Option(help="种子:同一种子设置同样的差错 / the same seed plants the same")] = "2023",
    list_kinds: Annotated[bool, typer.Option("--list", help="列出差错种类 / print the kinds")] = False,
    markdown: Annotated[Path | None, typer.Option(help="另写成这个文件 / write the page too")] = None,
    quiet: Quiet = False,
) -> None:
    """在台账的副本中设置差错,看夜间运行说不说 / plant faults into copies, see what the night says of each."""
    from dagster_project.drill.kinds import DrillError, chosen_kinds, load_kinds
    from dagster_project.drill.report import kinds_table, outcome_table, page, summary, summary_text
    from dagster_project.drill.run import drill as carry_out

    settings = Settings()
    try:
        chosen = chosen_kinds(load_kinds(), kinds or ())
        if list_kinds:
            out.print(kinds_table(chosen))
            return
        found = carry_out(settings, chosen, faults, seed, lambda text: None if quiet else out.print(f"· {text}"))
        found.only = tuple(kinds or ())
    except DrillError as error:
        refuse(str(error))
    out.print(outcome_table(found))
    out.print(summary_text(found))
    if markdown:
        markdown.write_text(page(found), encoding="utf-8")
    told = summary(found)
    if told.silent or told.alarms or told.unseen_moves or found.without_place:
        raise typer.Exit(1)
