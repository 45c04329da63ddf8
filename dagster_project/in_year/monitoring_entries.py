"""What a person wrote on forms of monitoring that came back: by indicator, with the choices that were ticked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dagster_project.in_year.monitoring_choices import form_choices, tick_signs

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

LEDGER = "monitoring_entries"
WHOLE = "部门整体"
"""What stands as the code of the project on the form of the whole department."""
EMPTY_BOX = "□"
ENTRIES = f"""
    select project_code, monitored_until, indicator_name, coalesce(reached, ''), coalesce(expected, ''), coalesce(deviation_reason, ''),
        coalesce(likelihood, ''), coalesce(remedy, '')
    from {LEDGER}
    where department_code = $department and year(monitored_until) = $year and monitored_until <= $until
    order by project_code, indicator_name, monitored_until
"""


@dataclass(frozen=True)
class Entry:
    """What was written of an indicator up to a day: words as they stand, choices as they were ticked, empty where nothing was."""

    project: str
    until: dt.date
    indicator: str
    reached: str
    expected: str
    reasons: tuple[str, ...]
    likelihood: str
    remedy: str

    @property
    def is_filled(self) -> bool:
        """Whether a person said how far the target is."""
        return bool(self.reached or self.likelihood)

    @property
    def words_zh(self) -> str:
        """All that was written, in a line."""
        parts = (
            ("完成", self.reached), ("全年预计", self.expected), ("偏差原因", "、".join(self.reasons)), ("完成目标可能性", self.likelihood),
            ("整改", self.remedy),
        )  # fmt: skip
        return ",".join(f"{name} {said}" for name, said in parts if said)


def entries_of(
    connection: duckdb.DuckDBPyConnection, seeds_dir: Path, department: str, year: int, until: dt.date
) -> dict[tuple[str, str], Entry]:  # fmt: skip
    """The last filled entry on each indicator of a department's year, by code of the project (or `WHOLE`) and name.

    Args:
        connection: as `known_at` gives it, or any with the view `LEDGER`.
        seeds_dir: for the choices of the fields that are ticked, and the signs that tick them.
        department: its code.
        year: the fiscal year.
        until: forms up to a later day are not seen.
    """
    found = {}
    choices, signs = form_choices(seeds_dir, year), tick_signs(seeds_dir, year)
    asked = {"department": department, "year": year, "until": until}
    for code, day, indicator, reached, expected, reason, likely, remedy in connection.execute(
        ENTRIES, asked
    ).fetchall():
        likelihood = ticked(likely, choices.get("完成目标可能性", ()), signs)
        reasons = ticked(reason, choices.get("偏差原因", ()), signs)
        entry = Entry(
            code, day, indicator, reached, expected, reasons, likelihood[0] if len(likelihood) == 1 else "", remedy
        )
        if entry.is_filled or entry.reasons or entry.remedy:
            found[code, indicator] = entry
    return found


def ticked(text: str, choices: Sequence[str], signs: Sequence[str]) -> tuple[str, ...]:
    """The choices that are ticked in a cell by one of some signs, or that stand in it as words without any box."""
    plain = re.sub(r"\s", "", text)
    if EMPTY_BOX in plain or any(sign in plain for sign in signs):
        return tuple(choice for choice in choices if any(f"{sign}{choice}" in plain for sign in signs))
    return tuple(choice for choice in choices if choice in re.split("[、,,;;]", plain))
