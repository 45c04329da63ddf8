"""Who looked after what at the meetings, and the incidents there were."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.world.calendar import beijing
from simulation.world.chance import pick
from simulation.world.meetings import CHAIRPERSONS
from simulation.world.values import Row
from simulation.world.world import World

SUPPORT_ROWS = {2022: 34, 2023: 60}
SERIOUS_INCIDENTS = {2022: 1, 2023: 0}
MATTERS = (
    ("会场布置", "行政处"), ("文件印发", "秘书处"), ("电子表决系统", "信息中心"), ("会议直播和录音", "信息中心"),
    ("代表报到和用车", "行政处"), ("安全保卫", "行政处"), ("会议简报", "秘书处"), ("列席和旁听组织", "秘书处"),
)  # fmt: skip
ORDINARY_INCIDENTS = ("话筒短时无声、已更换", "一份附件缺页、会前补发", "签到机故障、改用手工签到")
SERIOUS_INCIDENT = "电子表决系统故障、表决推迟到次日"


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The log of a year in January."""
    habits = Habits(title=f"{year}年会议保障台账", nil_text="-", nil_columns=("incident",))
    path = f"meeting_support_log/{year}/{year}年会议保障台账.xlsx"
    sheet = Sheet("meeting_support_log", rows(world, year), habits)
    yield HandedFile(path, str(year), beijing(year + 1, 1, 12, 10, 12), [sheet])


def rows(world: World, year: int) -> list[Row]:
    """Who looked after what at the congress and the Standing Committee; a few small incidents, in 2022 a serious one."""
    rng = world.stream("meeting_support_log", year)
    supported = [m for m in world.meetings(year) if m.body != CHAIRPERSONS]
    count = SUPPORT_ROWS[year]
    small = set(rng.sample(range(count), 3))
    serious = set(rng.sample([n for n in range(count) if n not in small], SERIOUS_INCIDENTS[year]))
    log: list[Row] = []
    for n in range(count):
        meeting = supported[n * len(supported) // count]
        matter, unit = MATTERS[n % len(MATTERS)]
        incident, severity = None, "无"
        if n in small:
            incident, severity = pick(rng, ORDINARY_INCIDENTS), "一般"
        elif n in serious:
            incident, severity = SERIOUS_INCIDENT, "严重"
        log.append(
            {
                "support_no": f"BZ{year}-{n + 1:03d}",
                "meeting_no": meeting.number,
                "matter": matter,
                "unit": unit,
                "incident": incident,
                "severity": severity,
            }
        )
    return log
