"""Snapshot cases: what municipal deputies report with a photo, and how the city deals with it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.unfolding import Unfolding
from simulation.world.calendar import beijing, on_a_weekday, quarter_start
from simulation.world.chance import exactly, pick, split
from simulation.world.deputies import deputy_no
from simulation.world.places import districts
from simulation.world.problems import HOSTS, PROBLEMS
from simulation.world.values import Row
from simulation.world.world import World

QUARTER_WEIGHTS = (0.18, 0.22, 0.25, 0.35)
WORKING_DAYS_PER_WEEK = 5
EVENTS = {
    "accepted_at": (),
    "dispatched_at": ("due_at", "host_unit"),
    "finished_at": ("result",),
    "reviewed_at": (),
    "closed_at": ("rating",),
}


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The cases of each quarter with what changed since, and what changed in January."""
    unfolding, habits = Unfolding(EVENTS), Habits(code_style="code")
    path = f"snapshot_cases/{year}/代表随手拍_{year}Q"
    for quarter, new in enumerate(cases(world, year), start=1):
        moment = quarter_start(year, quarter + 1)
        sheet = Sheet("snapshot_cases", unfolding.file(new, moment), habits)
        received_at = on_a_weekday(moment + timedelta(days=9, hours=10, minutes=3))
        yield HandedFile(f"{path}{quarter}.jsonl", f"{year}Q{quarter}", received_at, [sheet])
    sheet = Sheet("snapshot_cases", unfolding.file((), beijing(year + 1, 1, 31, 12)), habits)
    yield HandedFile(f"{path}4更新.jsonl", f"{year}Q4", beijing(year + 1, 1, 31, 16, 45), [sheet])


def cases(world: World, year: int) -> list[list[Row]]:
    """The cases of a year by quarter, with everything that will ever be known of them.

    Exactly ``cases_closed`` of them are closed in the end, and exactly ``case_deputies`` persons report at least one.
    """
    deputies = world.deputies.holders("3", date(year, 1, 1), date(year, 12, 31))
    rng, targets, scale = world.stream("snapshot_cases", year), world.targets(year), world.scale
    count = targets.cases * scale
    persons = rng.sample(deputies, targets.case_deputies)
    reporters = persons + [pick(rng, persons) for _ in range(count - len(persons))]
    rng.shuffle(reporters)
    closed = exactly(rng, targets.cases_closed * scale, count)
    quarters: list[list[Row]] = []
    for quarter, of_quarter in enumerate(split(targets.cases, QUARTER_WEIGHTS), start=1):
        before = sum(map(len, quarters))
        new = _quarter(year, quarter, of_quarter * scale, before, targets.case_working_days, reporters, closed, rng)
        quarters.append(list(new))
    return quarters


def _quarter(
    year: int,
    quarter: int,
    count: int,
    before: int,
    working_days: int,
    reporters: list[int],
    closed: Iterator[bool],
    rng: random.Random,
) -> Iterator[Row]:
    start, end = quarter_start(year, quarter), quarter_start(year, quarter + 1)
    seconds = int((end - start).total_seconds())
    previous = ""
    for serial, offset in enumerate(sorted(int(rng.random() * seconds) for _ in range(count)), start=before + 1):
        submitted = start + timedelta(seconds=offset)
        if submitted.hour < 7:
            submitted = submitted.replace(hour=submitted.hour + 9)
        number = f"SSP{year}{serial:06d}"
        deputy = deputy_no(reporters[serial - 1])
        yield _row(number, deputy, submitted, previous, next(closed), working_days, rng)
        previous = number


def _row(
    number: str, deputy: str, submitted: datetime, previous: str, closes: bool, working_days: int, rng: random.Random
) -> Row:
    chance = rng.random
    is_urgent = chance() < 0.06
    accepted = submitted + timedelta(minutes=5 + int(chance() * 240))
    dispatched = accepted + timedelta(minutes=10 + int(chance() * 600))
    calendar_days = working_days * 7 // WORKING_DAYS_PER_WEEK
    due = dispatched + (timedelta(hours=24) if is_urgent else timedelta(days=calendar_days))
    is_reopened = closes and chance() < 0.03
    finished = reviewed = closed = None
    if closes:
        pace = 0.1 + chance() * 0.75 + (0.4 if chance() < 0.05 else 0) + (0.3 if is_reopened else 0)
        finished = dispatched + (due - dispatched) * min(pace, 1.2)
        finished = finished.replace(microsecond=0)
        reviewed = finished + timedelta(minutes=30 + int(chance() * 900))
        closed = reviewed + timedelta(minutes=10 + int(chance() * 1_200))
    return {
        "case_no": number,
        "deputy_no": deputy,
        "submitted_at": submitted,
        "photo_count": 1 + int(chance() * 5),
        "longitude": Decimal(113_000_000 + int(chance() * 900_000)).scaleb(-6),
        "latitude": Decimal(22_600_000 + int(chance() * 1_000_000)).scaleb(-6),
        "district_code": pick(rng, districts()),
        "category": pick(rng, PROBLEMS)[0],
        "urgency": "紧急" if is_urgent else "一般",
        "accepted_at": accepted,
        "dispatched_at": dispatched,
        "due_at": due,
        "finished_at": finished,
        "reviewed_at": reviewed,
        "closed_at": closed,
        "host_unit": pick(rng, HOSTS),
        "return_count": int(chance() * 3) if chance() < 0.1 else 0,
        "result": ("已处理" if chance() < 0.9 else "已列入计划") if closes else None,
        "rating": ("满意" if chance() < 0.9 else "基本满意") if closes and chance() < 0.8 else None,
        "is_reopened": is_reopened,
        "duplicate_of": previous if previous and chance() < 0.01 else None,
    }
