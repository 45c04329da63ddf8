"""Bills and what became of them, opinions on them, and the contact points that collect opinions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from simulation.allocate import exactly, pick, split
from simulation.deputies import deputy_no
from simulation.handed_in import Row
from simulation.meetings import COMMITTEE_LENGTH, committee_day
from simulation.places import DISTRICT_NAMES, streets
from simulation.publication_matrix import LAWS, law_no
from simulation.targets import published

GOVERNMENT, COMMITTEES = "市人民政府", ("法制委员会", "经济委员会", "社会建设委员会", "教育科学文化卫生委员会")
DAYS_TO_APPROVAL, DAYS_TO_PROMULGATION = 56, 8
PROPOSED_BEFORE_FIRST = 70

DEPUTY_OPINIONS = {2022: 3_180, 2023: 30_412}
PUBLIC_OPINIONS = {2022: 270, 2023: 588}
DAYS_OF_A_QUARTER = 88
QUARTER_WEIGHTS = (0.27, 0.31, 0.28, 0.14)
CORRECTED_QUARTER = 4
WITHOUT_DECISION_SHARE = 0.04
PLACES_IN_A_BILL = ("总则", "第六条", "第十一条", "第十八条", "第二十三条", "法律责任", "附则")
WISHES = ("明确责任主体", "细化标准", "增加激励措施", "与上位法衔接", "简化程序", "加强监督", "文字再斟酌")
DEPUTY_CHANNELS, PUBLIC_CHANNELS = ("联络站", "联络站", "座谈会", "书面"), ("联系点", "网上", "网上")

POINTS_BEFORE, POINTS_2022 = 25, 9
CLOSED_POINTS = {7: date(2022, 11, 3), 12: date(2023, 8, 18)}


LAWS_IN_FORCE = {
    title: (law_no(year, number), promulgated_on)
    for year, laws in LAWS.items()
    for number, (title, promulgated_on) in enumerate(laws, start=1)
}


@dataclass(frozen=True)
class Bill:
    """One bill: its deliberations as (year, meeting of the Standing Committee from 0), and how it ended.

    ``earlier`` are deliberations before the first year of the office. A bill that passes does so at its last
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


def _known(day: date | None, year: int) -> date | None:
    return day if day and day.year <= year else None


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


def bill_rows(year: int) -> list[Row]:
    """The register as known at the end of the year."""
    rows: list[Row] = []
    for n, bill in enumerate(bills_of(year)):
        days = [_known(day, year) for day in bill.deliberated_on]
        days += [None] * (3 - len(days))
        passed, approved = _known(bill.passed_on, year), _known(bill.approved_on, year)
        promulgated, withdrawn = _known(bill.promulgated_on, year), _known(bill.withdrawn_on, year)
        reached = (
            (withdrawn, "已撤回"), (promulgated, "已公布"), (approved, "已批准"), (passed, "已通过"), (days[0], "审议中"),
        )  # fmt: skip
        rows.append(
            {
                "bill_no": bill_no(bill),
                "title": bill.title,
                "bill_kind": bill.kind,
                "proposer": COMMITTEES[n % len(COMMITTEES)] if n % 3 == 2 else GOVERNMENT,
                "stage": next((stage for day, stage in reached if day), "立项"),
                "proposed_on": bill.started_on,
                "first_deliberated_on": days[0],
                "second_deliberated_on": days[1],
                "third_deliberated_on": days[2],
                "passed_on": passed,
                "approved_on": approved,
                "promulgated_on": promulgated,
                "law_no": bill.law_no if promulgated else None,
                "withdrawn_on": withdrawn,
            }
        )
    return rows


def make_opinions(
    year: int, quarter: int, deputies: Sequence[int], scale: int, rng: random.Random
) -> Iterator[dict[str, str | date | bool | None]]:
    """The opinions of a quarter by day, of deputies and of the public, on bills of the year."""
    parts = [
        [part * scale for part in split(total[year], QUARTER_WEIGHTS)] for total in (DEPUTY_OPINIONS, PUBLIC_OPINIONS)
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


@dataclass(frozen=True)
class ContactPoint:
    """A local legislative contact point."""

    number: str
    name: str
    district: str
    established_on: date
    closed_on: date | None


def make_contact_points(rng: random.Random) -> list[ContactPoint]:
    """All contact points up to the end of 2023; as many of 2023 as published, one of them closed each year."""
    counts = [
        (date(2019, 3, 1), 900, POINTS_BEFORE),
        (date(2022, 2, 1), 300, POINTS_2022),
        (date(2023, 2, 6), 300, published()["legislation.new_contact_points"].count),
    ]
    points: list[ContactPoint] = []
    for first, span, count in counts:
        for established in sorted(first + timedelta(days=rng.randrange(span)) for _ in range(count)):
            n = len(points)
            district, street = streets()[(n * 17 + 5) % len(streets())]
            name = f"{DISTRICT_NAMES[district]}{street}基层立法联系点"
            points.append(ContactPoint(f"LX{n + 1:03d}", name, district, established, CLOSED_POINTS.get(n)))
    return points


def contact_point_rows(points: Sequence[ContactPoint], year: int) -> list[Row]:
    """The contact points known at the end of a year."""
    return [
        {
            "point_no": p.number,
            "point_name": p.name,
            "district_code": p.district,
            "established_on": p.established_on,
            "closed_on": _known(p.closed_on, year),
        }
        for p in points
        if p.established_on.year <= year
    ]
