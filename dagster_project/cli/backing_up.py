"""The commands that keep a copy elsewhere, and bring it back: backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dagster_project.cli.refusing import print_problems, refuses_faults
from dagster_project.console import out, refuse
from dagster_project.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(backup)
    app.command()(restore)


@refuses_faults
def backup(
    folder: Annotated[Path, typer.Argument(help="备份文件夹,宜在别的磁盘 / folder, better on another disk")],
    keep: Annotated[int, typer.Option(min=1, help="保留最近几份 / how many stay")] = 30,
) -> None:
    """备份原件、登记、版本、签署记录和提醒状态,只存新增的部分 / back up what cannot be built again; only what is new is copied.

    夜间任务运行时也可备份。退出码 1:数据有损坏,或没有备份成 / may run beside a night. Exit code 1: damage was found, or none was made.
    """
    from dagster_project.backup.contents import back_up
    from dagster_project.backup.store import BackupError, Store
    from dagster_project.building.plain_words import plain
    from dagster_project.console import err

    try:
        settings, store = Settings(), Store(folder)
        with store.writing():
            made, faults = back_up(settings, store)
            removed = store.prune(keep)
    except BackupError as error:
        refuse(str(error))
    except OSError as error:
        err.print(f"✗ 没有备份成:{plain(str(error))}", style="red")
        raise typer.Exit(1) from error
    size = sum(file.size for file in made.files)
    out.print(
        f"备份 {made.name}:{len(made.files):,} 个文件,{size / 1e6:,.1f} MB,版本 {made.version or '(无)'},在 {folder}"
    )
    if removed:
        out.print(f"按 --keep {keep} 移除 {len(removed)} 份旧备份")
    print_problems(faults, ())
    if faults:
        raise typer.Exit(1)


def restore(
    folder: Annotated[Path, typer.Argument(help="备份文件夹 / the folder of backups")],
    name: Annotated[
        str, typer.Option("--from", help="备份名,不写则最近一份 / which backup, the last one if unset")
    ] = "",
    check: Annotated[bool, typer.Option("--check", help="只核对,不恢复 / only prove it")] = False,
) -> None:
    """核对备份后恢复到空的 build;已有数据不覆盖 / prove a backup and restore it into an empty build; nothing is written over."""
    from dagster_project.backup.restore import prove
    from dagster_project.backup.restore import restore as put_back
    from dagster_project.backup.store import BackupError
    from dagster_project.building.plain_words import plain
    from dagster_project.console import err

    try:
        if check:
            proved = prove(folder, name)
            out.print(
                f"备份 {proved.name}({proved.made_at})完好:{len(proved.files):,} 个文件,版本 {proved.version or '(无)'}"
            )
            return
        done = put_back(Settings(), folder, name)
    except BackupError as error:
        refuse(str(error))
    except OSError as error:
        err.print(f"✗ 没有恢复完:{plain(str(error))}。请清空 build 后重试", style="red")
        raise typer.Exit(1) from error
    out.print(f"已恢复备份 {done.backup.name}({done.backup.made_at}),当前版本 {done.backup.version or '(无)'}:")
    for place in done.places:
        out.print(f"  {place}")
    for place in done.left_alone:
        out.print(f"  {place}:已有内容,没有动", style="yellow")
    out.print("签署人的私钥和界面的运行记录不在备份中。请运行 jixiao nightly:它会重建数据仓库,并说没有变化")
