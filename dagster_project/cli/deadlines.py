"""The command that says what is due: deadlines that run, on the terminal and as a calendar file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.cli.refusing import refuse_without_folder, refuses_faults
from dagster_project.console import out, refuse
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from rich.table import Table

    from dagster_project.reporting.reading.deadlines import OpenDeadline

SOMETHING_OVERDUE = 1
STYLES = {"逾期": "red", "紧急": "yellow", "临近": "cyan"}
STATES = (*STYLES, "未到期", "暂停")
SHOWN = 50


def add_to(app: typer.Typer) -> None:
    """Give an application this command."""
    app.command()(due)


@refuses_faults
def due(
    department: Annotated[str, typer.Option(help="只看该部门 / this department only")] = "",
    within: Annotated[
        int | None, typer.Option(min=0, help="只看逾期的和这么多天内到期的 / overdue or due within so many days")
    ] = None,
    on: Annotated[str, typer.Option(help="从哪一天算起,如 2023-07-01;不写则数据截至日 / the day to count from")] = "",
    ics: Annotated[Path | None, typer.Option(help="另写成日历文件 / write a calendar file, too")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="逐项列出,不只最急的 50 项 / list every one, not the 50 most urgent")
    ] = False,
    version: Annotated[str, typer.Option(help="版本号,不写则当前版本 / a kept version")] = "",
) -> None:
    """未办结的期限:逾期、紧急、临近 / deadlines that run. Exit code 1 where something is overdue."""
    import datetime as dt

    from dagster_project.publishing import PublishError, reading
    from dagster_project.reporting.reading.deadlines import OVERDUE, open_deadlines

    try:
        day = dt.date.fromisoformat(on) if on else None
    except ValueError:
        refuse(f"--on 应为日期,如 2023-07-01;现为“{on}”")
    refuse_without_folder(ics)
    try:
        with reading(Settings().serving_dir, version) as published:
            found, seen_on, remind_days = open_deadlines(published.path, department, within, day)
    except (PublishError, ValueError) as error:
        refuse(str(error))
    if ics:
        from dagster_project.reporting.calendar_file import write_calendar

        ahead = [each for each in found if each.state != OVERDUE]
        write_calendar(ahead, ics, day or seen_on or dt.date.today(), remind_days)
        out.print(f"已写 {ics}:尚未逾期的 {len(ahead)} 项")
    if not found:
        out.print("没有未办结的期限")
        return
    out.print(_counts(found))
    shown = found if everything else _most_urgent(found)
    out.print(_table(shown))
    if len(shown) < len(found):
        out.print(f"另有 {len(found) - len(shown)} 项没有列出;加 --all 逐项列出,或用 --within、--department 缩小范围")
    overdue = sum(each.state == OVERDUE for each in found)
    out.print(f"共 {len(found)} 项未办结,其中逾期 {overdue} 项;数据截至 {seen_on}" + (f",从 {day} 算起" if day else ""))
    out.print("未办结以台账最近一次报送为准:报送之后办结的,到下一次报送才算")
    if overdue:
        raise typer.Exit(SOMETHING_OVERDUE)


def _most_urgent(found: list[OpenDeadline]) -> list[OpenDeadline]:
    """What can still be done in time comes first, then what became overdue last."""
    ahead = [each for each in found if each.days_left >= 0]
    late = sorted((each for each in found if each.days_left < 0), key=lambda each: -each.days_left)
    return sorted([*ahead, *late][:SHOWN], key=lambda each: (each.department_code, each.due_on))


def _counts(found: list[OpenDeadline]) -> Table:
    from collections import Counter

    from rich.table import Table

    table = Table(title="按种类")
    table.add_column("期限")
    counts = Counter((each.name_zh, each.state) for each in found)
    for state in STATES:
        table.add_column(state, justify="right")
    for name in dict.fromkeys(each.name_zh for each in found):
        table.add_row(name, *(str(counts[name, state]) for state in STATES))
    return table


def _table(found: list[OpenDeadline]) -> Table:
    from rich.table import Table

    table = Table(title="未办结的期限")
    for name in ("部门", "期限", "事项", "承办", "状态"):
        table.add_column(name, overflow="fold")
    for each in found:
        state = f"{each.due_on} {each.state}\n{each.days_zh}"
        table.add_row(
            each.department_code, each.name_zh, each.item_name, each.unit, state, style=STYLES.get(each.state, "")
        )
    return table
