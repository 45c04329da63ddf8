"""Rows of the Standing Committee: its meetings, bills, supervision, reviews, resolutions, appointments, surveys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from simulation.world.values import Row

MONTHS = (2, 4, 6, 8, 10, 12)
"""The committee sits once in each of these months, from the 20th, for three days."""
SPARE = 3
"""Bills, reviews and supervision items that do not count, because nothing happened to them in the year."""
VISITED_TWICE = 12


def meeting(year: int, place: int) -> tuple[str, date]:
    """Number and first day of a meeting; places beyond the last begin again."""
    number = place % len(MONTHS)
    return f"CW{year}-{number + 1:02d}", date(year, MONTHS[number], 20)


def meetings(year: int) -> list[Row]:
    """The meetings of a year."""
    return [
        {
            "meeting_no": meeting(year, place)[0],
            "meeting_name": f"{year}年市人大常委会第{place + 1}次会议",
            "body": "常委会",
            "opened_on": meeting(year, place)[1],
            "closed_on": meeting(year, place)[1] + timedelta(days=2),
        }
        for place in range(len(MONTHS))
    ]


def bills(year: int, truth: Mapping[str, int]) -> list[Row]:
    """Bills that were deliberated, the first of them passed (those that repeal laws before others), and some that were only taken up."""
    deliberated = truth.get("legislation.bills_deliberated", 0)
    passed = truth.get("legislation.bills_passed", 0)
    repealing = truth.get("legislation.bills_repealing", 0)
    rows: list[Row] = []
    for number in range(deliberated + SPARE):
        first, second = (meeting(year, number % 3 + later)[1] for later in (0, 2))
        is_deliberated, is_passed = number < deliberated, number < passed
        rows.append(
            {
                "bill_no": f"FG{year}-{number + 1:03d}",
                "title": f"广州市模拟事项{number + 1}规定",
                "bill_kind": "废止" if number < repealing else "制定" if number % 2 else "修订",
                "proposer": "市人民政府",
                "stage": "已通过" if is_passed else "审议中" if is_deliberated else "立项",
                "proposed_on": date(year, 1, 9),
                "first_deliberated_on": first if is_deliberated else None,
                "second_deliberated_on": second if is_passed else None,
                "passed_on": second if is_passed else None,
            }
        )
    return rows


def supervision(year: int, truth: Mapping[str, int]) -> list[Row]:
    """Supervision items that began, and some that were cancelled."""
    inspections = truth.get("supervision.law_inspections", 0)
    begun = truth.get("supervision.items", inspections)
    kinds = ("RESEARCH", "WORK_REPORT") if inspections else ("RESEARCH", "WORK_REPORT", "LAW_INSPECTION")
    return [
        {
            "item_no": f"JD{year}-{number + 1:03d}",
            "item_name": f"模拟监督事项{number + 1}",
            "supervision_kind": "LAW_INSPECTION" if number < inspections else kinds[number % len(kinds)],
            "responsible_unit": "监察和司法工作委员会",
            "planned_start_on": date(year, 3, 1),
            "planned_finish_on": date(year, 9, 30),
            "started_on": date(year, 3, 3) if number < begun else None,
            "finished_on": date(year, 9, 20) if number < begun else None,
            "cancelled_on": None if number < begun else date(year, 5, 6),
            "result": "形成监督报告" if number < begun else None,
        }
        for number in range(begun + SPARE)
    ]


def reviews(year: int, truth: Mapping[str, int]) -> list[Row]:
    """Documents that were reviewed, and some that came in late in the year."""
    reviewed = truth["review.documents"]
    return [
        {
            "review_no": f"BA{year}-{number + 1:03d}",
            "title": f"广州市模拟规范性文件{number + 1}",
            "issuer": "市人民政府",
            "received_on": date(year, 2, 1) + timedelta(days=number) if number < reviewed else date(year, 12, 26),
            "reviewed_on": date(year, 3, 10) + timedelta(days=number) if number < reviewed else None,
            "result": "未发现问题" if number < reviewed else None,
        }
        for number in range(reviewed + SPARE)
    ]


def agenda(year: int, truth: Mapping[str, int]) -> list[Row]:
    """Resolutions that were adopted, each at a meeting; where more is known of the year, special reports and other items beside them."""
    adopted = resolutions(year, truth)
    reports = truth.get("agenda.special_reports_heard", 0)
    others = truth.get("agenda.items_heard", len(adopted) + reports) - len(adopted)
    heard: list[Row] = [
        {
            "agenda_no": f"YT{year}-{len(adopted) + number + 1:03d}",
            "title": f"模拟议题{number + 1}",
            "agenda_kind": "专项工作报告" if number < reports else "任免",
            "planned_meeting_no": meeting(year, number)[0],
            "meeting_no": meeting(year, number)[0],
            "heard_on": meeting(year, number)[1],
            "voted_on": None,
            "is_passed": None,
        }
        for number in range(others)
    ]
    return [*adopted, *heard]


def resolutions(year: int, truth: Mapping[str, int]) -> list[Row]:
    """Resolutions that were adopted, each at a meeting."""
    return [
        {
            "agenda_no": f"YT{year}-{number + 1:03d}",
            "title": f"关于模拟事项{number + 1}的决定",
            "agenda_kind": "决议决定",
            "planned_meeting_no": meeting(year, number)[0],
            "meeting_no": meeting(year, number)[0],
            "heard_on": meeting(year, number)[1],
            "voted_on": meeting(year, number)[1] + timedelta(days=1),
            "is_passed": True,
        }
        for number in range(truth["resolutions.adopted"])
    ]


def appointments(year: int, truth: Mapping[str, int]) -> list[Row]:
    """Appointments and removals, each at a meeting."""
    return [
        {
            "appointment_no": f"RM{year}-{number + 1:03d}",
            "person_no": f"RY{number + 1:04d}",
            "organ": "市人民政府",
            "office_title": f"模拟职务{number + 1}",
            "kind": "任" if number % 2 else "免",
            "decided_on": meeting(year, number)[1] + timedelta(days=1),
            "meeting_no": meeting(year, number)[0],
        }
        for number in range(truth["appointments.person_times"])
    ]


def surveys(year: int) -> list[Row]:
    """The review of the draft budget and the supervision of construction projects."""
    named = (
        ("BUDGET_REVIEW", "预算预先审查", (1, 6), (1, 16)),
        ("KEY_CONSTRUCTION", "重点建设项目监督", (5, 8), (10, 30)),
    )
    return [
        {
            "survey_no": f"DY{year}-{number}",
            "survey_name": f"{year}年{name}",
            "survey_kind": kind,
            "responsible_unit": "预算工作委员会",
            "started_on": date(year, *first),
            "finished_on": date(year, *last),
        }
        for number, (kind, name, first, last) in enumerate(named, start=1)
    ]


def participations(year: int) -> list[Row]:
    """A few deputies who took part in each of the two."""
    return [
        {
            "survey_no": f"DY{year}-{number}",
            "deputy_no": f"DB{deputy:05d}",
            "took_part_on": date(year, *day),
            "group_name": "第一组",
        }
        for number, day in ((1, (1, 8)), (2, (5, 9)))
        for deputy in range(1, 6)
    ]


def visits(year: int, truth: Mapping[str, int]) -> list[Row]:
    """Each project once, and some again."""
    projects = [*range(truth["survey.key_construction_projects"]), *range(VISITED_TWICE)]
    return [
        {
            "visit_no": f"ZF{year}-{number + 1:04d}",
            "survey_no": f"DY{year}-2",
            "visited_on": date(year, 5, 8) + timedelta(days=number % 170),
            "object_kind": "重点建设项目",
            "object_name": f"模拟重点建设项目{project + 1}",
            "object_no": f"ZD{year}{project + 1:04d}",
            "district_code": ("440106", "440111", "440115")[project % 3],
        }
        for number, project in enumerate(projects)
    ]


def findings(year: int, truth: Mapping[str, int]) -> list[Row]:
    """Problems that the automatic review found, and suggestions that people made."""
    found = truth["budget_review.ai_problems"]
    return [
        {
            "finding_no": f"CG{year}-{number + 1:04d}",
            "survey_no": f"DY{year}-1",
            "finding_kind": "智能识别问题" if number < found else "建议",
            "raised_on": date(year, 1, 12),
            "finding_text": f"模拟审查意见{number + 1}",
        }
        for number in range(found + SPARE)
    ]
