"""The register of documents that were filed for review."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_COLON
from simulation.world.calendar import beijing
from simulation.world.chance import pick
from simulation.world.places import DISTRICT_NAMES
from simulation.world.targets import published
from simulation.world.values import Row
from simulation.world.world import World

REVIEWED = {2022: 31, 2023: published()["review.documents"].count}
NOT_YET_REVIEWED = 2
CARRIED_FROM_2022 = 1
DOCUMENT_KINDS = ("管理办法", "实施细则", "工作规定", "若干措施")
DOCUMENT_SUBJECTS = ("市政设施", "农村宅基地", "网约车", "公共租赁住房", "校外培训", "餐饮油烟", "政务数据", "古树名木")
RESULTS = (("未发现问题", 0.86), ("提出审查意见", 0.95), ("已修改或废止", 1.0))


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The register of a year in January."""
    habits = Habits(
        title=f"{year}年备案审查台账", date_forms=("compact", "cell"), footnotes=(f"审核人{FULL_COLON}经办人06",)
    )
    path = f"record_reviews/{year}/{year}年备案审查台账.xlsx"
    sheet = Sheet("record_reviews", rows(world, year), habits)
    yield HandedFile(path, str(year), beijing(year + 1, 1, 10, 10, 10), [sheet])


def rows(world: World, year: int) -> list[Row]:
    """Documents on the register of a year; one of late 2022 is reviewed in 2023, the last two are not yet reviewed."""
    rng = world.stream("record_reviews", year)
    received_in_the_year = REVIEWED[year] + NOT_YET_REVIEWED - (CARRIED_FROM_2022 if year == 2023 else 0)
    first = date(year, 1, 6)
    days = sorted(first + timedelta(days=rng.randrange(300)) for _ in range(received_in_the_year - NOT_YET_REVIEWED))
    days += [date(year, 12, 13), date(year, 12, 20)]
    reviews = [_review(year, n, day, rng) for n, day in enumerate(days, start=1)]
    for row in reviews[-NOT_YET_REVIEWED:]:
        row |= {"reviewed_on": None, "result": None}
    if year == 2022:
        reviews[-1] |= _carried_over()
    if year == 2023:
        reviews.insert(0, _carried_over() | {"reviewed_on": date(2023, 2, 9), "result": "未发现问题"})
    return [*reviews]


def _carried_over() -> dict[str, str | date | None]:
    """The document received in December 2022 that is reviewed in the next year."""
    return {
        "review_no": "BA2022-900",
        "title": "广州市供水设施移交管理办法",
        "issuer": "市人民政府",
        "received_on": date(2022, 12, 21),
        "reviewed_on": None,
        "result": None,
    }


def _review(year: int, n: int, received_on: date, rng: random.Random) -> dict[str, str | date | None]:
    district = pick(rng, sorted(DISTRICT_NAMES.values()))
    issuer = "市人民政府" if rng.random() < 0.6 else f"{district}人大常委会"
    place = "广州市" if issuer == "市人民政府" else f"广州市{district}"
    drawn = rng.random()
    return {
        "review_no": f"BA{year}-{n:03d}",
        "title": f"{place}{pick(rng, DOCUMENT_SUBJECTS)}{pick(rng, DOCUMENT_KINDS)}",
        "issuer": issuer,
        "received_on": received_on,
        "reviewed_on": received_on + timedelta(days=10 + rng.randrange(40)),
        "result": next(name for name, bound in RESULTS if drawn < bound),
    }
