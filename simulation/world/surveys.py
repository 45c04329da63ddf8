"""The surveys of a year: who may take part, how long each lasts, and how much of it there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from simulation.world.targets import published

PROBLEM, SUGGESTION, MEASURE, ISSUE = "问题", "建议", "对策建议", "突出问题"
ROAD_PLACES = ("路口", "学校门口路段", "医院门口路段", "地铁口", "高架桥下匝道", "农贸市场路段")


@dataclass(frozen=True)
class Plan:
    """One survey: who may take part, and how much of it there is."""

    kind: str
    name: str
    unit: str
    first_day: date
    last_day: date
    levels: str
    deputies: int
    person_times: int
    enterprises: int = 0
    projects: int = 0
    sites: int = 0
    units: int = 0
    findings: tuple[tuple[str, int], ...] = ()


def plans(year: int) -> list[Plan]:
    """The surveys of a year; the totals of 2023 are those of the report."""
    if year == 2022:
        return _plans_2022()
    figures = {
        name: bounds.count for name, bounds in published().items() if bounds.low == bounds.high and _is_ours(name)
    }
    return [
        Plan("BUDGET_REVIEW", "2023年预算草案会前介入预先审查", "预算工作委员会", date(2022, 12, 12), date(2023, 1, 6),
             "3", 347, 361, findings=((SUGGESTION, 9),)),
        Plan("PRIVATE_ENTERPRISE", "促进民营经济高质量发展专题调研", "经济工作委员会", date(2023, 3, 6), date(2023, 6, 30),
             "345", 1_184, figures["survey.enterprise_deputy_times"],
             enterprises=figures["survey.enterprises_visited"], units=2,
             findings=((PROBLEM, figures["survey.enterprise_problems"]),
                       (SUGGESTION, figures["survey.enterprise_suggestions"]))),
        Plan("URBAN_RENEWAL", "城市更新年度计划项目进度调研监督", "城乡建设环境与资源保护工作委员会", date(2023, 4, 10),
             date(2023, 9, 28), "34", 61, 88, projects=figures["survey.urban_renewal_projects"],
             findings=((PROBLEM, 4), (SUGGESTION, 3))),
        Plan("TRAFFIC", "交通治理“把脉问诊”调研", "监察和司法工作委员会", date(2023, 5, 8), date(2023, 8, 25),
             "34", figures["traffic.deputies"], 398, sites=figures["traffic.sites"], units=1,
             findings=((MEASURE, figures["traffic.suggestions"]), (ISSUE, figures["traffic.inquiry_issues"]))),
        Plan("COMMUNITY_CARE", "社区养老服务工作调研监督", "社会建设工作委员会", date(2023, 7, 3), date(2023, 9, 15),
             "34", 28, 35, units=7, findings=((PROBLEM, 2), (SUGGESTION, 4))),
        *(Plan("OTHER", f"{topic}专题调研", "研究室", date(2023, 2 + n, 6), date(2023, 3 + n, 17), "3", 8, 10)
          for n, topic in enumerate(
              ("接处警工作", "院前急救工作", "政务服务热线", "信访工作", "疫情防控数据安全", "快递业发展", "公共场所外语标识"))),
    ]  # fmt: skip


def _is_ours(figure_id: str) -> bool:
    return figure_id.split(".")[0] in ("survey", "traffic")


def _plans_2022() -> list[Plan]:
    return [
        Plan("BUDGET_REVIEW", "2022年预算草案会前介入预先审查", "预算工作委员会", date(2021, 12, 27), date(2022, 1, 14),
             "3", 216, 229, findings=((SUGGESTION, 6),)),
        Plan("PRIVATE_ENTERPRISE", "中小微企业纾困解难专题调研", "经济工作委员会", date(2022, 4, 11), date(2022, 7, 29),
             "345", 655, 1_204, enterprises=763, units=1, findings=((PROBLEM, 5), (SUGGESTION, 11))),
        Plan("URBAN_RENEWAL", "城市更新年度计划项目进度调研监督", "城乡建设环境与资源保护工作委员会", date(2022, 5, 9),
             date(2022, 9, 30), "34", 42, 57, projects=118, findings=((PROBLEM, 3),)),
        Plan("TRAFFIC", "交通拥堵治理调研", "监察和司法工作委员会", date(2022, 6, 6), date(2022, 8, 26),
             "34", 164, 190, sites=58, units=1, findings=((MEASURE, 141), (ISSUE, 6))),
        *(Plan("OTHER", f"{topic}专题调研", "研究室", date(2022, 3 + n, 7), date(2022, 4 + n, 15), "3", 7, 9)
          for n, topic in enumerate(("湿地保护", "数字经济", "幼儿园建设", "停车场建设"))),
    ]  # fmt: skip


def survey_no(year: int, number: int) -> str:
    """The number of a survey of a year."""
    return f"DY{year}-{number:02d}"


def weekdays(plan: Plan) -> list[date]:
    """Mondays to Fridays of a survey."""
    days = (plan.first_day + timedelta(days=n) for n in range((plan.last_day - plan.first_day).days + 1))
    return [day for day in days if day.weekday() < 5]
