"""The checklist of published laws: when each document of a law appeared in each medium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_COLON
from simulation.world.calendar import beijing
from simulation.world.laws import LAWS, law_no
from simulation.world.values import Row
from simulation.world.world import World

DOCUMENTS = ("文本", "草案说明", "审议结果报告")
MEDIA = ("常委会公报", "中国人大网", "市人大网站", "广州日报")
LATEST_DAY = 15
NOT_PUBLISHED = {(2022, 6, "审议结果报告", "广州日报")}


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The checklist of a year, kept by the legislative commission."""
    habits = Habits(
        title=f"{year}年地方性法规公开核查表",
        date_forms=("cell", "dot"),
        footnotes=(f"说明{FULL_COLON}空白为未公开。",),
    )
    path = f"publication_matrix/{year}/{year}年法规公开核查表.xlsx"
    sheet = Sheet("publication_matrix", rows(world, year), habits)
    yield HandedFile(path, str(year), beijing(year + 1, 1, 8, 9, 35), [sheet])


def rows(world: World, year: int) -> list[Row]:
    """A row for each law, document and medium; one cell of 2022 stays empty."""
    rng = world.stream("publication_matrix", year)
    checklist: list[Row] = []
    for number, (title, promulgated_on) in enumerate(LAWS[year], start=1):
        for document in DOCUMENTS:
            for medium in MEDIA:
                days = rng.randrange(1, LATEST_DAY + 1)
                is_empty = (year, number, document, medium) in NOT_PUBLISHED
                checklist.append(
                    {
                        "law_no": law_no(year, number),
                        "law_title": title,
                        "promulgated_on": promulgated_on,
                        "document": document,
                        "medium": medium,
                        "published_on": None if is_empty else promulgated_on + timedelta(days=days),
                    }
                )
    return checklist
