"""Open deadlines as a calendar (.ics) that phones and mail programs subscribe to: a day each, with reminders before it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path

from icalendar import Alarm, Calendar, Event

from dagster_project.reporting.reading.deadlines import OpenDeadline

PRODUCT = "-//jixiao//deadlines//ZH"


def write_calendar(deadlines: Sequence[OpenDeadline], path: Path, seen_on: dt.date, remind_days: Sequence[int]) -> None:
    """Write a calendar with an event for each deadline; the same deadlines give the same bytes. What is paused reminds nobody.

    An event keeps its identifier, so that a newer file replaces it in a calendar instead of adding another.

    Args:
        deadlines: what is open.
        path: the .ics file.
        seen_on: the day of the data, which stands as the time of change.
        remind_days: how many days before it to remind, such as 10 and 3.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "绩效评价期限")
    for each in deadlines:
        event = Event()
        event.add("uid", f"{hashlib.sha256(each.uid.encode()).hexdigest()[:32]}@jixiao")
        event.add("dtstamp", dt.datetime.combine(seen_on, dt.time(), dt.UTC))
        event.add("dtstart", each.due_on)
        event.add("dtend", each.due_on + dt.timedelta(days=1))
        paused = f"(自 {each.paused_since} 起暂停)" if each.paused_since else ""
        event.add("summary", f"{paused}{each.name_zh}:{each.item_name}")
        event.add("description", "\n".join(filter(None, (each.what_zh, each.unit, each.basis_zh))))
        event.add("categories", [each.name_zh])
        for days in () if each.paused_since else remind_days:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", f"{each.name_zh}还有 {days} 天到期:{each.item_name}")
            alarm.add("trigger", -dt.timedelta(days=days))
            event.add_component(alarm)
        calendar.add_component(event)
    path.write_bytes(calendar.to_ical())
