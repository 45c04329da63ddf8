"""The commands of the person on duty: versions, rollback, where, doctor, ui."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.cli.refusing import print_problems
from dagster_project.console import err, line, out, refuse
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_project.guard.one_ui import OneUi
    from dagster_project.publishing import PublishedVersion

SHOWN_FIGURES = 20


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(versions)
    app.command()(rollback)
    app.command()(where)
    app.command()(doctor)
    app.command()(ui)


def versions(
    compare: Annotated[
        list[str] | None,
        typer.Argument(help="两个版本号,比较它们;只写一个则与当前版本比较 / one or two versions to compare"),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="列出全部不同的数字 / list all figures that differ")
    ] = False,
) -> None:
    """保留的版本;写版本号则说明哪些数字、得分和表不同,由哪些行引起 / kept versions, or what differs between two and by which rows."""
    from dagster_project.publishing import PublishError, SignatureError, current_version, kept_version

    settings = Settings()
    names = compare or []
    if len(names) > 2:
        refuse("最多写两个版本号")
    try:
        if not names:
            _print_versions(settings)
            return
        pair = [kept_version(settings.serving_dir, name) for name in names]
        _print_differences(pair[0], pair[1] if pair[1:] else current_version(settings.serving_dir), everything)
    except (PublishError, SignatureError) as error:
        refuse(str(error))


def _print_versions(settings: Settings) -> None:
    from rich.table import Table

    from dagster_project.publishing.listing import kept_versions

    table = Table()
    for name in ("版本", "发布时间", "状态", "表", "行"):
        table.add_column(name, justify="right" if name in ("表", "行") else "left")
    for each in kept_versions(settings.serving_dir):
        table.add_row(each.version, each.published_at, each.state_zh, f"{each.tables:,}", f"{each.rows:,}")
    out.print(table)
    out.print("比较两个版本:jixiao versions 版本 [版本];回到某个版本:jixiao rollback 版本")


def _print_differences(before: PublishedVersion, after: PublishedVersion, everything: bool) -> None:
    from dagster_project.publishing.differences import differences

    found = differences(before, after)
    out.print(
        f"{before.version} → {after.version}:数字 {len(found.figures)} 个、总分 {len(found.scores)} 个、表 {len(found.tables)} 张不同"
    )
    for score in found.scores:
        was, now = (
            f"{points if points is not None else '无'} {rating or '不评等级'}"
            for points, rating in ((score.score_before, score.rating_before), (score.score_after, score.rating_after))
        )
        out.print(
            f"  {score.fiscal_year} 年 部门 {score.department_code} {score.scheme_id}:{was} → {now}", style="bold"
        )
    for figure in found.figures if everything else found.figures[:SHOWN_FIGURES]:
        by = f"({figure.difference:+,f})" if figure.difference else ""
        out.print(
            f"  {figure.fiscal_year} 年 部门 {figure.department_code} {figure.label_zh}({figure.figure_id}):"
            f"{figure.before_zh or '无'} → {figure.after_zh or '无'}{by};来源行减 {figure.gone:,} 增 {figure.come:,}"
        )
        for row in figure.rows:
            out.print(f"    {row}", style="dim")
    if not everything and len(found.figures) > SHOWN_FIGURES:
        out.print(f"  另有 {len(found.figures) - SHOWN_FIGURES} 个数字;全部:--all")
    for name, (was_rows, now_rows) in found.tables.items():
        counts = "、".join("无" if count is None else f"{count:,} 行" for count in (was_rows, now_rows))
        out.print(f"  表 {name.replace('/', '.')}:{counts}", style="dim")


def rollback(version: Annotated[str, typer.Argument(help="版本号 / a kept version")]) -> None:
    """回到保留的版本 / make a kept version current again."""
    from dagster_project.publishing import PublishError
    from dagster_project.publishing import rollback as switch_back

    try:
        current = switch_back(Settings().serving_dir, version)
    except PublishError as error:
        refuse(str(error))
    out.print(f"当前版本 {current.version}")


def where(
    table: Annotated[str, typer.Argument(help="表,如 marts.fct_payments;不写则版本的文件夹 / a table")] = "",
    database: Annotated[bool, typer.Option("--database", help="DuckDB 文件 / the DuckDB file")] = False,
    version: Annotated[str, typer.Option(help="版本号,不写则当前版本 / a kept version")] = "",
) -> None:
    """已发布版本在哪里,只解析一次 current / the folder of a version, `current` followed once."""
    from dagster_project.publishing import DATABASE, PublishError, current_version, kept_version

    settings = Settings()
    try:
        found = kept_version(settings.serving_dir, version) if version else current_version(settings.serving_dir)
    except PublishError as error:
        refuse(str(error))
    name = table.replace(".", "/")
    if table and name not in found.tables:
        refuse(f"版本 {found.version} 中没有表 {table};例如 {'、'.join(sorted(found.tables)[:3]).replace('/', '.')}")
    file = f"{name}.parquet" if table else DATABASE if database else ""
    out.print(str(found.path / file))


def doctor(
    heartbeat: Annotated[
        bool,
        typer.Option(
            "--heartbeat", help="只看夜间任务是否按时运行,不需要 Dagster / only whether nights run when they should"
        ),
    ] = False,
    alert: Annotated[
        bool, typer.Option("--alert", help="与 --heartbeat 合用:停了就发提醒 / with --heartbeat: tell when none runs")
    ] = False,
) -> None:
    """检查环境、数据和已发布版本 / is everything in place? Exit code 1 where something is not well, or no night ran when one was due."""
    if alert and not heartbeat:
        refuse("--alert 与 --heartbeat 合用:jixiao doctor --heartbeat --alert")
    if heartbeat:
        _look_at_heartbeat(alert)
        return
    from dagster_project.monitoring.doctor import examine

    diagnoses = examine(Settings())
    for diagnosis in diagnoses:
        mark = ("✓", "green") if diagnosis.is_well else ("✗", "red")
        remedy = "" if diagnosis.is_well else f" —— {diagnosis.remedy_zh}"
        out.print(line(mark, f" {diagnosis.name_zh}:{diagnosis.seen}{remedy}"))
    if not all(diagnosis.is_well for diagnosis in diagnoses):
        raise typer.Exit(1)


def _look_at_heartbeat(alert: bool) -> None:
    import datetime as dt

    from dagster_project.ingestion.periods import SHANGHAI
    from dagster_project.monitoring.heartbeat import pulse

    settings, now = Settings(), dt.datetime.now(SHANGHAI)
    seen = pulse(settings, now)
    mark = ("✓", "green") if seen.is_alive else ("✗", "red")
    remedy = "" if seen.is_alive else " —— 请看调度服务是否在运行,然后运行 jixiao nightly(docs/operations.md)"
    out.print(line(mark, f" 夜间任务:{seen.seen_zh}{remedy}"))
    if alert:
        from dagster_project.monitoring.after_a_night import tell_pulse

        print_problems(tell_pulse(settings, now), ())
    if not seen.is_alive:
        raise typer.Exit(1)


def ui(
    port: Annotated[int, typer.Option(help="端口 / port", min=0, max=65535)] = 3000,
    address: Annotated[
        str, typer.Option(help="监听地址;不是本机时须有口令 / address to listen on; any but loopback needs a token")
    ] = "127.0.0.1",
) -> None:
    """打开 Dagster / open the Dagster UI. Exit code 1 where it stopped by itself; 0 where one runs already, which is said."""
    from dagster_project.guard.one_ui import AlreadyOpen, OneUi

    settings = Settings()
    try:
        with OneUi(settings.build_dir.absolute()) as own:
            _serve_ui(settings, address, port, own)
    except AlreadyOpen as error:
        out.print(str(error))


def _serve_ui(settings: Settings, address: str, port: int, own: OneUi) -> None:
    """Put Dagster's storage in order, then serve."""
    from dagster_project.building.run_records import put_damaged_aside
    from dagster_project.dagster_home import open_instance
    from dagster_project.dagster_runs import record_unrecorded
    from dagster_project.guard.listening import CannotListen
    from dagster_project.guard.server import UiError, UiStopped, serve
    from dagster_project.old_runs import forget_old_runs
    from dagster_project.postgres_address import StorageError
    from dagster_project.private_files import keep_private
    from dagster_project.stale_runs import close_stale_runs

    keep_private(settings.build_dir, settings.private_places)
    notes = put_damaged_aside(settings)
    try:
        with open_instance(settings) as instance:
            notes += close_stale_runs(instance)
            record_unrecorded(settings, instance)
            forget_old_runs(settings, instance)
    except StorageError as error:
        refuse(str(error))
    print_problems(notes, ())
    try:
        serve(settings, address, port, out.print, own.say)
    except UiStopped as error:
        err.print(str(error), style="red")
        raise typer.Exit(1) from error
    except (UiError, CannotListen) as error:
        refuse(str(error))
