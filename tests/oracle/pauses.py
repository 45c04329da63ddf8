"""Random pauses and returns of clocks, and what plain Python says of the deadlines that they move; knows nothing of the SQL."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from oracle.clock import Calendar

PAUSE, RETURN = "中止", "退回重办"
BUILT_FOR = date(2023, 10, 20)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """An entry of the ledger: what it is, from when, and until when, None while the clock stands."""

    number: int
    change: str
    start: date
    end: date | None

    @property
    def stands_until(self) -> date:
        """The day up to which the clock stands."""
        return self.end or max(self.start, BUILT_FOR)


def changes(rng: random.Random, begun: date, days: int, first_number: int, kinds: Sequence[str]) -> list[Change]:
    """Up to four entries on an item, before, within and after its clock; some touch, some overlap, some are still open."""
    made: list[Change] = []
    for number in range(rng.choice((0, 1, 1, 2, 3, 4))):
        start = begun + rng.randrange(-5, days + 20) * DAY
        if made and rng.random() < 0.3:
            start = made[-1].stands_until - rng.choice((0, 0, 2)) * DAY
        end = None if rng.random() < 0.15 else start + rng.choice((0, 1, 5, 12, 30)) * DAY
        made.append(Change(first_number + number, rng.choice(list(kinds)), start, end))
    rng.shuffle(made)
    return made


def moved(begun: date, due: date, made: Sequence[Change], calendar: Calendar) -> date | None:
    """The deadline after the entries, in the order of their days; None where none of them moves it.

    The clock is followed entry by entry: what begins when it has run out, and all that follows, changes nothing.
    """
    length, end, taken = due - begun, due, date.min
    restarted, paused = False, timedelta()
    for each in sorted(made, key=lambda each: (each.start, each.stands_until, str(each.number))):
        if each.start < begun:
            continue
        if each.start > end:
            break
        until = each.stands_until
        if each.change == RETURN and each.end is not None:
            end, restarted, paused = max(until, taken) + length, True, timedelta()
        else:
            stood = max(until - max(each.start, taken), timedelta())
            end, paused = end + stood, paused + stood
        taken = max(taken, until)
    if not restarted and not paused:
        return None
    while not calendar.works(end):
        end += DAY
    return end


def counted(begun: date, taken_from: date, due: date, made: Sequence[Change], done: date) -> int:
    """The days on which the clock ran until a thing was done, counted one by one; what moves no deadline stops nothing.

    The days of a thing may be counted from before its clock: a case is submitted, and accepted later.
    """
    length, end, taken, counts_from = due - begun, due, date.min, taken_from
    stood: set[date] = set()
    for each in sorted(made, key=lambda each: (each.start, each.stands_until, str(each.number))):
        if each.start < begun:
            continue
        if each.start > end:
            break
        until = max(each.stands_until, taken)
        if each.change == RETURN and each.end is not None:
            end = until + length
        else:
            end += max(each.stands_until - max(each.start, taken), timedelta())
        if each.change == RETURN and each.end is not None and until <= done:
            counts_from, stood = until, set()
        else:
            stood |= {each.start + number * DAY for number in range((each.stands_until - each.start).days)}
        taken = until
    if done < counts_from:
        return (done - counts_from).days
    return sum(counts_from + number * DAY not in stood for number in range((done - counts_from).days))
