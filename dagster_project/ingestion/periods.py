"""Periods and moments as offices write them, in cells and in the names of files."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from dagster_project.ingestion.file_names import plain
from dagster_project.ingestion.unread import DropError

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"  # the date
    r"(?:[ T]*(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)


def today() -> dt.date:
    """The day in Asia/Shanghai."""
    return dt.datetime.now(SHANGHAI).date()


def period_of(text: str) -> str:
    """A period in the one spelling that everything behind the door knows.

    Raises:
        ValueError: it is none.
    """
    compact = text.replace(" ", "").upper()
    if match := re.fullmatch(r"([12][0-9]{3})年?", compact):
        return match[1]
    # One digit behind a dot, or behind nothing, may be what a spreadsheet left of 2023.10.
    if match := re.fullmatch(r"([12][0-9]{3})(?:[-/.年]?(0[1-9]|1[0-2])|[-/年]([1-9]))月?", compact):
        return f"{match[1]}-{int(match[2] or match[3]):02d}"
    if match := re.fullmatch(r"([12][0-9]{3})[-年]?(?:Q([1-4])|第?([一二三四1-4])季度?|H([12])|([上下])半年)", compact):
        year, quarter, spelt, half, word = match.groups()
        if quarter or spelt:
            return f"{year}Q{quarter or QUARTERS.get(spelt, spelt)}"
        return f"{year}H{half or {'上': 1, '下': 2}[word]}"
    raise ValueError(text)


def moment_of(text: str) -> str:
    """A moment as the log writes it; dates also as spreadsheets save them.

    Raises:
        ValueError: it is none.
    """
    try:
        if match := MOMENT.fullmatch(text):
            year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
            return local_iso(dt.datetime(year, month, day, hour, minute, second))
        return local_iso(dt.datetime.fromisoformat(text))
    except OverflowError as error:
        raise ValueError(text) from error


def local_iso(moment: dt.datetime) -> str:
    """A moment in Asia/Shanghai as ISO text without an offset, to the microsecond; naive moments are taken as local."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(SHANGHAI)
    return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def period_in_name(name: str) -> str:
    """The period that a file name or its year folder states.

    Raises:
        DropError: neither states a year.
    """
    path = plain(name)
    stem = Path(path).stem
    if match := re.search(r"(20\d\d)[-_.年]?(0[1-9]|1[0-2])(?!\d)月?|(20\d\d)年([1-9])月", stem):
        year, month = match.group(1) or match.group(3), match.group(2) or match.group(4)
        return f"{year}-{int(month):02d}"
    if match := re.search(r"(20\d\d)年?第?([一二三四1-4])季度|(20\d\d)Q([1-4])", stem):
        year, quarter = match.group(1) or match.group(3), match.group(2) or match.group(4)
        return f"{year}Q{QUARTERS.get(quarter, quarter)}"
    if match := re.search(r"(20\d\d)年?(上|下)半年|(20\d\d)H([12])", stem):
        year, half = match.group(1) or match.group(3), match.group(4) or {"上": "1", "下": "2"}[match.group(2)]
        return f"{year}H{half}"
    if match := re.search(r"(20\d\d)", stem) or re.search(r"(?:^|[/\\])(20\d\d)(?=[/\\])", path):
        return match.group(1)
    raise DropError(f"{name}: 文件名和文件夹都没有写明年度,请在 received.csv 中登记期间")
