"""What the office owns by kind: how many of each, their prices, how long they last, and its buildings."""

from __future__ import annotations

from dataclasses import dataclass

BUILDINGS, GENERAL, SPECIAL, RELICS, BOOKS, FURNITURE, INTANGIBLE = "1", "2", "3", "4", "5", "6", "7"
OFFICE_SPACE = "办公用房"
DESKTOP, LAPTOP = "台式计算机", "便携式计算机"


@dataclass(frozen=True)
class Kind:
    """A kind of asset; ``codes`` are those of the 2010 and of the 2022 edition of GB/T 14885.

    ``counts``: owned through both years, bought in 2022 and in 2023, disposed of in 2022 and in 2023.
    """

    name: str
    asset_class: str
    codes: tuple[str, str]
    counts: tuple[int, int, int, int, int]
    price_yuan: tuple[int, int]
    life_years: int | None
    models: tuple[str, ...]


def _kind(
    name: str, asset_class: str, codes: str, counts: str, price: str, life_years: int | None, models: str
) -> Kind:
    old, new = codes.split()
    kept, bought_2022, bought_2023, gone_2022, gone_2023 = map(int, counts.split())
    low, high = map(int, price.split())
    counted = (kept, bought_2022, bought_2023, gone_2022, gone_2023)
    return Kind(name, asset_class, (old, new), counted, (low, high), life_years, tuple(models.split()))


KINDS = (
    _kind(DESKTOP, GENERAL, "2010104 A02010105", "180 25 35 10 24", "3900 4950", 6, "长城TN140 同方超越E500 联想M630Z"),
    _kind(LAPTOP, GENERAL, "2010105 A02010108", "80 12 18 4 8", "5600 6950", 6, "同方超锐L860 联想N80Z"),
    _kind("服务器", GENERAL, "2010103 A02010104", "42 4 6 0 2", "52000 98000", 6, "浪潮NF5280 华为2280"),
    _kind("网络设备", GENERAL, "2010202 A02010202", "110 6 10 0 0", "6000 32000", 6, "华为S5735 锐捷RG-S5310"),
    _kind("打印机", GENERAL, "2010601 A02021003", "150 10 15 3 8", "800 1200", 6, "奔图P3305 联想LJ2405"),
    _kind("多功能一体机", GENERAL, "2020400 A02020400", "60 5 8 1 3", "1900 3000", 6, "奔图M7160 兄弟7190"),
    _kind("复印机", GENERAL, "2020100 A02020100", "20 1 2 0 1", "21000 34000", 6, "震旦AD369 理光2014"),
    _kind("扫描仪", GENERAL, "2010609 A02021118", "45 2 4 0 1", "2600 3900", 6, "紫光Q2240 中晶D1200"),
    _kind("碎纸机", GENERAL, "2021101 A02021301", "90 4 6 1 2", "500 980", 6, "三木SD9331 得力9911"),
    _kind("投影仪", GENERAL, "2020200 A02020200", "24 1 2 0 1", "5200 9800", 6, "鸿合HT-W88 爱普生CB"),
    _kind("空调机", GENERAL, "2061804 A02061804", "300 10 16 2 4", "3200 8600", 10, "格力KFR-35 美的KFR-72"),
    _kind("轿车", GENERAL, "2030501 A02030501", "16 0 0 0 0", "158000 179800", 8, "传祺GA6 比亚迪秦"),
    _kind(
        "会议系统设备", SPECIAL, "3700900 A02091200", "150 2 5 0 1", "9000 41000", 10, "表决终端 扩声主机 同传译员机"
    ),
    _kind("陈列品", RELICS, "4020000 A03020000", "24 0 0 0 0", "8000 60000", None, "木雕 书画 广彩瓷"),
    _kind("图书", BOOKS, "5010000 A04010100", "60 16 6 0 0", "3000 12000", None, "法律汇编 地方志 年鉴"),
    _kind("办公桌", FURNITURE, "6020101 A05010201", "245 4 6 1 2", "1400 2900", 15, "1.6米 1.8米"),
    _kind("办公椅", FURNITURE, "6030101 A05010301", "250 4 6 1 2", "380 790", 15, "网布 皮面"),
    _kind("会议桌", FURNITURE, "6020102 A05010202", "60 0 1 0 0", "3000 16000", 15, "4米 6米"),
    _kind("会议椅", FURNITURE, "6030103 A05010303", "1091 20 30 0 0", "420 790", 15, "布面 皮面"),
    _kind("三人沙发", FURNITURE, "6040101 A05010401", "120 0 2 0 0", "1900 2950", 15, "皮面 布面"),
    _kind("单人沙发", FURNITURE, "6040102 A05010402", "178 1 2 0 0", "900 1480", 15, "皮面 布面"),
    _kind("文件柜", FURNITURE, "6050202 A05010502", "420 8 12 1 1", "700 990", 15, "五节 对开门"),
    _kind("应用软件", INTANGIBLE, "7990100 A08060303", "40 3 10 0 0", "90000 310000", 10, "定制 标准版"),
)
BUILDING_CARDS = (
    ("主楼", OFFICE_SPACE, "1010201 A01010100", 13_500_000_000, "4950.00", (1998, 6)),
    ("东附楼", OFFICE_SPACE, "1010201 A01010100", 1_620_000_000, "1180.50", (2006, 9)),
    ("会议中心", "其他房屋", "1019900 A01019900", 4_200_000_000, "6230.00", (2006, 9)),
    ("西附楼", "其他房屋", "1019900 A01019900", 900_000_000, "860.00", (2001, 11)),
    ("旧车库", "其他房屋", "1019900 A01019900", 510_000_000, "640.00", (1998, 6)),
)
LEASED_BUILDING, IDLE_BUILDING = "西附楼", "旧车库"
BUILDING_LIFE_YEARS = 50
