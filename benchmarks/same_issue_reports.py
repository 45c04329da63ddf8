"""Reports of issues whose truth is known, for the benchmark of the same-issue detection: who says what of which issue, where and when.

Most issues are reported once, some by up to four people, each in own words: copied, with another beginning or end, or said anew.
Half of those who report name the spot no closer than the station; those can hardly be told apart, as in life. Invented throughout.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from simulation.world.places import streets
from simulation.world.problems import PROBLEMS

SAID = {
    "垃圾清运不及时": ("垃圾清运不及时", "垃圾几天没人清", "垃圾堆积没有及时清运"),
    "占道经营": ("占道经营", "小摊贩占道摆卖", "流动摊贩占了人行道"),
    "人行道破损": ("人行道破损", "人行道地砖烂了", "人行道砖块松动破损"),
    "乱停车": ("乱停车", "车辆乱停乱放", "机动车违规停放"),
    "放学时段拥堵": ("放学时段拥堵", "放学时堵车严重", "学生放学的时候很拥堵"),
    "社区门诊排队久": ("社区门诊排队久", "社区医院看病排队太久", "社区门诊等候时间长"),
    "缺少无障碍设施": ("缺少无障碍设施", "没有无障碍坡道", "无障碍设施不足轮椅上不去"),
    "外墙渗水": ("外墙渗水", "外墙漏水", "楼房外墙雨天渗水"),
    "夜间施工噪音": ("夜间施工噪音", "半夜还在施工很吵", "工地夜间施工扰民"),
    "消防通道堵塞": ("消防通道堵塞", "消防通道被车堵住", "消防通道堆满杂物"),
    "路灯不亮": ("路灯不亮", "路灯坏了", "路灯晚上不亮"),
    "井盖松动": ("井盖松动", "井盖松了车过很响", "井盖损坏松动"),
}
BEGINNINGS = ("", "", "", "反映", "您好,", "请处理:", "居民反映", "希望解决")
ENDINGS = ("", "", "", "。", ",请尽快处理", ",影响出行", ",谢谢", "!")
ROADS = tuple(
    f"{first}{second}{kind}"
    for first in "东西南北中天海云江龙金福康文明新广华永兴"
    for second in "山湖林园城门桥安平和乐塘岗冈洲苑景阳月"
    for kind in ("路", "街", "大道", "巷")
)
SPOTS = ("门口", "旁边", "对面", "附近", "楼下", "后面")
COUNTS = ((1, 0.970), (2, 0.990), (3, 0.998), (4, 1.0))
NAMELESS_SHARE, SUGGESTED_SHARE, TEXTLESS_PER_TEXT = 0.5, 0.2, 0.05
YEAR, DAYS_IN_YEAR, LATEST_REPEAT_DAYS = 2023, 365, 6
STATIONS = 610
FEEDBACK, CASES, SUGGESTIONS = "station_feedback", "snapshot_cases", "suggestions"


@dataclass(frozen=True)
class Report:
    """One report, and the issue that it is really about."""

    issue: int
    ledger: str
    report_no: str
    reported_on: date
    station_code: str | None
    district_code: str
    category: str
    longitude: float | None
    latitude: float | None
    text: str | None


def reports(seed: int, issues: int) -> Iterator[Report]:
    """The reports of so many issues of a year; one issue in twenty is a case of a deputy, with a spot on the map and no text."""
    rng = random.Random(seed)  # noqa: S311 - reports that can be had again
    serial = 0
    for issue in range(issues):
        drawn = rng.random()
        count = next(number for number, bound in COUNTS if drawn < bound)
        first = date(YEAR, 1, 1) + timedelta(days=rng.randrange(DAYS_IN_YEAR - LATEST_REPEAT_DAYS))
        district, street = rng.choice(streets())
        station = f"{district}-{rng.randrange(STATIONS // 11):03d}"
        category, problem = rng.choice(PROBLEMS)
        is_case = rng.random() < TEXTLESS_PER_TEXT
        spot = _spot(rng, street)
        longitude, latitude = 113 + rng.random() * 0.9, 22.6 + rng.random()
        previous = ""
        for number in range(count):
            serial += 1
            day = first + timedelta(days=rng.randrange(LATEST_REPEAT_DAYS) if number else 0)
            if is_case:
                jitter = [(rng.random() - 0.5) * 0.0012 for _ in "xy"]
                yield Report(
                    issue, CASES, f"S{serial}", day, None, district, category, longitude + jitter[0],
                    latitude + jitter[1], None,
                )  # fmt: skip
                continue
            previous = previous if previous and rng.random() < 0.2 else said(rng, spot, problem)
            is_suggestion = number > 0 and rng.random() < SUGGESTED_SHARE
            yield Report(
                issue, SUGGESTIONS if is_suggestion else FEEDBACK, f"R{serial}", day,
                None if is_suggestion else station, district, category, None, None,
                f"关于解决{previous}问题的建议" if is_suggestion else previous,
            )  # fmt: skip


def said(rng: random.Random, spot: str, problem: str) -> str:
    """What one person says of a problem at a spot."""
    what, place = rng.choice(SAID[problem]), spot + rng.choice(SPOTS) if spot else rng.choice(("小区", "学校", "公园"))
    body = f"{place}{what}" if rng.random() < 0.7 else f"{what},在{place}"
    return f"{rng.choice(BEGINNINGS)}{body}{rng.choice(ENDINGS)}"


def _spot(rng: random.Random, street: str) -> str:
    if rng.random() < NAMELESS_SHARE:
        return ""
    road = rng.choice(ROADS)
    return f"{street if rng.random() < 0.3 else ''}{road}{rng.randrange(1, 300)}号" if rng.random() < 0.8 else road
