"""Dates, months and times as DuckDB expressions over text, and the periods that they are compared with."""

from __future__ import annotations

import datetime as dt
import re

from dagster_project.contracts import DateOrder
from dagster_project.ingestion.sql import literal

FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
YEAR = "(19[0-9]{2}|20[0-9]{2}|2100)"
"""The years that a date of a ledger may have; a pattern asks for less time than a function of every date."""
LAST_SHORT_YEAR = 68
"""Of two digits up to this one is a year from 2000 on, above it one before."""
SHANGHAI_MINUTES = 8 * 60
DATE_END = "(-[0-9]{1,2}-|/[0-9]{1,2}/)[0-9]{1,2}"
DATE = f"{YEAR}{DATE_END}"
MIXED_SIGNS = "^[0-9]+(-[0-9]+[./]|[.][0-9]+[-/]|/[0-9]+[-.])"
"""Two signs in one date: ``2023.1-3`` may be January to March."""
TIME = "[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?"
OFFSET = "(Z|[+-][0-9]{2}:?[0-9]{2})"
CLOCK = f"((上午|下午) ?)?{TIME}"
SHORT = "[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4}|[0-9]{2})"
"""Day, month and year in an order that the text does not tell."""
LONE_DIGIT_MONTH = f"{YEAR}[.][1-9]"
"""``2023.1``: January, or what a program that takes it for a number makes of 2023.10."""
WEEKDAY = "[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?"


def _when(text: str, pattern: str, value: str) -> str:
    """A branch of a case: the value where the whole text has the pattern; casts alone overlook what stands behind a date."""
    return f"when regexp_full_match({text}, {literal(pattern)}) then {value}"


def quick_date(cell: str) -> str:
    """`2023-01-05` or `2023/1/5`; of the former it costs less to write the date back than to look for its pattern."""
    day = f"try_cast({cell} as date)"
    is_common = f"cast({day} as varchar) = {cell} and {day} between date '{FIRST_DAY}' and date '{LAST_DAY}'"
    return f"case when {is_common} then {day} {_when(cell, DATE, day)} end"


def quick_timestamp(cell: str) -> str:
    """`2023-01-05 09:30:00`, also as `2023-01-05T09:30:00+08:00`."""
    pattern = f"{DATE}[ T][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}([+]08:00)?"
    local = f"split_part({cell}, '+', 1)"
    return f"case {_when(cell, pattern, f'try_cast({local} as timestamp)')} end"


def iso_text(half: str, order: DateOrder | None) -> str:
    """`2023年1月5日`, `2023 年 1 月 5 日`, `2023.1.5`, `2023年1月` with hyphens between the parts of the date; also in the declared order.

    A day of the week behind the date is left out. `2023.1` stays as it is, and so does `2023年1-3`: both may be other months.
    """
    behind = f"(?:\\s*日|T|\\b)\\s*(?:{WEEKDAY})?\\s*"
    number = "\\s*([0-9]{1,2})\\s*"
    signs = "|".join(
        f"{first}{number}{second}" for first, second in (("[-年./]", "月"), ("-", "-"), ("/", "/"), ("[.年]", "[.]"))
    )
    parts = f"^([0-9]{{4}})\\s*(?:{signs})\\s*([0-9]{{1,2}}){behind}"
    day = f"regexp_replace({half}, '{parts}', '\\1-\\2\\3\\4\\5-\\6 ')"
    month = f"regexp_replace({day}, '^([0-9]{{4}})(?:\\s*[年/]\\s*([0-9]{{1,2}})\\s*月?份?|[.]([0-9]{{2}}))$', '\\1-\\2\\3')"
    text = f"rtrim({month})"
    return _in_order(text, order) if order else text


def _in_order(text: str, order: DateOrder) -> str:
    """A date in the declared order as year, month, day; a year of two digits gets its century."""
    sign, two, rest = "[-/.]", "([0-9]{1,2})", "( .*)?"
    if order == "YMD":
        found, parts = f"^([0-9]{{2}}){sign}{two}{sign}{two}{rest}$", (1, 2, 3)
    else:
        found = f"^{two}{sign}{two}{sign}([0-9]{{4}}|[0-9]{{2}}){rest}$"
        parts = (3, 2, 1) if order == "DMY" else (3, 1, 2)
    year, month, day = (f"regexp_extract({text}, '{found}', {part})" for part in parts)
    century = f"case when strlen({year}) = 4 then '' when {year} <= '{LAST_SHORT_YEAR}' then '20' else '19' end"
    turned = f"{century} || {year} || '-' || {month} || '-' || {day} || regexp_extract({text}, '{found}', 4)"
    is_one = f"regexp_matches({text}, '{found}') and not regexp_matches({text}, '{MIXED_SIGNS}')"
    return f"case when {is_one} then {turned} else {text} end"


def date(iso: str, epoch: dt.date) -> str:
    """An ISO date, `20230105` or a spreadsheet serial; a time of day is left out.

    A time with an offset from UTC means a day in Shanghai: `2023-01-04T16:00:00Z` is the fifth.
    """
    serial = f"try_cast(split_part({iso}, '.', 1) as integer)"
    last = (LAST_DAY - epoch).days
    return f"""case
        {_when(iso, f"{DATE}( {CLOCK})?", f"try_cast(split_part({iso}, ' ', 1) as date)")}
        {_when(iso, f"{DATE} {TIME}{OFFSET}", f"cast({_in_shanghai(iso)} as date)")}
        {_when(iso, f"{YEAR}[0-9]{{4}}", f"try_cast(try_strptime({iso}, '%Y%m%d') as date)")}
        {_when(iso, "[0-9]{5}([.]0+)?", f"case when {serial} <= {last} then date '{epoch}' + {serial} end")}
    end"""


def month(iso: str, epoch: dt.date, order: DateOrder | None) -> str:
    """`2023-03` or `202303`, or any date: the first day of that month; `03/2023` where an order is declared that ends with the year."""
    turned = f"strptime(lpad({iso}, 7, '0'), '%m/%Y')"
    year_last = _when(f"translate({iso}, '-.', '//')", f"(0?[1-9]|1[0-2])/{YEAR}", f"cast({turned} as date)")
    first_day = f"cast(date_trunc('month', {date(iso, epoch)}) as date)"
    return f"""coalesce({first_day}, case
        {_when(iso, f"{YEAR}-[0-9]{{1,2}}", f"try_cast({iso} || '-01' as date)")}
        {_when(iso, f"{YEAR}[0-9]{{2}}", f"try_cast(try_strptime({iso} || '01', '%Y%m%d') as date)")}
        {year_last if order in ("DMY", "MDY") else ""}
    end)"""


def _clock(iso: str) -> str:
    """The day and the time of a text as it writes them, whatever its offset or half of the day."""
    local = f"regexp_replace(regexp_replace({iso}, '{OFFSET}$', ''), '[上下]午 ?', '')"
    hours = f"regexp_replace({local}, ' ([0-9]):', ' 0\\1:')"
    return f"try_cast(regexp_replace({hours}, ' ([0-9]{{2}}:[0-9]{{2}})$', ' \\1:00') as timestamp)"


def _in_shanghai(iso: str) -> str:
    """A time with its offset from UTC as it is in Asia/Shanghai."""
    minutes = f"""(case when right({iso}, 1) = 'Z' then 0 else
        cast(regexp_extract({iso}, '([+-][0-9]{{2}}):?[0-9]{{2}}$', 1) as integer) * 60
        + cast(regexp_extract({iso}, '([+-])[0-9]{{2}}:?[0-9]{{2}}$', 1) || right({iso}, 2) as integer) end)"""
    return f"{_clock(iso)} + to_minutes({SHANGHAI_MINUTES} - {minutes})"


def timestamp(iso: str, epoch: dt.date) -> str:
    """A date with or without a time; an offset from UTC is turned into Asia/Shanghai, which has no summer time."""
    padded = _clock(iso)
    halves = f"""{padded} + to_hours(case
        when contains({iso}, '下午') and hour({padded}) < 12 then 12
        when contains({iso}, '上午') and hour({padded}) = 12 then -12
        else 0 end)"""
    return f"""case
        {_when(iso, f"{DATE} {CLOCK}", halves)}
        {_when(iso, f"{DATE} {TIME}{OFFSET}", _in_shanghai(iso))}
        when not contains({iso}, ':') then cast({date(iso, epoch)} as timestamp)
    end"""


def has_unknown_order(cell: str) -> str:
    """Whether a text may be a date, but does not say which part is the day, the month or the year."""
    two_first = "[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
    return f"regexp_full_match({cell}, {literal(f'({SHORT}|{two_first})( {TIME})?')})"


def is_lone_digit_month(cell: str) -> str:
    """Whether a text is a year and one digit behind a point."""
    return f"regexp_full_match({cell}, {literal(LONE_DIGIT_MONTH)})"


def first_and_last_day(period: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of a period such as 2023, 2023H1, 2023Q4 or 2023-06.

    Raises:
        ValueError: the period is written in no such way.
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})|([HQ])(\d))?", period)
    if not match:
        raise ValueError(f"no period: {period}")
    year = int(match[1])
    months = {None: 12, "H": 6, "Q": 3}[match[3]] if match[2] is None else 1
    first = int(match[2] or 1) if match[3] is None else (int(match[4]) - 1) * months + 1
    after = first + months
    return dt.date(year, first, 1), dt.date(year + (after > 12), (after - 1) % 12 + 1, 1) - dt.timedelta(days=1)
