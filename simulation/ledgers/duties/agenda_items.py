"""The agenda: reports, major matters, bills, resolutions and appointments, as planned and as dealt with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import DASH, FULL_COLON
from simulation.world.bills import bill_no, deliberated_in
from simulation.world.calendar import beijing
from simulation.world.meetings import (
    CHAIRPERSONS,
    COMMITTEE,
    COMMITTEE_DAYS,
    Meeting,
    chairpersons_before,
    committee_no,
    congress_no,
)
from simulation.world.targets import published
from simulation.world.values import Row, Value
from simulation.world.world import World

GOVERNMENT, COURT, PROCURATORATE = "市人民政府", "市中级人民法院", "市人民检察院"
OWN = "市人大常委会"
AGENDA_ROWS = {2022: 150, 2023: 260}
COMMENT_DAYS, SEND_DAYS = 20, 10
STEPS = (
    "列入议题", "党组市委请示", "调研论证征求意见", "主任会议提请", "常委会审议", "表决", "公布", "交办", "报告办理",
)  # fmt: skip
CONGRESS_REPORTS = (
    ("市人民政府工作报告", GOVERNMENT), ("国民经济和社会发展计划执行情况与计划草案的报告", GOVERNMENT),
    ("预算执行情况与预算草案的报告", GOVERNMENT), ("市人大常委会工作报告", OWN),
    ("市中级人民法院工作报告", COURT), ("市人民检察院工作报告", PROCURATORATE),
)  # fmt: skip
REPORTS = (
    "110报警服务工作情况", "120急救医疗工作情况", "12345热线办理工作情况", "信访工作情况", "疫情防控数据安全管理情况",
    "年度环境状况和环境保护目标完成情况", "国有资产管理情况", "审计查出问题整改情况", "上半年计划执行情况",
    "上半年预算执行情况", "政府债务管理情况", "代表建议办理情况", "备案审查工作情况", "城市更新工作情况",
    "交通秩序整治情况", "社区养老服务工作情况", "乡村振兴工作情况", "河涌水质达标情况", "垃圾分类工作情况",
    "义务教育学位建设情况", "职业教育发展情况", "医疗卫生服务体系建设情况", "华侨权益保护工作情况", "法治政府建设情况",
    "监察工作专项情况", "民事审判工作情况", "公益诉讼检察工作情况", "未成年人保护工作情况", "就业促进工作情况",
    "营商环境建设情况", "数字政府建设情况", "历史文化名城保护情况", "食品安全工作情况", "安全生产工作情况",
    "知识产权保护工作情况", "住房保障工作情况", "海绵城市建设情况", "民族宗教工作情况", "科技创新工作情况",
)  # fmt: skip
MAJOR_MATTERS = {
    2023: (
        "市级决算", "市级预算调整方案", "市级预算第二次调整方案", "政府债务限额分配方案", "国民经济和社会发展计划调整方案",
        "国土空间总体规划修改", "授予荣誉市民称号", "城中村改造三年行动安排", "城市轨道交通建设规划调整",
        "新一轮生态环境保护规划实施安排", "终止执行疫情防控工作有关决定", "民生实事项目调整",
    ),
    2022: (
        "市级决算", "市级预算调整方案", "政府债务限额分配方案", "国民经济和社会发展计划调整方案", "授予荣誉市民称号",
        "湾区协同发展规划实施安排", "学前教育布局规划调整", "水资源保护规划修改",
    ),
}  # fmt: skip
MATTER_MEETINGS = {2023: (4, 3, 7, 3, 5, 2, 6, 1, 4, 6, 0, 7), 2022: (3, 2, 3, 4, 5, 1, 2, 4)}
RESOLUTIONS_OF_THE_COMMITTEE = (
    "关于批准市级决算的决议", "关于批准市级预算调整方案的决议", "关于批准市级预算第二次调整方案的决议",
    "关于终止执行疫情防控工作有关决定的决定", "关于授予荣誉市民称号的决定", "关于加强城市更新监督工作的决定",
    "关于接受辞职请求的决定", "关于召开市人民代表大会会议的决定", "关于加强检察公益诉讼工作的决定",
    "关于设立宪法宣传周活动安排的决定", "关于批准政府债务限额的决议",
)  # fmt: skip
RESOLUTIONS_ADOPTED = {2022: 13, 2023: published()["resolutions.adopted"].count}
APPOINTING_ORGANS = (GOVERNMENT, COURT, PROCURATORATE, OWN)
ROUTINE = (
    "研究建议议程草案",
    "听取代表工作情况汇报",
    "研究执法检查方案",
    "讨论年度监督计划",
    "研究专题询问方案",
    "其他日常事项",
)
# Reports of 2022 that were heard late: the one of this place in the list one meeting after the planned one.
LATE_REPORT, LATE_MATTER, INCOMPLETE_MATTER = 7, 3, 5
SENT_AT_THE_LIMIT, SENT_TOO_LATE = 3, 9
MOVED_REPORT, CANCELLED_REPORT = 15, 38
MOVED_MATTER, ADDED_MATTER = 5, 10


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The agenda of a year in January."""
    habits = Habits(
        title=f"{year}年议题台账",
        header_choice=2023 - year,
        date_forms=("cell", "dot", "chinese", "slash"),
        nil_text=DASH,
        nil_columns=("planned_meeting_no", "adjusted_meeting_no", "voted_on", "is_passed"),
        footnotes=(f"说明{FULL_COLON}计划以主任会议通过的年度安排为准。", f"填报人{FULL_COLON}经办人05"),
        blank_row_every=83,
    )
    agenda = Agenda(year, world.meetings(year), world.stream("agenda_items", year)).rows()
    path = f"agenda_items/{year}/{year}年议题台账.xlsx"
    yield HandedFile(path, str(year), beijing(year + 1, 1, 9, 10, 9), [Sheet("agenda_items", agenda, habits)])


class Agenda:
    """The items of a year in the order of the register."""

    def __init__(self, year: int, meetings: list[Meeting], rng: random.Random) -> None:
        self.year = year
        self.meetings = meetings
        self.by_number = {m.number: m for m in meetings}
        self.last = len(COMMITTEE_DAYS[year]) - 1
        self._rng = rng

    def rows(self) -> list[Row]:
        """All items; the rest of the rows are routine of the chairpersons' meetings."""
        made = [*self._reports(), *self._matters(), *self._bills(), *self._resolutions(), *self._appointments()]
        made += self._routine(AGENDA_ROWS[self.year] - len(made))
        made.sort(key=lambda row: str(row["planned_month"] or row["heard_on"] or ""))
        return [{**row, "agenda_no": f"YT{self.year}-{n:03d}"} for n, row in enumerate(made, start=1)]

    def _item(self, kind: str, title: str, planned: str | None, heard: str | None, **more: Value) -> dict[str, Value]:
        """One item on its plan, heard on a day of its meeting."""
        heard_on = None
        if heard:
            meeting = self.by_number[heard]
            days = (meeting.closed_on - meeting.opened_on).days
            heard_on = meeting.opened_on + timedelta(days=self._rng.randrange(days + 1))
        row: dict[str, Value] = {
            "agenda_no": "",
            "title": title,
            "agenda_kind": kind,
            "submitting_body": None,
            "planned_month": self.by_number[planned].opened_on.replace(day=1) if planned else None,
            "planned_meeting_no": planned,
            "adjusted_meeting_no": None,
            "adjusted_on": None,
            "meeting_no": heard,
            "sent_for_comment_on": None,
            "formally_sent_on": None,
            "heard_on": heard_on,
            "voted_on": None,
            "is_passed": None,
            "steps_done": None,
            "published_on": None,
            "bill_no": None,
        }
        return row | more

    def _vote(self, row: dict[str, Value], *, is_passed: bool = True) -> dict[str, Value]:
        """Voted on the last day of the meeting; what passed is published two days later."""
        closed_on = self.by_number[str(row["meeting_no"])].closed_on
        published_on = closed_on + timedelta(days=2) if is_passed else None
        return row | {"voted_on": closed_on, "is_passed": is_passed, "published_on": published_on}

    def _adjusted(self, planned: str, to: str | None) -> dict[str, Value]:
        """What the chairpersons' meeting before the planned meeting writes down."""
        opened_on = self.by_number[planned].opened_on
        return {"adjusted_on": chairpersons_before(self.meetings, opened_on).opened_on, "adjusted_meeting_no": to}

    def _reports(self) -> Iterator[dict[str, Value]]:
        kind, session = "专项工作报告", congress_no(self.year)
        for title, body in CONGRESS_REPORTS:
            yield self._item(kind, title, session, session, submitting_body=body)
        titles = REPORTS if self.year == 2023 else REPORTS[5:39]
        for n, title in enumerate(titles):
            at = 1 + n * (self.last - 1) // len(titles)
            planned = heard = committee_no(self.year, at)
            body = COURT if "审判" in title else PROCURATORATE if "检察" in title else GOVERNMENT
            more: dict[str, Value] = {"submitting_body": body}
            if n == MOVED_REPORT:
                heard = committee_no(self.year, at + 1)
                more |= self._adjusted(planned, heard)
            if n == CANCELLED_REPORT:
                yield self._item(kind, title, planned, None, **more, **self._adjusted(planned, None))
                continue
            if self.year == 2022 and n == LATE_REPORT:
                heard = committee_no(self.year, at + 1)
            opened_on = self.by_number[heard].opened_on
            comment, send = COMMENT_DAYS + 1 + self._rng.randrange(9), SEND_DAYS + 1 + self._rng.randrange(5)
            if n == SENT_AT_THE_LIMIT:
                comment, send = COMMENT_DAYS, SEND_DAYS
            if self.year == 2022 and n == SENT_TOO_LATE:
                comment, send = COMMENT_DAYS - 1, SEND_DAYS - 1
            more["sent_for_comment_on"] = opened_on - timedelta(days=comment)
            more["formally_sent_on"] = opened_on - timedelta(days=send)
            yield self._item(kind, title, planned, heard, **more)

    def _matters(self) -> Iterator[dict[str, Value]]:
        for n, title in enumerate(MAJOR_MATTERS[self.year]):
            at = MATTER_MEETINGS[self.year][n]
            planned: str | None = committee_no(self.year, at)
            heard = committee_no(self.year, at)
            more: dict[str, Value] = {"submitting_body": GOVERNMENT, "steps_done": "、".join(STEPS)}
            if n == MOVED_MATTER and self.year == 2023:
                heard = committee_no(self.year, at + 1)
                more |= self._adjusted(str(planned), heard)
            if n == ADDED_MATTER:
                more |= self._adjusted(str(planned), heard)
                planned = None
            if self.year == 2022 and n == LATE_MATTER:
                heard = committee_no(self.year, at + 1)
            if self.year == 2022 and n == INCOMPLETE_MATTER:
                more["steps_done"] = "、".join(step for step in STEPS if step != "调研论证征求意见")
            yield self._vote(self._item("重大事项", f"讨论决定{title}", planned, heard, **more))

    def _bills(self) -> Iterator[dict[str, Value]]:
        for bill in deliberated_in(self.year):
            for n, (year, at) in enumerate(bill.deliberations, start=len(bill.earlier)):
                if year != self.year:
                    continue
                title = f"{bill.title}草案({'一二三'[n]}审)"
                meeting = committee_no(self.year, at)
                row = self._item("法规案", title, meeting, meeting, bill_no=bill_no(bill))
                is_last = bill.passes and n == len(bill.deliberated_on) - 1
                yield self._vote(row) | {"published_on": None} if is_last else row

    def _resolutions(self) -> Iterator[dict[str, Value]]:
        session, kind = congress_no(self.year), "决议决定"
        for title, body in CONGRESS_REPORTS:
            yield self._vote(self._item(kind, f"关于{title}的决议", session, session, submitting_body=body))
        of_the_committee = RESOLUTIONS_ADOPTED[self.year] - len(CONGRESS_REPORTS)
        for n, title in enumerate(RESOLUTIONS_OF_THE_COMMITTEE[:of_the_committee]):
            meeting = committee_no(self.year, n * self.last // of_the_committee)
            yield self._vote(self._item(kind, title, None, meeting, submitting_body=OWN))
        meeting = committee_no(self.year, self.last)
        row = self._item(kind, "关于调整区级会议制度的决定", None, meeting, submitting_body=OWN)
        yield self._vote(row, is_passed=False)

    def _appointments(self) -> Iterator[dict[str, Value]]:
        for meeting in (m for m in self.meetings if m.body == COMMITTEE):
            for organ in APPOINTING_ORGANS[: 2 + int(meeting.number[-1]) % 3]:
                row = self._item("任免", f"{organ}提请的人事任免案", None, meeting.number, submitting_body=organ)
                yield self._vote(row)

    def _routine(self, count: int) -> Iterator[dict[str, Value]]:
        chairpersons = [m for m in self.meetings if m.body == CHAIRPERSONS]
        for n in range(count):
            meeting = chairpersons[n * len(chairpersons) // count]
            yield self._item("其他", ROUTINE[n % len(ROUTINE)], None, meeting.number, submitting_body=OWN)
