"""Deadlines that run, as a published version tells them, seen on any day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.publishing.versions import DATABASE
from dagster_project.reporting.reading.published import rows_of, tells

TABLE = "marts.open_deadlines"
OVERDUE, URGENT, SOON, LATER, PAUSED = "逾期", "紧急", "临近", "未到期", "暂停"
QUERY = f"""
    with warnings as (
        select parameter, value, valid_from, coalesce(valid_to, 9999) as valid_to from evaluation.parameters
        where parameter in ('deadline_soon_days', 'deadline_urgent_days')
    ),
    seen as (
        select *, case
            when paused_since is not null then days_left else date_diff('day', coalesce($day, seen_on), due_on) end as left_days
        from {TABLE}
        where $department in ('', department_code)
    )
    select seen.*, case
        when paused_since is not null then '{PAUSED}' when left_days < 0 then '{OVERDUE}' when left_days <= urgent.value then '{URGENT}'
        when left_days <= soon.value then '{SOON}' else '{LATER}' end as seen_state
    from seen
    left join warnings as soon
        on soon.parameter = 'deadline_soon_days' and seen.fiscal_year between soon.valid_from and soon.valid_to
    left join warnings as urgent
        on urgent.parameter = 'deadline_urgent_days' and seen.fiscal_year between urgent.valid_from and urgent.valid_to
    where $within is null or left_days <= $within
    order by department_code, due_on, deadline_kind, item_key
"""
REMINDERS = """
    select value from evaluation.parameters where parameter in ('deadline_soon_days', 'deadline_urgent_days')
    and valid_to is null order by value desc
"""


@dataclass(frozen=True)
class OpenDeadline:
    """One item that is not done: what is to be done by whom until when, and how many days are left (negative: overdue).

    Since ``paused_since`` its clock stands: ``days_left`` are those that it still has once it runs again.
    """

    department_code: str
    kind: str
    name_zh: str
    what_zh: str
    item_key: str
    item_name: str
    unit: str
    due_on: dt.date
    days_left: int
    state: str
    basis_zh: str
    paused_since: dt.date | None = None

    @property
    def uid(self) -> str:
        """What tells it apart from all others, whatever becomes of it."""
        return f"{self.department_code}/{self.kind}/{self.item_key}"

    @property
    def days_zh(self) -> str:
        """How far the deadline is, in words."""
        if self.paused_since:
            return f"自 {self.paused_since} 起暂停,恢复后还有 {self.days_left} 天"
        if self.days_left < 0:
            return f"已逾期 {-self.days_left} 天"
        return f"还有 {self.days_left} 天" if self.days_left else "今天到期"


def open_deadlines(
    version_dir: Path, department: str = "", within: int | None = None, on: dt.date | None = None
) -> tuple[list[OpenDeadline], dt.date | None, tuple[int, ...]]:
    """What is not done, by department and deadline; the day of the data, None where nothing is open; the days of reminders.

    Args:
        version_dir: the folder of a published version.
        department: of this department only.
        within: only what is overdue or due within so many days.
        on: the day from which days are counted; without it, that of the data.

    Raises:
        ValueError: the version was published before deadlines were.
    """
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        if not tells(connection, TABLE, "paused_since"):
            raise ValueError("这个版本还没有期限清单;请先运行一次 jixiao nightly")
        rows = rows_of(connection, QUERY, {"day": on, "department": department, "within": within})
        last = connection.execute(f"select max(seen_on) from {TABLE}").fetchone()
        days = connection.execute(REMINDERS).fetchall()
    found = [
        OpenDeadline(
            row["department_code"], row["deadline_kind"], row["deadline_name"], row["what_zh"] or "", row["item_key"],
            row["item_name"], row["responsible_unit"] or "", row["due_on"], int(row["left_days"]), row["seen_state"],
            row["basis_zh"] or "", row["paused_since"],
        )
        for row in rows
    ]  # fmt: skip
    return found, last[0] if last else None, tuple(int(value) for (value,) in days)
