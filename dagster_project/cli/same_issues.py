"""The command that proposes which reports are of one issue, and writes the sheet on which a person decides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.cli.refusing import refuse_without_folder, refuses_faults
from dagster_project.console import out, refuse
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table

    from dagster_project.reporting.reading.published import Row
    from dagster_project.reporting.reading.same_issues import Pair, Report

SHOWN = 30


def add_to(app: typer.Typer) -> None:
    """Give an application this command."""
    app.command("same-issues")(same_issues)


@refuses_faults
def same_issues(
    year: Annotated[int, typer.Argument(help="年度 / year of the later report")],
    department: Annotated[str, typer.Option(help="只看该部门 / this department only")] = "",
    state: Annotated[
        str, typer.Option(help="只看这种状态:待认定、同一事项、不是同一事项 / of this state only")
    ] = "待认定",
    texts: Annotated[
        bool, typer.Option("--texts", help="一并显示原文(含个人信息,仅供认定) / show what they say, too")
    ] = False,
    xlsx: Annotated[
        Path | None, typer.Option(help="另写成认定表,填好后放入台账文件夹 / write the sheet to decide on, too")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="逐对列出,不只前 30 对 / list every pair")] = False,
    version: Annotated[str, typer.Option(help="版本号,不写则当前版本 / a kept version")] = "",
) -> None:
    """可能为同一事项的反映:逐对列出得分和理由,由人认定 / reports that may be of one issue, for a person to decide."""
    from dagster_project.publishing import PublishError, reading
    from dagster_project.reporting.reading.same_issues import same_issues as read_pairs
    from dagster_project.reporting.reading.same_issues import texts_of
    from dagster_project.reporting.workbook.decision_sheet import write_decision_sheet

    settings = Settings()
    refuse_without_folder(xlsx)
    try:
        with reading(settings.serving_dir, version) as published:
            pairs, counts = read_pairs(published.path, year, department, state)
        said: dict[Report, str] = {}
        if texts or xlsx:
            said = texts_of(settings.warehouse_path, [report for pair in pairs for report in pair.reports])
    except (PublishError, ValueError) as error:
        refuse(str(error))
    out.print(_counts(counts))
    if not pairs:
        out.print(f"{year} 年度没有{state}的反映")
        return
    shown = pairs if everything else pairs[:SHOWN]
    out.print(_table(shown, said if texts else {}))
    if len(shown) < len(pairs):
        out.print(f"另有 {len(pairs) - len(shown)} 对没有列出;加 --all 逐对列出")
    out.print(f"共 {len(pairs)} 对{state};比对只是建议,认定台账写明后才只计一件")
    if xlsx:
        write_decision_sheet(xlsx, pairs, said)
        out.print(
            f"已写 {xlsx}:填“认定、认定日期、认定单位”,删去没有认定的行,放入 same_issue_decisions/{year}/;表中有原文,不得外传"
        )


def _counts(counts: Sequence[Row]) -> Table:
    from rich.table import Table

    table = Table(title="件次和件数")
    for name in ("部门", "台账", "件次", "件", "合并", "待认定(对)"):
        table.add_column(name, justify="left" if name in ("部门", "台账") else "right")
    for row in counts:
        numbers = (row[name] for name in ("report_count", "issue_count", "repeated_count", "undecided_pair_count"))
        table.add_row(row["department_code"], row["ledger"], *(f"{number:,}" for number in numbers))
    return table


def _table(pairs: Sequence[Pair], said: Mapping[Report, str]) -> Table:
    from rich.table import Table

    table = Table(title="可能为同一事项的反映")
    for name in ("得分", "一", "二", "理由", "状态"):
        table.add_column(name, overflow="fold", justify="right" if name == "得分" else "left")
    for pair in pairs:
        one, two = (f"{ledger} {number}" + (f"\n{said[report]}" if (report := (code, ledger, number)) in said else "")
                    for code, ledger, number in pair.reports)  # fmt: skip
        table.add_row("" if pair.score_pct is None else f"{pair.score_pct}%", one, two, pair.why_zh, pair.state)
    return table
