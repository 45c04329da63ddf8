"""Departments that are held back: which of their hand-ins do not count for now, and the rows that are to blame.

A hold is made for one build and noted beside the warehouse (`held_back.json`); what was published with it is recorded for looks
back in `held_back.jsonl` beside the log of submissions. No hold outlives its build: the next one tries again with everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from dagster_project.aside import remove
from dagster_project.on_disk import write_whole
from dagster_project.private_files import PRIVATE_FILE

if TYPE_CHECKING:
    from dagster_project.settings import Settings

RECORD = "held_back.jsonl"


@dataclass(frozen=True)
class FaultRow:
    """A row, or what is known of it, that a check which stops publishing does not let through.

    ``submission_id``, ``sheet`` and ``row_number`` are its place in a file, empty and None where no way leads to one. The texts
    hold no personal data.
    """

    department_code: str
    fiscal_year: int | None
    ledger: str
    file: str
    submission_id: str
    sheet: str
    row_number: int | None
    message_zh: str
    remedy_zh: str


@dataclass(frozen=True)
class Hold:
    """A department whose entries of the log after ``after_log_no`` do not count; 0 where it has none to fall back on.

    ``until_log_no`` is the last entry of the department when the hold was made.
    """

    department_code: str
    after_log_no: int
    until_log_no: int
    rows: tuple[FaultRow, ...] = ()


def after_by_department(holds: Iterable[Hold]) -> dict[str, int]:
    """The last entry of the log that counts, by department that is held back."""
    return {hold.department_code: hold.after_log_no for hold in holds}


def note_holds(settings: Settings, holds: Sequence[Hold]) -> None:
    """Note with which holds the warehouse is built; none is what it is built with where nothing is noted."""
    write_whole(settings.held_back_note, json.dumps([asdict(hold) for hold in holds], ensure_ascii=False).encode())


def forget_holds(settings: Settings) -> None:
    """The warehouse is built anew, with everything that was handed in."""
    remove(settings.held_back_note)


def noted_holds(settings: Settings) -> list[Hold]:
    """The holds that the warehouse as it is was built with."""
    if not settings.held_back_note.is_file():
        return []
    return [_hold(told) for told in json.loads(settings.held_back_note.read_bytes())]


def record_holds(settings: Settings, holds: Iterable[Hold]) -> None:
    """Record holds that readers have now, each once, without its rows: those stand in the version."""
    path = settings.landing_dir / RECORD
    known = {(hold.department_code, hold.after_log_no, hold.until_log_no) for hold in recorded_holds(settings)}
    fresh = [hold for hold in holds if (hold.department_code, hold.after_log_no, hold.until_log_no) not in known]
    if not fresh:
        return
    path.touch(mode=PRIVATE_FILE)
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps({**asdict(hold), "rows": []}) + "\n" for hold in fresh)


def recorded_holds(settings: Settings) -> list[Hold]:
    """Every hold that was published, the earliest first; a last line that is half written is not read."""
    path = settings.landing_dir / RECORD
    if not path.is_file():
        return []
    return [_hold(json.loads(line)) for line in path.read_bytes().split(b"\n")[:-1]]


def _hold(told: dict[str, Any]) -> Hold:
    return Hold(**{**told, "rows": tuple(FaultRow(**row) for row in told["rows"])})
