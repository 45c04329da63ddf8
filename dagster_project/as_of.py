"""The moment of a look back (`as_of`), read once into a date and time before anything else sees it."""

from __future__ import annotations

import datetime as dt
import re

from dagster_project.ingestion.periods import SHANGHAI

WRITTEN = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[ T]([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:\.[0-9]{1,6})?)?(?: ?(Z|[+-][0-9]{2}:[0-9]{2}))?)?"
)
END_OF_DAY = "23:59:59.999999"
SHOWN = 40
"""Characters of a wrong value that a message repeats."""


class AsOfError(ValueError):
    """The text is no moment; the message says how one is written."""


def parse_as_of(text: str) -> dt.datetime | None:
    """Read the moment of a look back.

    Args:
        text: a date, or a date and a time of day: ``2023-07-01``, ``2023-07-01 08:30[:00[.123456]]``, in Asia/Shanghai or with an
            offset, ``2023-07-01T00:30:00Z``, ``2023-07-01 08:30+08:00``. A date alone is the whole of that day, to its last
            moment: what came in on that day counts. Empty means now.

    Returns:
        the moment in Asia/Shanghai without a time zone, as the log of submissions has them; None for now.

    Raises:
        AsOfError: the text is anything else.
    """
    if not text:
        return None
    found = WRITTEN.fullmatch(text)
    if found:
        day, minute, second, offset = found.groups()
        time = f"{minute}{second or ''}" if minute else END_OF_DAY
        try:
            moment = dt.datetime.fromisoformat(f"{day}T{time}{offset or ''}")
            return moment.astimezone(SHANGHAI).replace(tzinfo=None) if offset else moment
        except (ValueError, OverflowError):
            pass  # a day or an hour that no calendar has
    short = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    raise AsOfError(
        f"as_of “{short}” 不是一个时刻;请写成 2023-07-01(含当日全天)、2023-07-01 08:30:00(北京时间)"
        "或带时区 2023-07-01T08:30:00+08:00。没有运行任何步骤"
    )


def as_of_text(text: str) -> str:
    """A moment in the one way that dbt is told it, ``2023-07-01 08:30:00``; empty stays empty.

    Raises:
        AsOfError: the text is no moment.
    """
    moment = parse_as_of(text)
    return moment.isoformat(sep=" ") if moment else ""
