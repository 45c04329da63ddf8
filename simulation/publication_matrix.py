"""The checklist of published laws: when each document of a law appeared in each medium."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from simulation.allocate import stream
from simulation.handed_in import Habits, HandedFile, Row, Sheet, beijing

if TYPE_CHECKING:
    from simulation.office import Office

LEDGER = "publication_matrix"
DOCUMENTS = ("文本", "草案说明", "审议结果报告")
MEDIA = ("常委会公报", "中国人大网", "市人大网站", "广州日报")
LATEST_DAY = 15
LAWS: dict[int, tuple[tuple[str, date], ...]] = {
    2022: (
        ("广州市养老服务条例", date(2022, 1, 20)),
        ("广州市生活垃圾分类管理条例", date(2022, 3, 11)),
        ("广州市数字经济促进条例", date(2022, 4, 6)),
        ("广州市反餐饮浪费条例", date(2022, 5, 27)),
        ("广州市幸福社区促进条例", date(2022, 7, 8)),
        ("广州市知识产权保护条例", date(2022, 8, 26)),
        ("广州市优化营商环境条例", date(2022, 10, 14)),
        ("广州市绿化条例", date(2022, 12, 2)),
    ),
    2023: (
        ("广州市支持民营经济发展条例", date(2023, 2, 24)),
        ("广州市消防规定", date(2023, 3, 10)),
        ("广州市传统风貌建筑保护规定", date(2023, 4, 14)),
        ("广州市城市快递条例", date(2023, 5, 12)),
        ("广州市青年创新创业促进条例", date(2023, 6, 9)),
        ("广州市野生动物放生管理规定", date(2023, 7, 21)),
        ("广州市公共场所外语标识管理规定", date(2023, 8, 25)),
        ("广州市公共休闲场地安全管理规定", date(2023, 9, 22)),
        ("广州市城市轨道交通管理条例", date(2023, 10, 20)),
        ("广州市城中村改造条例", date(2023, 12, 8)),
    ),
}
"""The ten laws that the 2023 report names; the laws of 2022 and all dates are assumed."""
NOT_PUBLISHED = {(2022, 6, "审议结果报告", "广州日报")}


def law_no(year: int, number: int) -> str:
    """The number of a law: the n-th promulgated in a year."""
    return f"FG{year}{number:03d}"


def checklist(year: int, rng: random.Random) -> list[Row]:
    """A row for each law, document and medium; one cell of 2022 stays empty."""
    rows: list[Row] = []
    for number, (title, promulgated_on) in enumerate(LAWS[year], start=1):
        for document in DOCUMENTS:
            for medium in MEDIA:
                days = rng.randrange(1, LATEST_DAY + 1)
                is_empty = (year, number, document, medium) in NOT_PUBLISHED
                rows.append(
                    {
                        "law_no": law_no(year, number),
                        "law_title": title,
                        "promulgated_on": promulgated_on,
                        "document": document,
                        "medium": medium,
                        "published_on": None if is_empty else promulgated_on + timedelta(days=days),
                    }
                )
    return rows


def files(office: Office, year: int) -> Iterator[HandedFile]:
    """The checklist of a year, kept by the legislative commission."""
    habits = Habits(
        title=f"{year}年地方性法规公开核查表",
        date_forms=("cell", "dot"),
        footnotes=("说明\uff1a空白为未公开。",),
    )
    sheet = Sheet(LEDGER, checklist(year, stream(office.seed, LEDGER, year)), habits)
    yield HandedFile(f"{LEDGER}/{year}/{year}年法规公开核查表.xlsx", str(year), beijing(year + 1, 1, 8, 9, 35), [sheet])
