"""Posts and staff at the end of each quarter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_COLON
from simulation.world.calendar import beijing
from simulation.world.values import Row
from simulation.world.world import World

POSTS = (("行政编制", 215), ("事业编制", 38), ("后勤服务人员", 27))
STAFF = {
    2022: ((208, 34, 25), (207, 34, 25), (206, 35, 25), (206, 34, 25)),
    2023: ((206, 34, 25), (204, 35, 24), (204, 35, 24), (203, 35, 24)),
}


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The counts of a year in January."""
    habits = Habits(title=f"{year}年机关人员编制情况", footnotes=(f"填报人{FULL_COLON}经办人03",))
    path = f"staff_counts/{year}/{year}年人员编制情况.xlsx"
    yield HandedFile(path, str(year), beijing(year + 1, 1, 4, 11, 30), [Sheet("staff_counts", rows(year), habits)])


def rows(year: int) -> list[Row]:
    """Three kinds of posts in four months."""
    return [
        {"month": date(year, 3 * quarter, 1), "post_kind": kind, "posts": posts, "staff": staff}
        for quarter, counts in enumerate(STAFF[year], start=1)
        for (kind, posts), staff in zip(POSTS, counts, strict=True)
    ]
