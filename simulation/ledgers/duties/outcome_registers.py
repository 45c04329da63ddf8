"""Registers of what came of supervision: hospitals that treat snakebites, and a care centre."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.world.calendar import beijing, known_in
from simulation.world.inspections import SNAKEBITE_INSPECTION
from simulation.world.values import Row
from simulation.world.world import World

SNAKEBITE_REGISTER = "蛇伤救治定点医院"
DISTRICT_HOSPITALS = (
    ("440103", "荔湾区"), ("440105", "海珠区"), ("440106", "天河区"), ("440111", "白云区"), ("440112", "黄埔区"),
    ("440113", "番禺区"), ("440114", "花都区"), ("440115", "南沙区"), ("440118", "增城区"),
)  # fmt: skip


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The registers in January, as known at the end of the year."""
    habits = Habits(title="监督成效登记表", date_forms=("dot", "cell", "chinese"), header_choice=2023 - year)
    path = f"outcome_registers/{year}/{year}年成效登记.xlsx"
    sheet = Sheet("outcome_registers", rows(year), habits)
    yield HandedFile(path, str(year), beijing(year + 1, 1, 9, 14, 22), [sheet])


def rows(year: int) -> list[Row]:
    """The registered items known at the end of a year.

    One hospital stopped in 2023 and another of its district took its place; one stopped long before the inspection; one
    of 2023 is registered under the code of a district that was abolished in 2014.
    """
    since, inspection = date(2023, 3, 1), SNAKEBITE_INSPECTION
    hospitals: list[tuple[str, str, date, date | None]] = [
        ("440104", "模拟越秀区第一医院", date(2015, 6, 1), date(2023, 11, 30)),
        ("440117", "模拟从化区中心医院", date(2017, 5, 2), None),
        ("440116", "模拟萝岗区医院", date(2009, 5, 4), date(2014, 12, 31)),
    ]
    hospitals += [
        (code, f"模拟{name}人民医院", since + timedelta(days=17 * n), None)
        for n, (code, name) in enumerate(DISTRICT_HOSPITALS)
    ]
    hospitals += [
        ("440104", "模拟越秀区第二医院", date(2023, 12, 1), None),
        ("440116", "模拟开发区医院", date(2023, 7, 3), None),
    ]
    entries = [(SNAKEBITE_REGISTER, f"YY{n:03d}", *h, inspection) for n, h in enumerate(hospitals, start=1)]
    registered: list[Row] = [
        {
            "register_name": register,
            "item_no": number,
            "item_name": name,
            "district_code": district,
            "inspected_on": inspected,
            "in_force_from": begins,
            "in_force_to": known_in(ends, year),
        }
        for register, number, district, name, begins, ends, inspected in entries
        if begins.year <= year
    ]
    registered.append(
        {
            "register_name": "社区养老综合服务中心",
            "item_no": "YL001",
            "item_name": "模拟天河区社区养老综合服务中心",
            "district_code": "440106",
            "inspected_on": None,
            "in_force_from": date(2021, 10, 8),
            "in_force_to": None,
        }
    )
    return registered
