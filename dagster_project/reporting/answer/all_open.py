"""The folder of open answers: one for each submission that asks its department for something; those that are solved go."""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from dagster_project.ingestion.standing import last_hand_ins
from dagster_project.ingestion.submissions import entries_in
from dagster_project.private_files import write_private
from dagster_project.settings import Settings

NOTE = ".written.json"
"""What each answer was written from: one from which nothing changed is not written again."""


def write_open_answers(settings: Settings, department: str = "") -> list[Path]:
    """Bring the folder of answers up to date; returns the answers that are open.

    Args:
        settings: where everything lies.
        department: only its answers; those of others stay as they are.

    Raises:
        OSError: an answer could not be written.
    """
    folder = settings.answers_dir
    written = _noted(folder)
    if not written and not _may_be_open(settings):
        return []
    # What writes workbooks takes longer to load than a night without news.
    from dagster_project.reporting.answer.gather import Gatherer, path_of
    from dagster_project.reporting.answer.write import write_answer

    gatherer = Gatherer(settings)
    now: dict[str, str] = {}
    for entry in gatherer.submissions:
        if department in ("", entry.department_code) and gatherer.is_open(entry):
            path = path_of(folder, entry)
            name = path.relative_to(folder).as_posix()
            answer = gatherer.of(entry)
            state = hashlib.sha256(
                repr((asdict(answer.entry), answer.faults, answer.rows, answer.due_on)).encode()
            ).hexdigest()
            if written.get(name) != state or not path.is_file():
                write_answer(answer, path)
            now[name] = state
    kept = {name: state for name, state in written.items() if department and name.partition("/")[0] != department}
    for name in written.keys() - now.keys() - kept.keys():
        _remove(folder, name)
    if written or now:
        write_private(folder / NOTE, json.dumps(kept | now, ensure_ascii=False, sort_keys=True).encode())
    return [folder / name for name in now]


def _may_be_open(settings: Settings) -> bool:
    """Whether any file that was handed in last has something to mend; answers may have mended it since."""
    return any(
        entry.rows_rejected or entry.status != "landed" for entry in last_hand_ins(entries_in(settings.landing_dir))
    )


def _noted(folder: Path) -> dict[str, str]:
    try:
        noted = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        return {str(name): str(state) for name, state in noted.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _remove(folder: Path, name: str) -> None:
    """Remove an answer that is solved, and the folders that are empty without it."""
    path = folder / name
    path.unlink(missing_ok=True)
    for parent in path.parents:
        if parent == folder:
            return
        with contextlib.suppress(OSError):
            parent.rmdir()
