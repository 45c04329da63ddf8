"""Opinions of citizens received at liaison stations, by app and over the counter."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.unfolding import Unfolding
from simulation.world.calendar import BEIJING, CAMPAIGN, beijing, on_a_weekday, quarter_start
from simulation.world.chance import exactly, pick, split
from simulation.world.problems import HOSTS, PROBLEMS
from simulation.world.stations import Station
from simulation.world.suggestions import halves, suggestion_no
from simulation.world.values import Draft, Row
from simulation.world.world import World

Source = Literal["app", "counter"]
QUARTER_WEIGHTS = (0.16, 0.18, 0.36, 0.30)
EVENTS = {"finished_at": ("result", "suggestion_no"), "answered_at": ("satisfaction",)}
PLACES = ("小区门口", "学校周边", "公交站旁", "菜市场", "公园", "河涌边", "地铁口")
REFUSALS = ("个人事务", "诉讼中的案件", "商品推销", "内容空白", "申诉控告检举")
RESULTS = (("SOLVED", 0.93), ("EXPLAINED", 0.96), ("PLANNED", 0.985), ("UNSOLVABLE", 1.0))
ROUTES = (("现场答复", 0.25), ("镇街办理", 0.80), ("转区", 0.93), ("转市", 0.98), ("形成建议", 1.0))


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The opinions of each quarter and source with what changed since, and what changed in January."""
    kinds: tuple[tuple[int, Source, str], ...] = ((0, "app", "小程序"), (1, "counter", "线下登记"))
    for layout, source, name in kinds:
        unfolding = Unfolding(EVENTS)
        styles = Habits(code_style="name", date_forms=("slash",) if layout else ("iso",))
        path, ending = f"station_feedback/{year}/联络站群众意见{name}_{year}Q", ("jsonl", "csv")[layout]
        for quarter in range(1, 5):
            moment = quarter_start(year, quarter + 1)
            sheet = Sheet(
                "station_feedback", unfolding.file(received(world, year, quarter, source), moment), styles, layout
            )
            received_at = on_a_weekday(moment + timedelta(days=8, hours=9 + layout, minutes=17))
            yield HandedFile(f"{path}{quarter}.{ending}", f"{year}Q{quarter}", received_at, [sheet])
        sheet = Sheet("station_feedback", unfolding.file((), beijing(year + 1, 1, 31, 12)), styles, layout)
        received_at = beijing(year + 1, 1, 31, 16, 40 + layout)
        yield HandedFile(f"{path}4更新.{ending}", f"{year}Q4", received_at, [sheet])


def quarter_counts(total: int, scale: int) -> list[int]:
    """A year's count by quarter."""
    return [part * scale for part in split(total, QUARTER_WEIGHTS)]


def received(world: World, year: int, quarter: int, source: Source) -> Iterator[Row]:
    """The opinions received in a quarter with everything that will ever be known of them."""
    rng, targets, scale = world.stream("station_feedback", year, source, quarter), world.targets(year), world.scale
    total = targets.feedback_app if source == "app" else targets.feedback_counter
    counts = quarter_counts(total, scale)
    count, serial = counts[quarter - 1], sum(counts[: quarter - 1])
    campaign = 0
    if quarter > 2:
        app = targets.campaign_feedback * targets.feedback_app // (targets.feedback_app + targets.feedback_counter)
        of_source = app if source == "app" else targets.campaign_feedback - app
        campaign = (of_source * 2 // 3 if quarter == 3 else of_source - of_source * 2 // 3) * scale
    start, end = quarter_start(year, quarter), quarter_start(year, quarter + 1)
    open_stations = [s for s in world.stations if s.is_open_through(start.date(), end.date())]
    seconds = int((end - start).total_seconds())
    offsets = sorted(int(rng.random() * seconds) for _ in range(count))
    previous = ""
    suggestions = halves(targets.suggestions_by_level["4"], scale)
    for offset, is_campaign in zip(offsets, exactly(rng, campaign, count), strict=True):
        serial += 1
        number = f"YJ{year}{'A' if source == 'app' else 'C'}{serial:07d}"
        moment = _at_office_hours(start + timedelta(seconds=offset), source)
        row = _row(number, serial, source, moment, pick(rng, open_stations), previous, is_campaign, rng)
        if row["route"] == "形成建议" and quarter < 3:
            at = suggestions.first + 1 + int(rng.random() * suggestions.second * 0.6)
            row["suggestion_no"] = suggestion_no(year, "4", at)
            day, minute = 1 + int(rng.random() * 25), int(rng.random() * 60)
            row["finished_at"] = datetime(year, 12, day, 15, minute, tzinfo=BEIJING)
            row["answered_at"] = None
            row["satisfaction"] = None
        previous = number
        yield row


def _at_office_hours(moment: datetime, source: Source) -> datetime:
    """Counters are open by day and note minutes only; the app takes opinions at any time of the waking day."""
    if source == "counter":
        return moment.replace(hour=9 + moment.hour % 9, second=0)
    return moment if moment.hour >= 6 else moment.replace(hour=moment.hour + 12)


def _row(
    number: str,
    serial: int,
    source: Source,
    received: datetime,
    station: Station,
    previous: str,
    is_campaign: bool,
    rng: random.Random,
) -> Draft:
    chance = rng.random
    category, problem = pick(rng, PROBLEMS)
    is_coded = station.coded_on is not None and station.coded_on <= received.date()
    if source == "app":
        channel = "扫码" if is_coded and chance() < 0.7 else "小程序"
    else:
        channel = "线下接待" if chance() < 0.72 else "电话"
    row: Draft = {
        "feedback_no": number,
        "station_code": station.code,
        "channel": channel,
        "received_at": received,
        "category": category,
        "content": f"{pick(rng, PLACES)}{problem}",
        "contact": f"群众{serial % 100_000:05d} 100{serial:08d}" if chance() < 0.6 else None,
        "is_accepted": True,
        "refusal_reason": None,
        "route": None,
        "host_unit": None,
        "due_on": None,
        "finished_at": None,
        "result": None,
        "answered_at": None,
        "satisfaction": None,
        "duplicate_of": previous if previous and chance() < 0.015 else None,
        "suggestion_no": None,
        "campaign": CAMPAIGN if is_campaign else None,
    }
    if chance() < 0.03:
        row["is_accepted"] = False
        row["refusal_reason"] = pick(rng, REFUSALS)
    else:
        row |= _dealt_with(source, received, rng)
    return row


def _dealt_with(source: Source, received: datetime, rng: random.Random) -> Draft:
    """What became of an accepted opinion."""
    chance = rng.random
    drawn = chance()
    route = next(name for name, bound in ROUTES if drawn < bound)
    days = 0.1 + chance() * 0.3
    if route != "现场答复":
        days = 1 + chance() * 12 + (chance() * 60 if chance() < 0.05 else 0)
    finished = (received + timedelta(days=days)).replace(second=0 if source == "counter" else int(chance() * 60))
    known: Draft = {
        "route": route,
        "host_unit": pick(rng, HOSTS),
        "due_on": (received + timedelta(days=15)).date(),
        "finished_at": finished,
        "result": "PLANNED",
    }
    if route != "形成建议":
        drawn = chance()
        known["result"] = next(name for name, bound in RESULTS if drawn < bound)
    if chance() < 0.9:
        known["answered_at"] = finished + timedelta(minutes=10 + int(chance() * 2_000))
        if chance() < 0.5:
            known["satisfaction"] = "满意" if chance() < 0.92 else "基本满意" if chance() < 0.8 else "不满意"
    return known
