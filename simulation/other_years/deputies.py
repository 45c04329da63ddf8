"""Rows of the deputies' work: suggestions, most of them snapshots by now, and opinions of the campaign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from simulation.other_years.truth import NOT_PUBLISHED
from simulation.world.calendar import BEIJING, CAMPAIGN
from simulation.world.values import Row

OTHER_FORMS = 640
"""Suggestions of a year that are no snapshots: about as many as before snapshots counted."""


def suggestions(year: int, truth: Mapping[str, int]) -> tuple[list[Row], list[Row]]:
    """The suggestions of municipal deputies of both halves of a year: assigned, key ones first, and some that stay."""
    assigned = truth["suggestions.municipal"]
    total = assigned + NOT_PUBLISHED
    first_half = total // 2
    rows = [
        _suggestion(year, number, total, first_half, assigned, truth.get("suggestions.key", 0))
        for number in range(total)
    ]
    return rows[:first_half], rows[first_half:]


def _suggestion(year: int, number: int, total: int, first_half: int, assigned: int, key: int) -> Row:
    day = date(year, 2, 20) + timedelta(days=number * 120 // first_half)
    if number >= first_half:
        day = date(year, 7, 2) + timedelta(days=(number - first_half) * 150 // (total - first_half))
    is_assigned = number < assigned
    return {
        "suggestion_no": f"JY{year}-3-{number + 1:06d}",
        "form": "闭会期间" if number % total < OTHER_FORMS else "代表随手拍",
        "congress_level": "3",
        "title": f"关于模拟事项{number + 1}的建议",
        "lead_deputy_no": f"DB{number % 500 + 1:05d}",
        "submitted_on": day,
        "assigned_on": day + timedelta(days=4) if is_assigned else None,
        "due_on": day + timedelta(days=95) if is_assigned else None,
        "host_unit": "市交通运输局" if is_assigned else None,
        "is_key": number < key,
    }


def opinions(year: int, truth: Mapping[str, int]) -> dict[tuple[int, str], list[Row]]:
    """The opinions of a year by quarter and way (app, counter): the campaign's, solved but for some, and one of each other quarter."""
    solved = truth["campaign.problems_solved"]
    made: dict[tuple[int, str], list[Row]] = {}
    for way, letter, share in (("app", "A", solved * 2 // 3), ("counter", "B", solved - solved * 2 // 3)):
        number = 0
        for quarter, count in ((1, 1), (2, 1), (3, share // 2), (4, share - share // 2 + NOT_PUBLISHED)):
            rows = made.setdefault((quarter, way), [])
            for place in range(count):
                number += 1
                is_solved = quarter > 2 and not (quarter == 4 and place >= count - NOT_PUBLISHED)
                rows.append(_opinion(year, quarter, f"YJ{year}{letter}{number:07d}", way, place, is_solved))
    return made


def _opinion(year: int, quarter: int, number: str, way: str, place: int, is_solved: bool) -> Row:
    received = datetime(year, quarter * 3 - 1, 15, 9, 0, tzinfo=BEIJING) + timedelta(minutes=place)
    return {
        "feedback_no": number,
        "station_code": f"44010{place % 6 + 1}001",
        "channel": "小程序" if way == "app" else "线下接待",
        "received_at": received,
        "category": "城市管理",
        "content": "模拟意见",
        "is_accepted": True,
        "route": "镇街办理",
        "host_unit": "模拟街道办事处",
        "finished_at": received + timedelta(days=5) if is_solved else None,
        "result": "SOLVED" if is_solved else None,
        "campaign": CAMPAIGN if quarter > 2 else None,
    }
