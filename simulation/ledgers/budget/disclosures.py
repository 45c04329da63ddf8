"""The disclosure ledger: what was published, when it was approved, and where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.world.calendar import beijing
from simulation.world.projects import IT_OPERATIONS
from simulation.world.values import Row
from simulation.world.world import World

PORTALS = ("市政府门户网站", "市人大常委会门户网站")
MONITORED = (IT_OPERATIONS, "人大会议经费", "其他运行经费")
AT_THE_BOUND = "代表履职保障经费"
OFFICE_COSTS = "机关运行经费说明"
BUDGET_CONTENTS = (
    "部门概况", "收支总表", "财政拨款收支总表", "一般公共预算支出表", "基本支出表", "项目支出表", "三公经费表",
    OFFICE_COSTS, "政府采购说明", "预算绩效情况", "名词解释",
)  # fmt: skip
ACCOUNTS_CONTENTS = (
    "部门概况", "收入支出决算总表", "财政拨款收入支出决算总表", "一般公共预算支出决算表", "基本支出决算表",
    "三公经费决算表", OFFICE_COSTS, "政府采购支出说明", "绩效自评情况", "名词解释",
)  # fmt: skip
APPROVED_ON = {2022: (date(2022, 2, 8), date(2022, 8, 25)), 2023: (date(2023, 2, 7), date(2023, 8, 22))}


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The ledger at the end of the year."""
    habits = Habits(title=f"{year}年信息公开台账", date_forms=("chinese", "cell"))
    path = f"disclosures/{year}/{year}年信息公开台账.xlsx"
    yield HandedFile(path, str(year), beijing(year, 12, 28, 16, 30), [Sheet("disclosures", rows(year), habits)])


def rows(year: int) -> list[Row]:
    """The year's budget and targets, the final accounts and self-evaluations of the year before.

    In 2023 the city's portal has the budget on the twentieth day, in 2022 the final accounts on the twenty-first. In 2022
    the budget says nothing of the running costs of the office, and the project of exactly five million was overlooked.
    """
    budget_on, accounts_on = APPROVED_ON[year]
    listed = [c for c in BUDGET_CONTENTS if year > 2022 or c != OFFICE_COSTS]
    evaluated = MONITORED if year == 2022 else (*MONITORED, AT_THE_BOUND)
    days = {"部门预算": (20, 9), "部门决算": (15, 14)} | (
        {"部门预算": (10, 9), "部门决算": (21, 14)} if year == 2022 else {}
    )
    documents: list[tuple[str, str, int, date, tuple[int, ...], str]] = [
        (f"{year}年部门预算", "部门预算", year, budget_on, days["部门预算"], "、".join(listed)),
        (f"{year - 1}年部门决算", "部门决算", year - 1, accounts_on, days["部门决算"], "、".join(ACCOUNTS_CONTENTS)),
        (f"{year}年部门整体绩效目标", "绩效目标", year, budget_on, (10, 9), "整体绩效目标表"),
        (f"{year - 1}年部门整体绩效自评报告", "绩效自评结果", year - 1, accounts_on, (18, 17), "自评报告、评分表"),
    ]
    documents += [(f"{name}绩效目标", "绩效目标", year, budget_on, (10,), "绩效目标表") for name in MONITORED]
    documents += [(f"{name}绩效自评表", "绩效自评结果", year - 1, accounts_on, (18,), "自评表") for name in evaluated]
    placed = [
        (document, portal, after)
        for document in documents
        for portal, after in zip(PORTALS[-len(document[4]) :], document[4], strict=True)
    ]
    return [
        {
            "disclosure_no": f"GK{year}{n:03d}",
            "title": title,
            "document_kind": kind,
            "document_year": document_year,
            "approved_on": approved_on,
            "published_on": approved_on + timedelta(days=after),
            "platform": portal,
            "url": f"https://www.example.invalid/xxgk/{year}/{n:03d}.html",
            "contents": contents,
            "is_secret": False,
        }
        for n, ((title, kind, document_year, approved_on, _, contents), portal, after) in enumerate(placed, start=1)
    ]
