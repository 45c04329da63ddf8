"""Bills and what became of them, from the day they were taken up to the law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from simulation.world.laws import LAWS, law_no
from simulation.world.meetings import COMMITTEE_LENGTH, committee_day

DAYS_TO_APPROVAL, DAYS_TO_PROMULGATION = 56, 8
PROPOSED_BEFORE_FIRST = 70
LAWS_IN_FORCE = {
    title: (law_no(year, number), promulgated_on)
    for year, laws in LAWS.items()
    for number, (title, promulgated_on) in enumerate(laws, start=1)
}


@dataclass(frozen=True)
class Bill:
    """One bill: its deliberations as (year, meeting of the Standing Committee from 0), and how it ended.

    ``earlier`` are deliberations before the first year of the world. A bill that passes does so at its last
    deliberation; it is promulgated when the checklist of published laws says so.
    """

    title: str
    deliberations: tuple[tuple[int, int], ...]
    kind: str = "制定"
    passes: bool = True
    earlier: tuple[date, ...] = ()
    proposed_on: date | None = None
    withdrawn_on: date | None = None

    @property
    def deliberated_on(self) -> list[date]:
        """The days of the deliberations."""
        return [*self.earlier, *(committee_day(*meeting) for meeting in self.deliberations)]

    @property
    def started_on(self) -> date:
        """The day it was taken up."""
        if self.proposed_on:
            return self.proposed_on
        return self.deliberated_on[0] - timedelta(days=PROPOSED_BEFORE_FIRST)

    @property
    def passed_on(self) -> date | None:
        """The last day of the meeting that passed it."""
        return self.deliberated_on[-1] + timedelta(days=COMMITTEE_LENGTH - 1) if self.passes else None

    @property
    def approved_on(self) -> date | None:
        """The day the provincial Standing Committee approved it."""
        if self.promulgated_on:
            return self.promulgated_on - timedelta(days=DAYS_TO_PROMULGATION)
        return self.passed_on + timedelta(days=DAYS_TO_APPROVAL) if self.passed_on else None

    @property
    def promulgated_on(self) -> date | None:
        """The day it was promulgated."""
        return LAWS_IN_FORCE[self.title][1] if self.title in LAWS_IN_FORCE else None

    @property
    def law_no(self) -> str | None:
        """The number of the law that it became."""
        return LAWS_IN_FORCE[self.title][0] if self.title in LAWS_IN_FORCE else None


# The ten laws that the report of 2023 names, two of them passed at the end of 2022; how they went is assumed.
NAMED_LAWS = (
    Bill("广州市支持民营经济发展条例", ((2022, 5), (2023, 0))),
    Bill("广州市消防规定", ((2022, 3), (2022, 6)), "修订"),
    Bill("广州市传统风貌建筑保护规定", ((2022, 4), (2022, 6))),
    Bill("广州市城市快递条例", ((2022, 6), (2023, 1))),
    Bill("广州市青年创新创业促进条例", ((2023, 0), (2023, 2))),
    Bill("广州市野生动物放生管理规定", ((2023, 1), (2023, 3))),
    Bill("广州市公共场所外语标识管理规定", ((2022, 6), (2023, 4))),
    Bill("广州市公共休闲场地安全管理规定", ((2023, 2), (2023, 4))),
    Bill("广州市城市轨道交通管理条例", ((2023, 1), (2023, 3), (2023, 5)), "修订"),
    Bill("广州市城中村改造条例", ((2022, 6), (2023, 2), (2023, 6))),
)
LAWS_OF_2022 = (
    Bill("广州市养老服务条例", (), earlier=(date(2021, 8, 25), date(2021, 10, 27))),
    Bill("广州市生活垃圾分类管理条例", (), "修改", earlier=(date(2021, 12, 28),)),
    Bill("广州市数字经济促进条例", ((2022, 0),), earlier=(date(2021, 10, 27),)),
    Bill("广州市反餐饮浪费条例", ((2022, 0),), earlier=(date(2021, 12, 28),)),
    Bill("广州市幸福社区促进条例", ((2022, 0), (2022, 1))),
    Bill("广州市知识产权保护条例", ((2022, 0), (2022, 2))),
    Bill("广州市优化营商环境条例", ((2022, 1), (2022, 3)), "修订"),
    Bill("广州市绿化条例", ((2022, 2), (2022, 4)), "修改"),
)
OTHER_BILLS = (
    Bill("广州市公园管理条例", ((2022, 5), (2023, 7)), "修改"),
    Bill("广州市停车场管理条例", ((2023, 4), (2023, 7)), "修订"),
    Bill("广州市湿地保护规定", ((2023, 5), (2023, 8))),
    Bill("广州市供水用水条例", ((2023, 6), (2023, 8)), "修订"),
    Bill("广州市物业管理条例", ((2023, 5), (2023, 7)), passes=False),
    Bill("广州市户外广告管理规定", ((2023, 4),), passes=False, withdrawn_on=date(2023, 9, 20)),
    Bill("广州市医疗设施规划规定", ((2023, 6),), passes=False),
    Bill("广州市历史文化名城保护条例", ((2023, 7),), "修订", passes=False),
    Bill("广州市会展业管理规定", ((2023, 7),), "废止", passes=False),
    Bill("广州市检验检测促进规定", ((2023, 8),), passes=False),
    Bill("广州市职业教育促进条例", ((2023, 8),), passes=False),
    Bill("广州市电梯安全条例", (), passes=False, proposed_on=date(2023, 10, 9)),
    Bill("广州市中医药条例", (), passes=False, proposed_on=date(2023, 11, 6)),
    Bill("广州市农村房屋管理规定", (), passes=False, proposed_on=date(2023, 12, 4)),
)
BILLS = (*LAWS_OF_2022, *NAMED_LAWS, *OTHER_BILLS)


def bill_no(bill: Bill) -> str:
    """The number of a bill: the year it was taken up, and its place in the list."""
    return f"FA{bill.started_on.year}-{BILLS.index(bill) + 1:02d}"


def bills_of(year: int) -> list[Bill]:
    """The bills on the register of a year: taken up by its end, and not at an end before it began."""
    ends = {bill.title: bill.withdrawn_on or bill.promulgated_on or date.max for bill in BILLS}
    return [b for b in BILLS if b.started_on.year <= year <= ends[b.title].year]


def deliberated_in(year: int) -> list[Bill]:
    """The bills with a deliberation in a year."""
    return [b for b in BILLS if any(day.year == year for day in b.deliberated_on)]


def open_on(day: date) -> list[str]:
    """The numbers of the bills on which opinions are sought on a day: taken up, not yet passed or withdrawn."""
    ends = [(b, b.withdrawn_on or b.passed_on or date.max) for b in BILLS]
    return [bill_no(bill) for bill, end in ends if bill.started_on <= day <= end]
