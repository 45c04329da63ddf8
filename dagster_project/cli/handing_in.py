"""The commands around files that are handed in: land, owed, findings, check, draft."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.cli.refusing import Quiet, print_problems, refuse_without_folder, refuses_faults
from dagster_project.console import err, line, out, refuse
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_project.quality.open_findings import OpenFinding

SHOWN_OF_A_KIND = 10
OPEN = 3
"""Exit code where something is open, as of a night."""


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(land)
    app.command()(owed)
    app.command()(findings)
    app.command()(draft)
    app.command()(check)


class _nothing:
    """No progress display: a context without a status."""

    def __enter__(self) -> None: ...

    def __exit__(self, *exception: object) -> None: ...


@refuses_faults
def land(
    files: Annotated[
        list[Path] | None, typer.Argument(help="原始数据文件夹中的文件;不写则全部 / files of the drop")
    ] = None,
    withdrawals: Annotated[
        bool,
        typer.Option(
            "--withdrawals",
            help="撤回所有已不在原始数据文件夹中的文件 / withdraw every file that is gone, however many",
        ),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """只载入报送文件 / land files only."""
    import dataclasses

    from dagster_project.contracts import load_contracts
    from dagster_project.ingestion.landing import land_drop

    settings = Settings()
    outside = [file for file in files or [] if not file.resolve().is_relative_to(settings.raw_dir.resolve())]
    if outside:
        refuse(f"{'、'.join(map(str, outside))} 不在 {settings.raw_dir} 中;请先放入该文件夹")
    if absent := [file for file in files or [] if not file.exists()]:
        refuse(f"找不到 {'、'.join(map(str, absent))};请核对文件名")
    with err.status("载入") if err.is_terminal and not quiet else _nothing() as status:
        report = land_drop(
            settings.raw_dir,
            settings.landing_dir,
            load_contracts(settings.contracts_dir),
            settings.department_code,
            only=files or None,
            limits=settings.limits,
            on_file=lambda name: status.update(line(name)) if status else None,
            keeping=dataclasses.replace(settings.keeping, withdraw_all=withdrawals),
        )
    if files and not (report.entries or report.unchanged or report.unread):
        refuse(f"{'、'.join(map(str, files))} 中没有台账文件")
    if not quiet:
        for entry in report.entries:
            if entry.status == "landed":
                kept = f"读取 {entry.rows_read:,} 行,载入 {entry.rows_accepted:,},退回 {entry.rows_rejected:,}"
                out.print(f"{entry.file}:{kept}")
        landed = sum(entry.status == "landed" for entry in report.entries)
        counts = f"新载入 {landed} 个,未变 {report.unchanged} 个"
        out.print(
            counts + (f",退回 {len(report.refused)} 个,未读取 {len(report.unread)} 个" if report.is_incomplete else "")
        )
    print_problems(report.refusal_texts(settings.landing_dir), report.unread_texts())
    if report.is_incomplete:
        raise typer.Exit(1)


def owed(
    year: Annotated[int | None, typer.Option(help="只看该年度 / this year only")] = None,
    department: Annotated[str, typer.Option(help="只看该部门 / this department only")] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="另列每个台账已到哪一期、下一期何时到期 / how fresh every ledger is, too")
    ] = False,
) -> None:
    """到期还没有报送的文件 / files that are due and not there. Exit code 1 where there are any."""
    from dagster_project.ingestion.owed import CalendarError, missing_files, read_calendar
    from dagster_project.ingestion.periods import today as this_day
    from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog

    settings = Settings()
    if not (settings.landing_dir / LOG_NAME).is_file():
        refuse("还没有载入过文件;请先运行 jixiao land")
    try:
        calendar = read_calendar(settings.dbt_project_dir / "seeds")
    except CalendarError as error:
        refuse(str(error))
    entries = SubmissionLog(settings.landing_dir / LOG_NAME).entries
    today = this_day()
    if everything:
        from dagster_project.monitoring.freshness import freshness

        for ledger in freshness(calendar, entries, today):
            if department in ("", ledger.department_code) and year in (None, ledger.year):
                out.print(ledger.text_zh)
    missing = [
        file
        for file in missing_files(calendar, entries, today)
        if year in (None, file.fiscal_year) and department in ("", file.department_code)
    ]
    for file in missing:
        out.print(file.text_zh, style="yellow")
    if missing:
        raise typer.Exit(1)
    out.print("到期的文件都已报送")


@refuses_faults
def findings(
    department: Annotated[str, typer.Option(help="只看该部门 / this department only")] = "",
    ledger: Annotated[str, typer.Option(help="只看该台账 / this ledger only")] = "",
    everything: Annotated[bool, typer.Option("--all", help="逐条列出,不只每种的前几条 / list every one")] = False,
    xlsx: Annotated[Path | None, typer.Option(help="另写成工作簿 / write a workbook, too")] = None,
) -> None:
    """待处理的一切:退回、待确认、载入提醒、缺报、疑点;未发布时也能看 / all that is open, also where nothing was published. Exit code 3 where anything is."""
    from dagster_project.ingestion.owed import CalendarError
    from dagster_project.ingestion.periods import today as this_day
    from dagster_project.quality.open_findings import open_findings

    refuse_without_folder(xlsx)
    today = this_day()
    try:
        found = [
            each
            for each in open_findings(Settings(), today)
            if department in ("", each.department_code) and ledger in ("", each.ledger)
        ]
    except CalendarError as error:
        refuse(str(error))
    if xlsx:
        from dagster_project.reporting.workbook.findings import write_findings

        write_findings(found, xlsx, today)
        out.print(f"已写 {xlsx}")
    if not found:
        out.print("没有待处理的")
        return
    _print_findings(found, everything)
    raise typer.Exit(OPEN)


def _print_findings(found: list[OpenFinding], everything: bool) -> None:
    from collections import Counter
    from itertools import groupby

    counts = Counter(each.kind for each in found)
    out.print("待处理:" + ",".join(f"{kind} {count:,}" for kind, count in counts.items()))
    for kind, group in groupby(found, key=lambda each: each.kind):
        listed = list(group)
        out.print(f"{kind}({len(listed):,})", style="bold")
        for each in listed if everything else listed[:SHOWN_OF_A_KIND]:
            out.print(f"  {each.text_zh}", style="yellow")
        if not everything and len(listed) > SHOWN_OF_A_KIND:
            out.print(f"  另有 {len(listed) - SHOWN_OF_A_KIND:,} 处;全部:jixiao findings --all,或 --xlsx 文件")


@refuses_faults
def draft(
    files: Annotated[list[Path], typer.Argument(help="任何格式的台账文件,可以是几个年度 / files of any format")],
    ledger: Annotated[str, typer.Option(help="台账名(英文),写了则所有文件同属一个台账 / name of the ledger")] = "",
    folder: Annotated[Path, typer.Option("--out", help="写到哪个文件夹 / where to write")] = Path("drafts"),
    quiet: Quiet = False,
) -> None:
    """按真实文件起草约定,每个猜测都写明依据 / write a contract from real files. Exit code 1 where some file gave none."""
    from dagster_project.drafting.command import draft_into
    from dagster_project.drafting.terminal import print_drafts

    try:
        drafts, written = draft_into(files, Settings(), folder, ledger)
    except ValueError as error:
        refuse(str(error))
    if not quiet:
        print_drafts(out, drafts)
    for path in written:
        out.print(f"已写 {path!s}")
    if drafts.not_opened or not written:
        raise typer.Exit(1)


@refuses_faults
def check(
    file: Annotated[Path, typer.Argument(help="任何位置的一个文件 / a file anywhere")],
    ledger: Annotated[str, typer.Option(help="台账名,不写则按表头找 / its ledger")] = "",
    department: Annotated[str, typer.Option(help="部门编码 / department code")] = "",
    period: Annotated[str, typer.Option(help="期间,如 2023、2023-06 / its period")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
) -> None:
    """试读一个文件,不载入 / the whole answer on one file, nothing landed. Exit code 1 where something is rejected."""
    import json

    from dagster_project.drafting.check import CheckError, check_file
    from dagster_project.drafting.check_terminal import as_json as to_json
    from dagster_project.drafting.check_terminal import print_check

    try:
        checked = check_file(file, Settings(), ledger, department, period)
    except CheckError as error:
        refuse(str(error))
    if as_json:
        out.print(json.dumps(to_json(checked), ensure_ascii=False, indent=2))
    else:
        print_check(out, checked)
    if not checked.is_clean:
        raise typer.Exit(1)
