"""What a night does about the PostgreSQL for BI, quiet nights too; where nobody asks for it, nothing of it is loaded."""

from __future__ import annotations

import contextlib

from dagster_project.bi_server.faults import KEPT_ZH, BiError
from dagster_project.on_disk import write_whole
from dagster_project.settings import Settings


def is_asked_for(settings: Settings) -> bool:
    """Whether versions are to get into a PostgreSQL, whatever the address is good for."""
    return bool(settings.bi_postgres.get_secret_value() or settings.bi_postgres_file)


def keep_postgres_up_to_date(settings: Settings) -> list[str]:
    """What follows a night: the database gets the version that readers have; returns what is to be told, and fails nothing."""
    if not is_asked_for(settings):
        return []
    from dagster_project.bi_server.publish import write_postgres
    from dagster_project.publishing import PublishError

    try:
        return list(write_postgres(settings).notes)
    except PublishError:
        return []
    except Exception as error:  # whatever it is: what was published stays published
        words = str(error) if isinstance(error, BiError) else f"{type(error).__name__}:{error};{KEPT_ZH}"
        with contextlib.suppress(OSError):
            write_whole(settings.bi_note, words.encode())
        return [f"BI 数据库没有更新:{words}"]


def bi_faults(settings: Settings) -> tuple[str, ...]:
    """Why the database does not hold the current version, as the last one who tried found; empty where it does or nobody asks."""
    note = settings.bi_note
    return (note.read_text(encoding="utf-8"),) if is_asked_for(settings) and note.is_file() else ()
