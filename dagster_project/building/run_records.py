"""Dagster's storage as files: SQLite databases that a power cut or a copy can damage. No Dagster objects here."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from dagster_project.aside import put_aside
from dagster_project.settings import Settings

LOOK_SECONDS = 0.5
"""How long a file of the storage is looked through; a history of years takes longer, and then its first pages count."""


FILES = (("history", ("runs.db", "runs/index.db")), ("schedules", ("schedules.db",)))
"""Folders of the storage, each with the files without which Dagster does not start."""


def put_damaged_aside(settings: Settings) -> list[str]:
    """Move storage that is no SQLite database any more out of the way; returns texts for people.

    What Dagster showed of earlier runs is lost with it, and nothing else: the warehouse does not depend on it.
    """
    home, notes = settings.dagster_home, []
    for folder, files in FILES:
        broken = [name for name in files if storage_damage(home / folder / name)]
        if broken or (home / folder).is_file():
            place = put_aside(home / folder, settings.aside_dir)
            notes.append(
                f"Dagster 的运行记录 {home / folder} 已损坏({'、'.join(broken) or '不是文件夹'}),移到 {place};"
                "以前的运行记录看不到了,数据不受影响"
            )
    return notes


def put_storage_aside(settings: Settings, error: BaseException | None) -> list[str]:
    """Move the whole storage away where an error says that it is damaged, as a look at its first pages did not."""
    if not isinstance(error, sqlite3.DatabaseError) or isinstance(error, sqlite3.OperationalError):
        return []
    moved = [put_aside(path, settings.aside_dir) for f, _ in FILES if (path := settings.dagster_home / f).exists()]
    return [f"已移到 {'、'.join(map(str, moved))};请重新运行 jixiao nightly"]


def storage_damage(path: Path) -> str:
    """What is wrong with a file of the storage; empty where it is not there, or opens and its pages agree."""
    if not path.exists() and not path.is_symlink():
        return ""
    if not path.is_file() or not path.stat().st_size:
        return "not a file, or empty"
    until = time.monotonic() + LOOK_SECONDS
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > until, 10_000)
            found = connection.execute("pragma quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError:  # somebody writes, or time is up
        return ""
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else str(found)


def damaged_storage(settings: Settings) -> list[Path]:
    """The files of the storage that are damaged, where they lie."""
    paths = [settings.dagster_home / folder / name for folder, names in FILES for name in names]
    return [path for path in paths if storage_damage(path)]
