"""The rules that the office gave itself, with repeals and replacements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_LEFT, FULL_RIGHT, LEFT_BRACKET, RIGHT_BRACKET
from simulation.world.calendar import beijing
from simulation.world.values import Row
from simulation.world.world import World

Policy = tuple[str, str, date, date | None, str | None, str | None]
POLICIES: tuple[Policy, ...] = (
    ("机关预算绩效管理办法", "绩效管理", date(2019, 11, 1), None, None, "目标管理、运行监控、评价"),
    ("机关项目支出绩效目标管理细则", "绩效管理", date(2020, 5, 15), None, None, "目标管理"),
    ("机关绩效运行监控工作规程", "绩效管理", date(2021, 4, 20), None, None, "运行监控"),
    ("机关财政支出绩效评价实施办法", "绩效管理", date(2018, 6, 1), date(2023, 6, 30), "ZD021", "评价"),
    ("新增项目事前绩效评估规程", "绩效管理", date(2022, 3, 10), None, None, "事前评估"),
    (f"机关绩效信息季度报送规定{FULL_LEFT}试行{FULL_RIGHT}", "绩效管理", date(2017, 1, 10), date(2020, 12, 31), None, "内部报送与反馈"),
    ("机关财务管理办法", "预算财务", date(2018, 4, 2), None, None, None),
    ("机关预算管理办法", "预算财务", date(2019, 3, 18), None, None, None),
    ("机关经费支出审批权限规定", "预算财务", date(2020, 1, 6), None, None, None),
    ("机关差旅费管理办法", "预算财务", date(2016, 9, 1), None, None, None),
    ("机关会议费管理办法", "预算财务", date(2017, 5, 8), None, None, None),
    ("机关培训费管理办法", "预算财务", date(2017, 6, 12), None, None, None),
    ("机关公务接待管理规定", "预算财务", date(2015, 2, 9), None, None, None),
    ("机关公务用车管理办法", "预算财务", date(2019, 7, 22), None, None, None),
    ("机关采购管理办法", "采购内控", date(2018, 9, 3), date(2023, 6, 30), "ZD022", None),
    ("政府采购内部控制规程", "采购内控", date(2020, 8, 17), None, None, None),
    ("采购需求和履约验收管理规程", "采购内控", date(2022, 1, 17), None, None, None),
    ("机关固定资产管理办法", "资产管理", date(2016, 11, 14), None, None, None),
    ("机关资产处置管理规程", "资产管理", date(2021, 10, 11), None, None, None),
    ("机关合同管理办法", "合同管理", date(2019, 12, 2), None, None, None),
    (f"机关财政支出绩效评价实施办法{FULL_LEFT}2023年修订{FULL_RIGHT}", "绩效管理", date(2023, 7, 1), None, None, "评价、结果应用"),
    (f"机关采购管理办法{FULL_LEFT}2023年修订{FULL_RIGHT}", "采购内控", date(2023, 7, 1), None, None, None),
    ("机关固定资产管理流程图", "资产管理", date(2023, 9, 11), None, None, None),
    ("机关信息公开工作规定", "其他", date(2018, 12, 10), None, None, None),
    ("机关档案管理办法", "其他", date(2014, 8, 4), None, None, None),
)  # fmt: skip


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The register as it stands at the end of a year."""
    habits = Habits(
        title=f"机关制度台账{FULL_LEFT}{year}年末{FULL_RIGHT}",
        date_forms=("cell", "chinese", "dot"),
        nil_text="/",
        nil_columns=("repealed_on", "replaced_by", "stages"),
        blank_row_every=9,
    )
    path = f"policies/{year}/制度台账{year}年末.xlsx"
    yield HandedFile(path, str(year), beijing(year + 1, 1, 8, 16, 45), [Sheet("policies", rows(year), habits)])


def rows(year: int) -> list[Row]:
    """The policies issued by the end of the year, with the repeals known by then."""
    end = date(year, 12, 31)
    return [
        {
            "policy_no": f"ZD{n:03d}",
            "title": title,
            "document_no": f"穗人办{LEFT_BRACKET}{issued_on.year}{RIGHT_BRACKET}{n + 3}号",
            "policy_kind": kind,
            "issued_on": issued_on,
            "repealed_on": repealed_on if repealed_on and repealed_on <= end else None,
            "replaced_by": replaced_by if repealed_on and repealed_on <= end else None,
            "stages": stages,
        }
        for n, (title, kind, issued_on, repealed_on, replaced_by, stages) in enumerate(POLICIES, start=1)
        if issued_on <= end
    ]
