"""Deadlines computed again from their dates, with the calendar and the parameters of the pack, and held against the rows that count."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dagster_project.reporting.pack.verifier.files import Pack
from dagster_project.reporting.pack.verifier.report import Report

if TYPE_CHECKING:
    from dagster_project.reporting.pack.verifier.numbers import Row, Table

CLOCK_RULES = "scheme/clock_rules.csv"


class WorkDays:
    """Working days as the calendar of the pack has them."""

    def __init__(self, calendar: Table) -> None:
        self._off = {row["calendar_date"]: row["is_off_day"] == "True" for row in calendar}

    def works(self, day: dt.date) -> bool:
        """Whether people work on a day; a day outside the calendar is an error that names it."""
        if day.isoformat() not in self._off:
            raise KeyError(f"calendar.csv 没有 {day}")
        return not self._off[day.isoformat()]

    def after_days(self, start: dt.date, count: int) -> dt.date:
        """The last day of a period of days; one that is off moves to the next working day."""
        due = start + dt.timedelta(days=count)
        while not self.works(due):
            due += dt.timedelta(days=1)
        return due

    def after_working_days(self, start: dt.date, count: int) -> dt.date:
        """The last day of a period of working days; the first day is not counted."""
        day = start
        while count:
            day += dt.timedelta(days=1)
            count -= self.works(day)
        return day

    def between(self, start: dt.date, finish: dt.date) -> int:
        """Working days after one day up to another; negative where that lies before."""
        if finish < start:
            return -self.between(finish, start)
        return sum(self.works(start + dt.timedelta(days=n)) for n in range(1, (finish - start).days + 1))


def check_clocks(pack: Pack, report: Report) -> None:
    """Due days, day counts and lateness follow from the dates, and the rows that count are those that the clocks say."""
    if CLOCK_RULES not in pack.names:
        report.gap("佐证包没有期限规则(旧版佐证包),期限没有重算")
        return
    rules = {row["figure_id"]: row for row in pack.table(CLOCK_RULES)}
    limits = {row["parameter"]: row["value"] for row in pack.table("parameters.csv")}
    work_days = WorkDays(pack.table("calendar.csv"))
    before, count = len(report.faults), 0
    for folder in pack.indicator_folders():
        name = f"{folder}/clocks.csv"
        clocks = pack.table(name) if name in pack.names else []
        rows = pack.table(f"{folder}/rows.csv")
        for line, clock in enumerate(clocks, start=2):
            rule = rules.get(clock["figure_id"])
            if rule is None:
                report.fault(f"{name} 第 {line} 行:{clock['figure_id']} 没有期限规则")
                continue
            try:
                _check_clock(f"{name} 第 {line} 行 {clock['fact_key']}", clock, rule, limits, work_days, report)
            except (KeyError, ValueError) as error:
                report.fault(f"{name} 第 {line} 行 {clock['fact_key']}:日期算不下去({error})")
            count += 1
        for figure_id in sorted({row["figure_id"] for row in rows} & set(rules)):
            _check_counted(name, figure_id, rules[figure_id], clocks, rows, report)
    report.settle(before, f"{count} 个期限由日期、日历和参数重算:到期日、天数、是否逾期,以及计入的行")


def _check_clock(
    place: str, clock: Row, rule: Row, limits: dict[str, str], work_days: WorkDays, report: Report
) -> None:
    started, due, finished = (
        dt.date.fromisoformat(clock[name]) if clock[name] else None for name in ("started_on", "due_on", "finished_on")
    )
    limit = int(float(limits[rule["parameter"]])) if rule["parameter"] else 0
    computed = due
    if rule["due_rule"] == "days_after" and started:
        computed = work_days.after_days(started, limit)
    elif rule["due_rule"] == "working_days_after" and started:
        computed = work_days.after_working_days(started, limit)
    elif rule["due_rule"] == "days_before_finish" and finished:
        computed = finished - dt.timedelta(days=limit)
    report.same(f"{place} 的到期日", computed, due)
    counted = ""
    if started and finished:
        in_days = clock["day_unit_zh"] != "工作日"
        counted = str((finished - started).days if in_days else work_days.between(started, finished))
    report.same(f"{place} 的天数", counted, clock["day_count"])
    mark = started if rule["due_rule"] == "days_before_finish" else finished
    late = mark is None or computed is None or mark > computed
    report.same(f"{place} 是否逾期", str(late), clock["is_late"])


def _check_counted(name: str, figure_id: str, rule: Row, clocks: Table, rows: Table, report: Report) -> None:
    """The facts of a figure are those with a clock, and the facts in time those whose clock is not late."""
    mine = {clock["fact_key"]: clock["is_late"] for clock in clocks if clock["figure_id"] == figure_id}
    due = {row["fact_key"] for row in rows if row["figure_id"] == figure_id and row["measure"]}
    for key in sorted(due ^ set(mine)):
        report.fault(f"{name}:{figure_id} 的 {key} {'有数据行而没有期限' if key in due else '有期限而没有数据行'}")
    in_time = {row["fact_key"] for row in rows if row["figure_id"] == rule["on_time_figure"] and row["measure"]}
    if not any(row["figure_id"] == rule["on_time_figure"] for row in rows) and all(v == "True" for v in mine.values()):
        return
    for key in sorted(in_time ^ {key for key, late in mine.items() if late == "False"}):
        words = "逾期却计入" if key in in_time else "按时却没有计入"
        report.fault(f"{name}:{key} {words} {rule['on_time_figure']}")
