"""Random things that are handled by a day, with extensions and returns, and what plain Python says of their rates; knows nothing of the SQL."""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

FEEDBACK, CASES, SUGGESTIONS = "联络站群众意见", "代表随手拍", "代表建议"
LEDGERS = {FEEDBACK: "station_feedback", CASES: "snapshot_cases", SUGGESTIONS: "suggestions"}


@dataclass(frozen=True)
class Thing:
    """A thing to handle: its days, None where the ledger is blank.

    ``extended_to`` is the day an approved extension moved the deadline to, ``returns`` how often it went back to be assigned anew;
    ``stood`` are days of pauses; ``is_handled`` is false where no clock runs: an opinion that was refused, a suggestion that nobody was given.
    """

    start: date
    due: date | None
    extended_to: date | None
    done: date | None
    is_reopened: bool
    returns: int
    is_handled: bool
    stood: int

    @property
    def deadline(self) -> date | None:
        """The day that counts."""
        return self.extended_to or self.due


@dataclass(frozen=True)
class Rates:
    """What is told of the things of a ledger; rates in per cent, days unrounded."""

    things: int
    reopened: int
    handlings: int
    returns: int
    done: int
    late: int
    overdue_open: int
    in_time_open: int
    undated_open: int
    done_rate: float
    due_rate: float
    on_time_rate: float
    mean_taken: float
    mean: float
    median: float
    p90: float


def things(seed: int, count: int) -> dict[str, list[Thing]]:
    """As many things of each ledger, with those states that the ledger knows."""
    rng, found = random.Random(seed), {}
    for ledger in LEDGERS:
        made = []
        for _ in range(count):
            start = date(2023, 1, 2) + timedelta(days=rng.randrange(350))
            due = None if rng.random() < 0.05 else start + timedelta(days=rng.randrange(5, 60))
            is_extended = ledger == SUGGESTIONS and due is not None and rng.random() < 0.2
            made.append(
                Thing(
                    start, due, due + timedelta(days=rng.randrange(10, 60)) if due and is_extended else None,
                    None if rng.random() < 0.3 else start + timedelta(days=rng.randrange(80)),
                    ledger == CASES and rng.random() < 0.1, rng.choice((0, 0, 0, 1, 2)) if ledger == CASES else 0,
                    ledger == CASES or rng.random() > 0.1, rng.choice((0, 0, 3, 20)),
                )
            )  # fmt: skip
        found[ledger] = made
    return found


def rates(made: Sequence[Thing], known_on: date) -> Rates:
    """What is told of them when the ledger last came in on a day: a return starts no clock anew, an extension moves the deadline."""
    handled = [each for each in made if each.is_handled]
    done = [each for each in handled if each.done]
    taken = [(each.done - each.start).days for each in handled if each.done]
    days = [max((each.done - each.start).days - each.stood, 0) for each in handled if each.done]
    late = sum(bool(each.deadline and each.done and each.done > each.deadline) for each in handled)
    is_open = [each for each in handled if not each.done]
    overdue = sum(bool(each.deadline and each.deadline < known_on) for each in is_open)
    in_time = sum(bool(each.deadline and each.deadline >= known_on) for each in is_open)
    reopened = sum(each.is_reopened for each in handled)
    return Rates(
        len(handled), reopened, len(handled) + reopened, sum(each.returns for each in handled), len(done), late, overdue, in_time,
        sum(each.deadline is None for each in is_open), 100 * len(done) / len(handled), 100 * len(done) / (len(done) + overdue),
        100 * (len(done) - late) / (len(done) + overdue), statistics.fmean(taken), statistics.fmean(days), statistics.median(days),
        statistics.quantiles(days, n=10, method="inclusive")[8],
    )  # fmt: skip
