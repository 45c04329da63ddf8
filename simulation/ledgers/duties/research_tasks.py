"""The yearly plan of special research and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.world.calendar import beijing
from simulation.world.chance import pick
from simulation.world.values import Row
from simulation.world.world import World

RESEARCH_TASKS = {2022: 16, 2023: 20}
LATE_TASK_OF_2022, UNFINISHED_TASK_OF_2022, FINISHED_ON_THE_DAY = 4, 11, 2
RESEARCH_UNITS = (
    "研究室", "法制工作委员会", "监察和司法工作委员会", "预算工作委员会", "经济工作委员会",
    "农村农业工作委员会", "教育科学文化卫生工作委员会", "社会建设工作委员会", "代表工作委员会",
)  # fmt: skip
TOPICS = (
    "民营经济发展", "城市更新", "交通堵点治理", "社区养老服务", "基层立法联系点建设", "代表联络站作用发挥", "预算绩效监督",
    "乡村产业", "职业教育", "数据要素", "检察建议落实", "托育服务", "河涌治理", "历史文化街区活化", "新业态劳动者权益",
    "政府债务监督", "代表建议办理质量", "快递物流末端配送", "青年创新创业", "备案审查能力建设",
)  # fmt: skip


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The plan of a year with its outcome in January."""
    habits = Habits(title=f"{year}年专项调研计划及完成情况", date_forms=("cell", "slash"), blank_row_every=10)
    path = f"research_tasks/{year}/{year}年专项调研计划.xlsx"
    sheet = Sheet("research_tasks", rows(world, year), habits)
    yield HandedFile(path, str(year), beijing(year + 1, 1, 11, 10, 11), [sheet])


def rows(world: World, year: int) -> list[Row]:
    """The plan of the year and what came of it: in 2022 one task late and one unfinished, in 2023 none."""
    rng = world.stream("research_tasks", year)
    tasks: list[Row] = []
    for n in range(RESEARCH_TASKS[year]):
        planned_start = date(year, 2, 13) + timedelta(days=rng.randrange(150))
        planned_finish = planned_start + timedelta(days=60 + rng.randrange(70))
        started = planned_start + timedelta(days=rng.randrange(8))
        finished: date | None = planned_finish - timedelta(days=1 + rng.randrange(12))
        if n == FINISHED_ON_THE_DAY:
            finished = planned_finish
        if year == 2022 and n == LATE_TASK_OF_2022:
            finished = planned_finish + timedelta(days=1)
        if year == 2022 and n == UNFINISHED_TASK_OF_2022:
            finished = None
        tasks.append(
            {
                "task_no": f"DY{year}-{n + 1:02d}",
                "topic": f"{TOPICS[n]}专项调研",
                "unit": RESEARCH_UNITS[n % len(RESEARCH_UNITS)],
                "planned_start_on": planned_start,
                "planned_finish_on": planned_finish,
                "started_on": started,
                "finished_on": finished,
                "report_submitted_on": finished + timedelta(days=rng.randrange(10)) if finished else None,
                "outcome": pick(rng, ("转市政府研究处理", "作为立法参考", "提交常委会会议")) if finished else None,
            }
        )
    return tasks
