"""The commands about dashboards of BI tools: bi, dashboards."""

from __future__ import annotations

from typing import Annotated

import typer

from dagster_project.cli.refusing import refuses_faults
from dagster_project.console import out, refuse
from dagster_project.settings import Settings

PORT = 8088


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(bi)
    app.command()(dashboards)


@refuses_faults
def bi(
    port: Annotated[int, typer.Option("--port", help="本机端口 / port on this machine")] = PORT,
    prepare_only: Annotated[
        bool, typer.Option("--prepare", help="只准备,不启动 / make it ready and do not serve")
    ] = False,
) -> None:
    """在本机启动 Superset,导入四张看板 / Superset with the four dashboards, on this machine alone; Ctrl-C ends it."""
    import subprocess

    from dagster_project.bi.superset import LOOPBACK, SupersetError, command, environment, prepare, python_of
    from dagster_project.private_files import keep_private

    settings = Settings()
    settings.export_to_environment()
    if not python_of(settings).is_file():
        refuse(f"没有 Superset 的环境 {settings.superset_environment};请运行 make bi,它会装好(约 1 GB)")
    if not settings.bi_database.get_secret_value() and not (settings.serving_dir / "current").exists():
        refuse("还没有发布过;请先运行 jixiao nightly")
    keep_private(settings.build_dir, settings.private_places)
    out.print("准备 Superset(第一次要一分钟)")
    try:
        prepared = prepare(settings)
    except SupersetError as error:
        refuse(str(error))
    for slug, title in prepared.dashboards.items():
        out.print(f"{title}  http://{LOOPBACK}:{port}/superset/dashboard/{slug}/")
    if prepared.password:
        out.print(f"用户 admin,密码 {prepared.password}(只显示这一次;登录后可改)")
    if prepare_only:
        return
    out.print("按 Ctrl-C 结束")
    try:
        done = subprocess.run(  # noqa: S603
            command(settings, port), env=environment(settings), cwd=settings.superset_home, check=False
        )
    except KeyboardInterrupt:
        return
    if done.returncode:
        raise typer.Exit(1)


@refuses_faults
def dashboards(
    check: Annotated[bool, typer.Option("--check", help="只检查是否最新 / only see whether they are current")] = False,
) -> None:
    """按 dashboards.yaml 和目录重写 Superset 导入文件、dbt 的用处说明 / rewrite bi/superset and dbt's exposures."""
    from dagster_project.bi.declared import DeclarationError
    from dagster_project.bi.project_files import stale_project_files, write_project_files

    settings = Settings()
    settings.export_to_environment()
    try:
        changed = stale_project_files(settings) if check else write_project_files(settings)
    except DeclarationError as error:
        refuse(str(error))
    if changed and check:
        refuse(f"{'、'.join(path.name for path in changed)} 不是最新,请运行 jixiao dashboards")
    out.print(f"已写 {len(changed)} 个文件" if changed else "已是最新")
