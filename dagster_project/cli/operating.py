"""The commands of the person on duty: rollback, where, doctor, ui."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.cli.refusing import print_problems
from dagster_project.console import err, line, out, refuse
from dagster_project.settings import Settings

if TYPE_CHECKING:
    pass


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(rollback)
    app.command()(where)
    app.command()(doctor)
    app.command()(ui)


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


def doctor() -> None:
    """检查环境、数据和已发布版本 / is everything in place?"""
    from dagster_project.monitoring.doctor import examine

    diagnoses = examine(Settings())
    for diagnosis in diagnoses:
        mark = ("✓", "green") if diagnosis.is_well else ("✗", "red")
        remedy = "" if diagnosis.is_well else f" —— {diagnosis.remedy_zh}"
        out.print(line(mark, f" {diagnosis.name_zh}:{diagnosis.seen}{remedy}"))
    if not all(diagnosis.is_well for diagnosis in diagnoses):
        raise typer.Exit(1)


def ui(
    port: Annotated[int, typer.Option(help="端口 / port", min=0, max=65535)] = 3000,
    address: Annotated[
        str, typer.Option(help="监听地址;不是本机时须有口令 / address to listen on; any but loopback needs a token")
    ] = "127.0.0.1",
) -> None:
    """打开 Dagster / open the Dagster UI. Exit code 1 where it stopped by itself."""
    from dagster_project.building.run_records import put_damaged_aside
    from dagster_project.dagster_home import open_instance
    from dagster_project.guard.server import UiError, UiStopped, serve
    from dagster_project.private_files import keep_private
    from dagster_project.stale_runs import close_stale_runs

    settings = Settings()
    keep_private(settings.build_dir, settings.private_places)
    notes = put_damaged_aside(settings)
    with open_instance(settings) as instance:
        notes += close_stale_runs(instance)
    print_problems(notes, ())
    try:
        serve(settings, address, port, out.print)
    except UiStopped as error:
        err.print(str(error), style="red")
        raise typer.Exit(1) from error
    except UiError as error:
        refuse(str(error))
