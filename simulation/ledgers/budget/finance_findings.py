"""Findings of auditors, inspectors and the finance division about the use of money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import LEFT_BRACKET, RIGHT_BRACKET
from simulation.world.calendar import beijing
from simulation.world.values import Row, yuan
from simulation.world.world import World

PENDING = "WT2023005"
CARRIED = "WT2022004"
FINDINGS: tuple[tuple[str, str, str | None, date, date | None, int, str, str, int, date | None, str | None], ...] = (
    ("WT2022001", "审计", f"穗审行{LEFT_BRACKET}2022{RIGHT_BRACKET}18号", date(2022, 5, 11), date(2022, 7, 20), 2021, "核算不规范",
     "一般", 3_620_000, date(2022, 9, 30), None),
    ("WT2022002", "财会监督", f"穗财监{LEFT_BRACKET}2022{RIGHT_BRACKET}7号", date(2022, 6, 15), date(2022, 12, 31), 2020, "虚列支出",
     "严重", 1_280_000, date(2022, 12, 31), None),
    ("WT2022003", "内部审计", None, date(2022, 9, 2), None, 2022, "程序不合规", "一般", 860_000, None, "核实后不成立"),
    (CARRIED, "巡察", f"穗巡{LEFT_BRACKET}2022{RIGHT_BRACKET}31号", date(2022, 11, 24), date(2023, 1, 12), 2021, "超范围支出",
     "一般", 2_475_000, date(2023, 4, 28), None),
    ("WT2023001", "内部审计", None, date(2023, 3, 16), None, 2022, "程序不合规", "一般", 1_150_000, None, "核实后不成立"),
    ("WT2023002", "审计", f"穗审行{LEFT_BRACKET}2023{RIGHT_BRACKET}9号", date(2023, 5, 22), None, 2022, "核算不规范", "一般", 430_000,
     None, "已说明情况"),
    ("WT2023003", "财会监督", None, date(2023, 7, 4), None, 2023, "挤占", "一般", 2_000_000, None, "核实后不成立"),
    ("WT2023004", "内部审计", None, date(2023, 9, 19), None, 2023, "核算不规范", "一般", 96_500, None, "已说明情况"),
    (PENDING, "审计", f"穗审行{LEFT_BRACKET}2023{RIGHT_BRACKET}41号", date(2023, 11, 30), date(2024, 2, 20), 2023, "程序不合规",
     "一般", 1_830_000, date(2024, 3, 15), None),
)  # fmt: skip


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The findings of a year in January; one that was confirmed later comes in a file of its own."""
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
    sheet = Sheet("finance_findings", rows(date(year, 12, 31), year), habits)
    yield HandedFile(f"{path}.xlsx", str(year), beijing(year + 1, 1, 9, 15, 5), [sheet])
    if year == 2023:
        later = [row for row in rows(date(2024, 3, 31), year) if row["finding_no"] == PENDING]
        sheet = Sheet("finance_findings", later, habits)
        yield HandedFile(f"{path}-认定更新.xlsx", str(year), beijing(2024, 4, 2, 11, 18), [sheet])


def rows(known_on: date, *years: int) -> list[Row]:
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
