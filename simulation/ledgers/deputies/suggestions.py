"""Suggestions of deputies of the five levels, in the two files of a year."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from simulation.paper.handed_in import CodeStyle, Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_COLON
from simulation.world.calendar import CAMPAIGN, CAMPAIGN_DAYS, SESSION_DAYS, beijing
from simulation.world.chance import exactly, pick
from simulation.world.deputies import deputy_no
from simulation.world.suggestions import halves, suggestion_no
from simulation.world.values import Row
from simulation.world.world import World

IN_SESSION, OUT_OF_SESSION, FROM_BILL, SNAPSHOT = "会议期间", "闭会期间", "议案转建议", "代表随手拍"
SNAPSHOT_FORM_FROM = date(2023, 10, 28)
SUBJECTS = (
    "老旧小区加装电梯",
    "公交线路优化",
    "社区养老服务",
    "学位供给",
    "河涌整治",
    "停车泊位",
    "基层医疗",
    "营商环境",
    "数字政府",
    "绿道建设",
)
ACTIONS = ("加快推进", "进一步规范", "完善", "加强", "统筹解决")
HOSTS = (
    "市教育局",
    "市卫生健康委",
    "市交通运输局",
    "市住房城乡建设局",
    "市民政局",
    "市水务局",
    "市城管综合执法局",
    "市规划和自然资源局",
)


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The suggestions of each half of a year."""
    styles: dict[str, CodeStyle] = {"congress_level": "name", "reply_class": "code"}
    for half, received_at in ((1, beijing(year, 10, 16, 14, 8)), (2, beijing(year + 1, 1, 22, 17, 31))):
        half_name = ("上半年", "下半年")[half - 1]
        habits = Habits(
            title=f"{year}年{half_name}代表建议台账",
            code_style_of=styles,
            date_forms=("cell", "cell", "cell", "chinese"),
            footnotes=(f"说明{FULL_COLON}含闭会期间建议。",),
            blank_row_every=1_500,
        )
        path = f"suggestions/{year}/{year}年{half_name}代表建议台账.xlsx"
        yield HandedFile(path, f"{year}H{half}", received_at, [Sheet("suggestions", rows(world, year, half), habits)])


def _submission_days(
    year: int, level: str, half: int, count: int, campaign: int, rng: random.Random
) -> list[tuple[date, bool, bool]]:
    """Sorted (day, is of the campaign, is of the session); most of the first half is put forward at the session."""
    days: list[tuple[date, bool, bool]] = []
    month, first_day, length = SESSION_DAYS[level]
    opening = date(year, month, first_day)
    start, span = (date(year, 1, 3), 178) if half == 1 else (date(year, 7, 1), 183)
    if half == 1 and level in ("1", "2"):
        start, span = opening, (date(year, 6, 30) - opening).days
    for n in range(count):
        if n < campaign:
            days.append((date(year, *CAMPAIGN_DAYS[0]) + timedelta(days=rng.randrange(CAMPAIGN_DAYS[1])), True, False))
        elif half == 1 and rng.random() < 0.7:
            days.append((opening + timedelta(days=rng.randrange(length)), False, True))
        else:
            days.append((start + timedelta(days=rng.randrange(span)), False, False))
    return sorted(days)


def rows(world: World, year: int, half: int) -> list[Row]:
    """The suggestions of half a year as known when its file is made (answers need three months)."""
    known_on = date(year, 10, 13) if half == 1 else date(year + 1, 1, 19)
    rng, targets, scale = world.stream("suggestions", year, half), world.targets(year), world.scale
    made: list[Row] = []
    for level, level_count in targets.suggestions_by_level.items():
        parts = halves(level_count, scale)
        count, before = (parts.first, 0) if half == 1 else (parts.second, parts.first)
        campaign = 0
        if half == 2 and level in ("4", "5"):
            from_towns = targets.campaign_suggestions * scale // 3
            campaign = from_towns if level == "5" else targets.campaign_suggestions * scale - from_towns
        unassigned, key = 0, 0
        if level == "3":
            unassigned = targets.municipal_unassigned * scale // 2
            key = targets.key_suggestions * scale if half == 1 else 0
        days = _submission_days(year, level, half, count, campaign, rng)
        leaders = world.deputies.holders(level, days[0][0], days[-1][0])
        not_assigned = exactly(rng, unassigned, count)
        keys_left = key
        put_forward = zip(days, not_assigned, strict=True)
        for serial, ((day, is_campaign, is_session), stays) in enumerate(put_forward, start=before + 1):
            is_key = keys_left > 0 and not stays
            keys_left -= is_key
            made.append(
                _row(
                    suggestion_no(year, level, serial),
                    level,
                    day,
                    leaders,
                    known_on,
                    rng,
                    is_assigned=not stays and (level == "3" or rng.random() < 0.97),
                    is_campaign=is_campaign,
                    is_session=is_session,
                    is_key=is_key,
                )
            )
    return made


def _form(day: date, level: str, is_session: bool, rng: random.Random) -> str:
    if is_session:
        return FROM_BILL if rng.random() < 0.04 else IN_SESSION
    return SNAPSHOT if level == "3" and day >= SNAPSHOT_FORM_FROM and rng.random() < 0.6 else OUT_OF_SESSION


def _row(
    number: str, level: str, day: date, leaders: list[int], known_on: date, rng: random.Random,
    *, is_assigned: bool, is_campaign: bool, is_session: bool, is_key: bool,
) -> Row:  # fmt: skip
    assigned = day + timedelta(days=3 + int(rng.random() * 12)) if is_assigned else None
    due = extended = answered = closed = None
    if assigned:
        due = assigned + timedelta(days=91)
        extended = assigned + timedelta(days=182) if rng.random() < 0.08 else None
        allowed = 182 if extended else 91
        taken = int(allowed * (rng.random() * 0.75 + 0.22)) + (12 if rng.random() < 0.02 else 0)
        answered = assigned + timedelta(days=taken)
        if answered > known_on:
            answered = None
        if extended and due > known_on:
            extended = None
    reply_class = satisfaction = None
    if answered:
        reply_class = "A" if rng.random() < 0.62 else pick(rng, "BBBC")
        satisfaction = "满意" if rng.random() < 0.93 else pick(rng, ("基本满意", "基本满意", "不满意"))
        closed = answered + timedelta(days=int(rng.random() * 12))
        closed = closed if closed <= known_on else None
    lead = pick(rng, leaders)
    signers = [pick(rng, leaders) for _ in range(int(rng.random() * 3))] if rng.random() < 0.15 else []
    return {
        "suggestion_no": number,
        "form": OUT_OF_SESSION if is_campaign else _form(day, level, is_session, rng),
        "congress_level": level,
        "title": f"关于{pick(rng, ACTIONS)}{pick(rng, SUBJECTS)}的建议",
        "lead_deputy_no": deputy_no(lead),
        "co_signers": "、".join(deputy_no(p) for p in dict.fromkeys(signers) if p != lead) or None,
        "submitted_on": day,
        "assigned_on": assigned,
        "due_on": due,
        "extended_to": extended,
        "answered_on": answered,
        "host_unit": pick(rng, HOSTS) if assigned else None,
        "co_host_units": pick(rng, HOSTS) if assigned and rng.random() < 0.2 else None,
        "reply_class": reply_class,
        "satisfaction": satisfaction,
        "is_key": is_key,
        "campaign": CAMPAIGN if is_campaign else None,
        "closed_on": closed,
    }
