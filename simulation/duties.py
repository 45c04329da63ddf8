"""What the office hands in about meetings, legislation, reviews, appointments and research."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from simulation.agenda import Agenda
from simulation.allocate import stream
from simulation.duty_registers import appointment_rows, research_rows, review_rows
from simulation.handed_in import Habits, HandedFile, Row, Sheet, beijing, on_a_weekday
from simulation.legislation import (
    CORRECTED_QUARTER,
    bill_rows,
    contact_point_rows,
    first_version,
    make_contact_points,
    make_opinions,
    rows_to_mend,
)
from simulation.meetings import make_meetings, meeting_rows, support_rows

if TYPE_CHECKING:
    from simulation.office import Office

FULL_COLON, FULL_LEFT, FULL_RIGHT = "\uff1a", "\uff08", "\uff09"


def files(office: Office, year: int) -> Iterator[HandedFile]:
    """The yearly registers of January, and the opinions of each quarter."""
    seed, meetings = office.seed, make_meetings(year)
    title, after = f"{year}年", f"{FULL_LEFT}{year}年末{FULL_RIGHT}"
    yield _register(
        "meetings", year, meeting_rows(meetings), Habits(title=f"{title}会议台账", date_forms=("cell", "chinese")), 8
    )
    agenda = Agenda(year, meetings, stream(seed, "agenda_items", year)).rows()
    habits = Habits(
        title=f"{title}议题台账",
        header_choice=2023 - year,
        date_forms=("cell", "dot", "chinese", "slash"),
        nil_text="\u2014",
        nil_columns=("planned_meeting_no", "adjusted_meeting_no", "voted_on", "is_passed"),
        footnotes=(f"说明{FULL_COLON}计划以主任会议通过的年度安排为准。", f"填报人{FULL_COLON}经办人05"),
        blank_row_every=83,
    )
    yield _register("agenda_items", year, agenda, habits, 9)
    habits = Habits(title=f"法规案台账{after}", date_forms=("dot", "cell"), header_choice=2023 - year)
    yield _register("bills", year, bill_rows(year), habits, 9)
    points = make_contact_points(stream(seed, "legislative_contact_points"))
    habits = Habits(
        title=f"基层立法联系点{after}", code_style="name", date_forms=("chinese", "cell"), nil_text="/",
        nil_columns=("closed_on",),
    )  # fmt: skip
    yield _register("legislative_contact_points", year, contact_point_rows(points, year), habits, 10)
    reviews = review_rows(year, stream(seed, "record_reviews", year))
    habits = Habits(
        title=f"{title}备案审查台账", date_forms=("compact", "cell"), footnotes=(f"审核人{FULL_COLON}经办人06",)
    )
    yield _register("record_reviews", year, reviews, habits, 10)
    appointments = appointment_rows(year, meetings, stream(seed, "appointments", year))
    habits = Habits(title=f"{title}人事任免台账", date_forms=("chinese",), header_choice=2023 - year)
    yield _register("appointments", year, appointments, habits, 11)
    tasks = research_rows(year, stream(seed, "research_tasks", year))
    habits = Habits(title=f"{title}专项调研计划及完成情况", date_forms=("cell", "slash"), blank_row_every=10)
    yield _register("research_tasks", year, tasks, habits, 11)
    support = support_rows(year, meetings, stream(seed, "meeting_support_log", year))
    habits = Habits(title=f"{title}会议保障台账", nil_text="-", nil_columns=("incident",))
    yield _register("meeting_support_log", year, support, habits, 12)
    yield from _opinions(office, year)


NAMES = {
    "meetings": "会议台账", "agenda_items": "议题台账", "bills": "法规案台账", "legislative_contact_points": "基层立法联系点",
    "record_reviews": "备案审查台账", "appointments": "任免台账", "research_tasks": "专项调研计划",
    "meeting_support_log": "会议保障台账",
}  # fmt: skip


def _register(ledger: str, year: int, rows: Sequence[Row], habits: Habits, day: int) -> HandedFile:
    """One yearly workbook, handed in on a day of January."""
    path = f"{ledger}/{year}/{year}年{NAMES[ledger]}.xlsx"
    return HandedFile(path, str(year), beijing(year + 1, 1, day, 10, day), [Sheet(ledger, rows, habits)])


def _opinions(office: Office, year: int) -> Iterator[HandedFile]:
    """The opinions by quarter; what was wrong or missing in the last quarter of 2023 came again."""
    deputies = office.register.holders("3", date(year, 1, 1), date(year, 12, 31))
    for quarter in range(1, 5):
        rng = stream(office.seed, "legislative_opinions", year, quarter)
        rows: list[Row] = list(make_opinions(year, quarter, deputies, office.scale, rng))
        habits = Habits(date_forms=("iso", "slash") if quarter % 2 else ("iso",), header_choice=2023 - year)
        path = f"legislative_opinions/{year}/立法意见_{year}Q{quarter}"
        received_at = _after_quarter(year, quarter)
        if (year, quarter) == (2023, CORRECTED_QUARTER):
            first = [Sheet("legislative_opinions", first_version(rows), habits)]
            yield HandedFile(f"{path}.csv", f"{year}Q{quarter}", received_at, first)
            path += f"-更正{FULL_LEFT}重报{FULL_RIGHT}"
            received_at += timedelta(days=12, hours=2)
            rows = rows_to_mend(rows, first[0].rows)
        yield HandedFile(f"{path}.csv", f"{year}Q{quarter}", received_at, [Sheet("legislative_opinions", rows, habits)])


def _after_quarter(year: int, quarter: int) -> datetime:
    """The tenth of the month after a quarter, or the Monday after."""
    return on_a_weekday(beijing(year + quarter // 4, quarter * 3 % 12 + 1, 10, 15, 30 + quarter))
