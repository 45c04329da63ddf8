"""Rows handed in over several files: what is known of a row at a moment, and which rows a later file holds again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from simulation.world.values import Row, Value

Events = Mapping[str, Sequence[str]]


def as_known(row: Row, moment: date, events: Events) -> Row:
    """The row without the events after ``moment``; ``events`` names what becomes known with each time column.

    ``moment`` is a day where the time columns are days.
    """
    kind = type(moment)
    blanked: dict[str, Value] = {}
    for at, columns in events.items():
        happened = row[at]
        if isinstance(happened, kind) and happened > moment:
            blanked[at] = None
            blanked |= dict.fromkeys(columns)
    return {**row, **blanked} if blanked else row


def in_two_files(
    rows: Sequence[Row], is_in_first: Callable[[Row], bool], first_day: date, second_day: date, events: Events
) -> tuple[list[Row], list[Row]]:
    """Rows of two files: those of the first as known on its day, then the others and those that changed by the second."""
    first = [as_known(row, first_day, events) if is_in_first(row) else None for row in rows]
    second = [as_known(row, second_day, events) for row in rows]
    changed = [after for before, after in zip(first, second, strict=True) if after != before]
    return [row for row in first if row is not None], changed


class Unfolding:
    """Rows handed in over several files: each file holds the new rows and those that changed since the file before."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._open: list[Row] = []
        self._before: datetime | None = None

    def file(self, new_rows: Iterable[Row], moment: datetime) -> list[Row]:
        """The rows of the next file as known at ``moment``."""
        rows = [as_known(row, moment, self._events) for row in self._open if self._changed(row, moment)]
        still_open = [row for row in self._open if self._happens_after(row, moment)]
        for row in new_rows:
            known = as_known(row, moment, self._events)
            rows.append(known)
            if known is not row:
                still_open.append(row)
        self._open, self._before = still_open, moment
        return rows

    def _changed(self, row: Row, moment: datetime) -> bool:
        times = (row[at] for at in self._events)
        return any(isinstance(t, datetime) and self._before is not None and self._before < t <= moment for t in times)

    def _happens_after(self, row: Row, moment: datetime) -> bool:
        times = (row[at] for at in self._events)
        return any(isinstance(t, datetime) and t > moment for t in times)
