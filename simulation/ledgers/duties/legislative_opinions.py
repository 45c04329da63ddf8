"""Opinions on bills, of deputies and of the public, by quarter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import CORRECTED
from simulation.world.bills import open_on
from simulation.world.calendar import beijing, on_a_weekday
from simulation.world.chance import exactly, pick, split
from simulation.world.deputies import deputy_no
from simulation.world.values import Row
from simulation.world.world import World

DEPUTY_OPINIONS = {2022: 3_180, 2023: 30_412}
PUBLIC_OPINIONS = {2022: 270, 2023: 588}
DAYS_OF_A_QUARTER = 88
QUARTER_WEIGHTS = (0.27, 0.31, 0.28, 0.14)
CORRECTED_QUARTER = 4
WITHOUT_DECISION_SHARE = 0.04
PLACES_IN_A_BILL = ("总则", "第六条", "第十一条", "第十八条", "第二十三条", "法律责任", "附则")
WISHES = ("明确责任主体", "细化标准", "增加激励措施", "与上位法衔接", "简化程序", "加强监督", "文字再斟酌")
DEPUTY_CHANNELS, PUBLIC_CHANNELS = ("联络站", "联络站", "座谈会", "书面"), ("联系点", "网上", "网上")


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The opinions of each quarter; what was wrong or missing in the last quarter of 2023 came again."""
    for quarter in range(1, 5):
        rows: list[Row] = list(opinions(world, year, quarter))
        habits = Habits(date_forms=("iso", "slash") if quarter % 2 else ("iso",), header_choice=2023 - year)
        path, period = f"legislative_opinions/{year}/立法意见_{year}Q{quarter}", f"{year}Q{quarter}"
        received_at = on_a_weekday(beijing(year + quarter // 4, quarter * 3 % 12 + 1, 10, 15, 30 + quarter))
        if (year, quarter) == (2023, CORRECTED_QUARTER):
            first = [Sheet("legislative_opinions", first_version(rows), habits)]
            yield HandedFile(f"{path}.csv", period, received_at, first)
            path += f"-{CORRECTED}"
            received_at += timedelta(days=12, hours=2)
            rows = rows_to_mend(rows, first[0].rows)
        yield HandedFile(f"{path}.csv", period, received_at, [Sheet("legislative_opinions", rows, habits)])


def opinions(world: World, year: int, quarter: int) -> Iterator[Row]:
    """The opinions of a quarter by day, of deputies and of the public, on bills of the year."""
    rng = world.stream("legislative_opinions", year, quarter)
    deputies = world.deputies.holders("3", date(year, 1, 1), date(year, 12, 31))
    parts = [
        [part * world.scale for part in split(total[year], QUARTER_WEIGHTS)]
        for total in (DEPUTY_OPINIONS, PUBLIC_OPINIONS)
    ]
    of_deputies, of_public = (part[quarter - 1] for part in parts)
    serial = sum(sum(part[: quarter - 1]) for part in parts)
    count = of_deputies + of_public
    first = date(year, quarter * 3 - 2, 1)
    open_bills = [open_on(first + timedelta(days=day)) for day in range(DAYS_OF_A_QUARTER)]
    days = sorted(int(rng.random() * DAYS_OF_A_QUARTER) for _ in range(count))
    for day, is_deputy in zip(days, exactly(rng, of_deputies, count), strict=True):
        serial += 1
        is_decided = rng.random() >= WITHOUT_DECISION_SHARE
        yield {
            "opinion_no": f"LY{year}{serial:06d}",
            "bill_no": pick(rng, open_bills[day]),
            "proposer_kind": "代表" if is_deputy else "公众",
            "deputy_no": deputy_no(pick(rng, deputies)) if is_deputy else None,
            "channel": pick(rng, DEPUTY_CHANNELS if is_deputy else PUBLIC_CHANNELS),
            "submitted_on": first + timedelta(days=day),
            "opinion_text": f"{pick(rng, PLACES_IN_A_BILL)}{pick(rng, WISHES)}",
            "is_adopted": rng.random() < 0.31 if is_decided else None,
        }


def first_version(opinions: Sequence[Row]) -> list[Row]:
    """What a quarter said before it was handed in again: the last ten rows missing, some taken for the public's."""
    wrong = {"proposer_kind": "公众", "deputy_no": None, "channel": "网上"}
    return [{**row, **wrong} if n % 250 == 7 else row for n, row in enumerate(opinions[:-10])]


def rows_to_mend(opinions: Sequence[Row], first: Sequence[Row]) -> list[Row]:
    """The opinions that the first version lacks or has wrong."""
    handed_in = {row["opinion_no"]: row for row in first}
    return [row for row in opinions if handed_in.get(row["opinion_no"]) != row]
