"""Opinions of citizens received at liaison stations, by app and over the counter."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

from simulation.allocate import exactly, pick, split
from simulation.handed_in import BEIJING, Row
from simulation.stations import Station
from simulation.suggestions import halves, suggestion_no
from simulation.targets import CAMPAIGN, YearTargets

Source = Literal["app", "counter"]
QUARTER_WEIGHTS = (0.16, 0.18, 0.36, 0.30)
EVENTS = {"finished_at": ("result", "suggestion_no"), "answered_at": ("satisfaction",)}
PROBLEMS = (
    ("市容环境", "垃圾清运不及时"),
    ("市容环境", "占道经营"),
    ("交通出行", "人行道破损"),
    ("交通出行", "乱停车"),
    ("教育", "放学时段拥堵"),
    ("医疗", "社区门诊排队久"),
    ("养老", "缺少无障碍设施"),
    ("住房", "外墙渗水"),
    ("噪音扰民", "夜间施工噪音"),
    ("物业管理", "消防通道堵塞"),
    ("水电燃气", "路灯不亮"),
    ("水电燃气", "井盖松动"),
)
PLACES = ("小区门口", "学校周边", "公交站旁", "菜市场", "公园", "河涌边", "地铁口")
REFUSALS = ("个人事务", "诉讼中的案件", "商品推销", "内容空白", "申诉控告检举")
HOSTS = ("镇街综合执法办", "镇街公共服务办", "区住房建设局", "区城管局", "区教育局", "区交通部门", "社区居委会")
RESULTS = (("SOLVED", 0.93), ("EXPLAINED", 0.96), ("PLANNED", 0.985), ("UNSOLVABLE", 1.0))
ROUTES = (("现场答复", 0.25), ("镇街办理", 0.80), ("转区", 0.93), ("转市", 0.98), ("形成建议", 1.0))


def quarter_counts(total: int, scale: int) -> list[int]:
    """A year's count by quarter."""
    return [part * scale for part in split(total, QUARTER_WEIGHTS)]


def quarter_start(year: int, quarter: int) -> datetime:
    """The first moment of a quarter; quarter 5 is the next year's first."""
    return datetime(year + (quarter - 1) // 4, (quarter - 1) % 4 * 3 + 1, 1, tzinfo=BEIJING)


def make_quarter(
    year: int,
    quarter: int,
    source: Source,
    targets: YearTargets,
    stations: list[Station],
    scale: int,
    rng: random.Random,
) -> Iterator[Row]:
    """The opinions received in a quarter with everything that will ever be known of them."""
    total = targets.feedback_app if source == "app" else targets.feedback_counter
    counts = quarter_counts(total, scale)
    count, serial = counts[quarter - 1], sum(counts[: quarter - 1])
    campaign = 0
    if quarter > 2:
        app = targets.campaign_feedback * targets.feedback_app // (targets.feedback_app + targets.feedback_counter)
        of_source = app if source == "app" else targets.campaign_feedback - app
        campaign = (of_source * 2 // 3 if quarter == 3 else of_source - of_source * 2 // 3) * scale
    start, end = quarter_start(year, quarter), quarter_start(year, quarter + 1)
    open_stations = [s for s in stations if s.is_open_through(start.date(), end.date())]
    seconds = int((end - start).total_seconds())
    offsets = sorted(int(rng.random() * seconds) for _ in range(count))
    previous = ""
    suggestions = halves(targets.suggestions_by_level["4"], scale)
    for offset, is_campaign in zip(offsets, exactly(rng, campaign, count), strict=True):
        serial += 1
        number = f"YJ{year}{'A' if source == 'app' else 'C'}{serial:07d}"
        received = _at_office_hours(start + timedelta(seconds=offset), source)
        row = _row(number, serial, source, received, pick(rng, open_stations), previous, is_campaign, rng)
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
) -> dict[str, str | date | datetime | bool | None]:
    chance = rng.random
    category, problem = pick(rng, PROBLEMS)
    is_coded = station.coded_on is not None and station.coded_on <= received.date()
    if source == "app":
        channel = "扫码" if is_coded and chance() < 0.7 else "小程序"
    else:
        channel = "线下接待" if chance() < 0.72 else "电话"
    row: dict[str, str | date | datetime | bool | None] = {
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
        return row
    drawn = chance()
    route = next(name for name, bound in ROUTES if drawn < bound)
    days = 0.1 + chance() * 0.3
    if route != "现场答复":
        days = 1 + chance() * 12 + (chance() * 60 if chance() < 0.05 else 0)
    finished = (received + timedelta(days=days)).replace(second=0 if source == "counter" else int(chance() * 60))
    row["route"] = route
    row["host_unit"] = pick(rng, HOSTS)
    row["due_on"] = (received + timedelta(days=15)).date()
    row["finished_at"] = finished
    if route == "形成建议":
        row["result"] = "PLANNED"
    else:
        drawn = chance()
        row["result"] = next(name for name, bound in RESULTS if drawn < bound)
    if chance() < 0.9:
        row["answered_at"] = finished + timedelta(minutes=10 + int(chance() * 2_000))
        if chance() < 0.5:
            row["satisfaction"] = "满意" if chance() < 0.92 else "基本满意" if chance() < 0.8 else "不满意"
    return row
