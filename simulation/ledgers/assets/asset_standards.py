"""The standards that offices are equipped by: how many a head, at which price, for how long; the same each year."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_COLON
from simulation.world.asset_kinds import DESKTOP, LAPTOP, OFFICE_SPACE
from simulation.world.calendar import beijing
from simulation.world.values import Row, yuan
from simulation.world.world import World

MANUAL = "党政机关办公用房建设标准(发改投资〔2014〕2674号);人均数为设定值"
EQUIPMENT = "财资〔2016〕27号"
EARLIER_RULE = "财行〔2011〕78号(已停用);设定值"
STANDARDS: tuple[tuple[str, str | None, int | None, int | None, int, int | None, str], ...] = (
    (DESKTOP, "1", 600_000, 5, 2011, 2015, EARLIER_RULE),
    (DESKTOP, "1", 500_000, 6, 2016, None, EQUIPMENT),
    (LAPTOP, "0.5", 1_400_000, 5, 2011, 2015, EARLIER_RULE),
    (LAPTOP, "0.5", 700_000, 6, 2016, None, EQUIPMENT),
    ("打印机", None, 120_000, 6, 2016, None, EQUIPMENT),
    ("多功能一体机", None, 300_000, 6, 2016, None, EQUIPMENT),
    ("复印机", None, 3_500_000, 6, 2016, None, EQUIPMENT),
    ("扫描仪", None, 400_000, 6, 2016, None, EQUIPMENT),
    ("碎纸机", None, 100_000, 6, 2016, None, EQUIPMENT),
    ("投影仪", None, 1_000_000, 6, 2016, None, EQUIPMENT),
    ("空调机", None, None, 10, 2016, None, f"{EQUIPMENT};年限为设定值"),
    ("轿车", None, 18_000_000, 8, 2014, None, "党政机关公务用车管理办法"),
    ("办公桌", "1", 300_000, 15, 2016, None, EQUIPMENT),
    ("办公椅", "1", 80_000, 15, 2016, None, EQUIPMENT),
    ("会议桌", None, None, 15, 2016, None, f"{EQUIPMENT};按平方米限价,此处不设单价"),
    ("会议椅", None, 80_000, 15, 2016, None, EQUIPMENT),
    ("三人沙发", None, 300_000, 15, 2016, None, EQUIPMENT),
    ("单人沙发", None, 150_000, 15, 2016, None, EQUIPMENT),
    ("文件柜", None, 100_000, 20, 2016, None, EQUIPMENT),
    (OFFICE_SPACE, None, None, None, 2014, None, MANUAL),
)
AREA_PER_HEAD_SQM = "24"


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The standards in January of the year."""
    habits = Habits(title=f"{year}年通用资产配置标准", has_unit_row=True, footnotes=(f"说明{FULL_COLON}空白为不限。",))
    path = f"asset_standards/{year}/资产配置标准{year}.xlsx"
    yield HandedFile(path, str(year), beijing(year, 1, 12, 10, 0), [Sheet("asset_standards", rows(), habits)])


def rows() -> list[Row]:
    """The rows of the standards, the same each year."""
    return [
        {
            "item_kind": name,
            "quantity_per_head": None if per_head is None else Decimal(per_head),
            "price_limit_yuan": None if price_fen is None else yuan(price_fen),
            "minimum_life_years": years,
            "area_per_head_sqm": Decimal(AREA_PER_HEAD_SQM) if name == OFFICE_SPACE else None,
            "valid_from_year": since,
            "valid_to_year": until,
            "basis": basis,
        }
        for name, per_head, price_fen, years, since, until, basis in STANDARDS
    ]
