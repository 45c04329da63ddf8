"""The disclosure ledger: what was published, when it was approved, and where."""

from __future__ import annotations

from datetime import date, timedelta

from simulation.handed_in import Row
from simulation.projects import IT_OPERATIONS

PORTALS = ("市政府门户网站", "市人大常委会门户网站")
MONITORED = (IT_OPERATIONS, "人大会议经费", "其他运行经费")
BUDGET_CONTENTS = "部门概况、收支总表、财政拨款收支表、一般公共预算支出表、三公经费表、预算绩效情况、名词解释"
ACCOUNTS_CONTENTS = "部门概况、收支决算总表、财政拨款收支决算表、三公经费决算表、绩效自评情况、名词解释"


def register(year: int) -> list[Row]:
    """Fourteen rows: the year's budget and targets, the final accounts and self-evaluation of the year before."""
    budget_on, accounts_on = date(year, 2, 6), date(year, 8, 21)
    documents: list[tuple[str, str, int, date, int, tuple[str, ...], str]] = [
        (f"{year}年部门预算", "部门预算", year, budget_on, 9, PORTALS, BUDGET_CONTENTS),
        (f"{year - 1}年部门决算", "部门决算", year - 1, accounts_on, 14, PORTALS, ACCOUNTS_CONTENTS),
        (f"{year}年部门整体绩效目标", "绩效目标", year, budget_on, 9, PORTALS, "整体绩效目标表"),
        (f"{year - 1}年部门整体绩效自评报告", "绩效自评结果", year - 1, accounts_on, 17, PORTALS, "自评报告、评分表"),
    ]
    own = PORTALS[1:]
    documents += [(f"{name}绩效目标", "绩效目标", year, budget_on, 10, own, "绩效目标表") for name in MONITORED]
    documents += [(f"{name}绩效自评表", "绩效自评结果", year - 1, accounts_on, 18, own, "自评表") for name in MONITORED]
    placed = [(document, portal) for document in documents for portal in document[5]]
    return [
        {
            "disclosure_no": f"GK{year}{n:03d}",
            "title": title,
            "document_kind": kind,
            "document_year": document_year,
            "approved_on": approved_on,
            "published_on": approved_on + timedelta(days=days + (portal == PORTALS[0])),
            "platform": portal,
            "url": f"https://www.example.invalid/xxgk/{year}/{n:03d}.html",
            "contents": contents,
            "is_secret": False,
        }
        for n, ((title, kind, document_year, approved_on, days, _, contents), portal) in enumerate(placed, start=1)
    ]
