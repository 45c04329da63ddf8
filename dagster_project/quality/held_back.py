"""Departments that are held back: which of their hand-ins do not count for now, and the rows that are to blame.

A hold is made for one build and noted beside the warehouse (`held_back.json`); what was published with it is recorded for looks
back (`dagster_project.ingestion.held_back`). No hold outlives its build: the next one tries again with everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from dagster_project.aside import remove
from dagster_project.ingestion.held_back import HeldBack
from dagster_project.on_disk import write_whole

if TYPE_CHECKING:
    from dagster_project.settings import Settings


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
class Hold(HeldBack):
    """A department that one build holds back, with the rows for which it does."""

    rows: tuple[FaultRow, ...] = ()

    @property
    def recorded(self) -> HeldBack:
        """What is kept of it: its rows stand in the version."""
        return HeldBack(self.department_code, self.after_log_no, self.until_log_no)


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


def _hold(told: dict[str, Any]) -> Hold:
    return Hold(**{**told, "rows": tuple(FaultRow(**row) for row in told["rows"])})
