"""What the finance division keeps about rules and their observance: findings, policies, use of results."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from simulation.allocate import yuan
from simulation.handed_in import Habits, HandedFile, Row, Sheet, beijing
from simulation.projects import IT_OPERATIONS

if TYPE_CHECKING:
    from simulation.office import Office

LEFT, RIGHT, OPEN, CLOSE = "\u3014", "\u3015", "\uff08", "\uff09"
PENDING = "WT2023005"
CARRIED = "WT2022004"


def files(office: Office, year: int) -> Iterator[HandedFile]:
    """The three registers of a year; a finding that was confirmed later comes in a file of its own."""
    yield from _finding_files(year)
    yield _policy_file(year)
    yield _application_file(year)


FINDINGS: tuple[tuple[str, str, str | None, date, date | None, int, str, str, int, date | None, str | None], ...] = (
    ("WT2022001", "审计", f"穗审行{LEFT}2022{RIGHT}18号", date(2022, 5, 11), date(2022, 7, 20), 2021, "核算不规范",
     "一般", 3_620_000, date(2022, 9, 30), None),
    ("WT2022002", "财会监督", f"穗财监{LEFT}2022{RIGHT}7号", date(2022, 6, 15), date(2022, 12, 31), 2020, "虚列支出",
     "严重", 1_280_000, date(2022, 12, 31), None),
    ("WT2022003", "内部审计", None, date(2022, 9, 2), None, 2022, "程序不合规", "一般", 860_000, None, "核实后不成立"),
    (CARRIED, "巡察", f"穗巡{LEFT}2022{RIGHT}31号", date(2022, 11, 24), date(2023, 1, 12), 2021, "超范围支出",
     "一般", 2_475_000, date(2023, 4, 28), None),
    ("WT2023001", "内部审计", None, date(2023, 3, 16), None, 2022, "程序不合规", "一般", 1_150_000, None, "核实后不成立"),
    ("WT2023002", "审计", f"穗审行{LEFT}2023{RIGHT}9号", date(2023, 5, 22), None, 2022, "核算不规范", "一般", 430_000,
     None, "已说明情况"),
    ("WT2023003", "财会监督", None, date(2023, 7, 4), None, 2023, "挤占", "一般", 2_000_000, None, "核实后不成立"),
    ("WT2023004", "内部审计", None, date(2023, 9, 19), None, 2023, "核算不规范", "一般", 96_500, None, "已说明情况"),
    (PENDING, "审计", f"穗审行{LEFT}2023{RIGHT}41号", date(2023, 11, 30), date(2024, 2, 20), 2023, "程序不合规",
     "一般", 1_830_000, date(2024, 3, 15), None),
)  # fmt: skip


def findings(known_on: date, *years: int) -> list[Row]:
    """The findings of some years as known on a day: what is confirmed or put right later is still blank."""

    def known(day: date | None) -> date | None:
        return day if day and day <= known_on else None

    return [
        {
            "finding_no": number,
            "source": source,
            "document_no": document,
            "found_on": found_on,
            "confirmed_on": known(confirmed_on),
            "occurred_year": occurred,
            "finding_kind": kind,
            "severity": severity,
            "amount_yuan": yuan(fen),
            "rectified_on": known(rectified_on),
            "remark": remark,
        }
        for number, source, document, found_on, confirmed_on, occurred, kind, severity, fen, rectified_on, remark in FINDINGS
        if int(number[2:6]) in years or (number == CARRIED and 2023 in years)
    ]


def _finding_files(year: int) -> Iterator[HandedFile]:
    habits = Habits(
        title=f"{year}年财务监督问题台账",
        has_unit_row=True,
        date_forms=("chinese", "cell", "slash"),
        nil_text="-",
        nil_columns=("confirmed_on", "rectified_on", "document_no"),
        has_total_row=True,
        thousands_every=2,
    )
    path = f"finance_findings/{year}/{year}年财务监督问题台账"
    rows = findings(date(year, 12, 31), year)
    yield HandedFile(
        f"{path}.xlsx", str(year), beijing(year + 1, 1, 9, 15, 5), [Sheet("finance_findings", rows, habits)]
    )
    if year == 2023:
        later = [row for row in findings(date(2024, 3, 31), year) if row["finding_no"] == PENDING]
        sheet = Sheet("finance_findings", later, habits)
        yield HandedFile(f"{path}-认定更新.xlsx", str(year), beijing(2024, 4, 2, 11, 18), [sheet])


Policy = tuple[str, str, date, date | None, str | None, str | None]
POLICIES: tuple[Policy, ...] = (
    ("机关预算绩效管理办法", "绩效管理", date(2019, 11, 1), None, None, "目标管理、运行监控、评价"),
    ("机关项目支出绩效目标管理细则", "绩效管理", date(2020, 5, 15), None, None, "目标管理"),
    ("机关绩效运行监控工作规程", "绩效管理", date(2021, 4, 20), None, None, "运行监控"),
    ("机关财政支出绩效评价实施办法", "绩效管理", date(2018, 6, 1), date(2023, 6, 30), "ZD021", "评价"),
    ("新增项目事前绩效评估规程", "绩效管理", date(2022, 3, 10), None, None, "事前评估"),
    (f"机关绩效信息季度报送规定{OPEN}试行{CLOSE}", "绩效管理", date(2017, 1, 10), date(2020, 12, 31), None, "内部报送与反馈"),
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
    (f"机关财政支出绩效评价实施办法{OPEN}2023年修订{CLOSE}", "绩效管理", date(2023, 7, 1), None, None, "评价、结果应用"),
    (f"机关采购管理办法{OPEN}2023年修订{CLOSE}", "采购内控", date(2023, 7, 1), None, None, None),
    ("机关固定资产管理流程图", "资产管理", date(2023, 9, 11), None, None, None),
    ("机关信息公开工作规定", "其他", date(2018, 12, 10), None, None, None),
    ("机关档案管理办法", "其他", date(2014, 8, 4), None, None, None),
)  # fmt: skip


def policies(year: int) -> list[Row]:
    """The policies issued by the end of the year, with the repeals known by then."""
    end = date(year, 12, 31)
    return [
        {
            "policy_no": f"ZD{n:03d}",
            "title": title,
            "document_no": f"穗人办{LEFT}{issued_on.year}{RIGHT}{n + 3}号",
            "policy_kind": kind,
            "issued_on": issued_on,
            "repealed_on": repealed_on if repealed_on and repealed_on <= end else None,
            "replaced_by": replaced_by if repealed_on and repealed_on <= end else None,
            "stages": stages,
        }
        for n, (title, kind, issued_on, repealed_on, replaced_by, stages) in enumerate(POLICIES, start=1)
        if issued_on <= end
    ]


def _policy_file(year: int) -> HandedFile:
    habits = Habits(
        title=f"机关制度台账{OPEN}{year}年末{CLOSE}",
        date_forms=("cell", "chinese", "dot"),
        nil_text="/",
        nil_columns=("repealed_on", "replaced_by", "stages"),
        blank_row_every=9,
    )
    path = f"policies/{year}/制度台账{year}年末.xlsx"
    return HandedFile(path, str(year), beijing(year + 1, 1, 8, 16, 45), [Sheet("policies", policies(year), habits)])


Application = tuple[str, str, str, int | None, date, bool, date | None]
WHOLE = "部门整体支出"
APPLICATIONS: dict[int, tuple[Application, ...]] = {
    2022: (
        (IT_OPERATIONS, "优", "预算安排", 12_000_000, date(2022, 10, 14), False, None),
        ("代表培训经费", "良", "预算安排", -4_500_000, date(2022, 10, 14), False, None),
        (WHOLE, "良", "预算安排", None, date(2022, 10, 14), False, None),
        ("人大宣传经费", "支出进度偏慢", "监控整改", None, date(2022, 8, 9), True, date(2022, 9, 20)),
        ("专题调研经费", "支出进度偏慢", "监控整改", -1_800_000, date(2022, 8, 9), True, date(2022, 10, 31)),
        (WHOLE, "良", "内部通报", None, date(2022, 6, 17), False, None),
        ("档案管理经费", "复核扣分", "整改落实", None, date(2022, 11, 3), True, None),
        (WHOLE, "良", "整改落实", None, date(2022, 11, 3), False, None),
    ),
    2023: (
        (IT_OPERATIONS, "优", "预算安排", 20_000_000, date(2023, 10, 13), False, None),
        ("人大会议经费", "优", "预算安排", None, date(2023, 10, 13), False, None),
        ("代表培训经费", "良", "预算安排", -6_000_000, date(2023, 10, 13), False, None),
        ("档案管理经费", "良", "预算安排", -2_500_000, date(2023, 10, 13), False, None),
        ("其他运行经费", "支出进度偏慢", "监控整改", None, date(2023, 8, 15), True, date(2023, 9, 28)),
        ("专题调研经费", "目标偏低", "监控整改", None, date(2023, 8, 15), True, date(2023, 8, 31)),
        ("人大宣传经费", "支出进度偏慢", "监控整改", -3_000_000, date(2023, 8, 15), True, date(2023, 10, 26)),
        (WHOLE, "优", "内部通报", None, date(2023, 6, 20), False, None),
        (WHOLE, "年中监控情况", "内部通报", None, date(2023, 9, 5), False, None),
        ("档案管理经费", "复核扣分", "整改落实", None, date(2023, 6, 28), True, date(2023, 9, 1)),
        ("人大宣传经费", "复核扣分", "整改落实", None, date(2023, 6, 28), True, date(2023, 11, 20)),
        (WHOLE, "优", "整改落实", None, date(2023, 6, 28), False, None),
    ),
}


def applications(year: int) -> list[Row]:
    """What was done with the results of evaluations and of monitoring in a year."""
    return [
        {
            "application_no": f"JG{year}{n:03d}",
            "object_name": name,
            "result": result,
            "use_kind": kind,
            "budget_change_yuan": None if fen is None else yuan(fen),
            "applied_on": applied_on,
            "is_rectification_required": is_required,
            "rectified_on": rectified_on,
            "remark": None,
        }
        for n, (name, result, kind, fen, applied_on, is_required, rectified_on) in enumerate(
            APPLICATIONS[year], start=1
        )
    ]


def _application_file(year: int) -> HandedFile:
    habits = Habits(
        title=f"{year}年绩效结果应用台账",
        unit="万元",
        has_unit_row=True,
        has_total_row=True,
        has_parentheses=True,
        date_forms=("chinese", "cell"),
        nil_text="\u2014",
        nil_columns=("budget_change_yuan", "rectified_on", "remark"),
    )
    path = f"result_applications/{year}/{year}年绩效结果应用台账.xlsx"
    sheet = Sheet("result_applications", applications(year), habits)
    return HandedFile(path, str(year), beijing(year + 1, 1, 10, 17, 20), [sheet])
