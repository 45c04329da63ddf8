"""The moment of a look back (`as_of`), read once into a date and time before anything else sees it."""

from __future__ import annotations

import datetime as dt
import re

WRITTEN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:\.[0-9]{1,6})?)?)?")
SHOWN = 40
"""Characters of a wrong value that a message repeats."""


class AsOfError(ValueError):
    """The text is no moment; the message says how one is written."""


def parse_as_of(text: str) -> dt.datetime | None:
    """Read the moment of a look back.

    Args:
        text: a date, or a date and a time of day, in Asia/Shanghai: ``2023-07-01``, ``2023-07-01 08:30[:00[.123456]]``. A date
            alone is its first moment. Empty means now.

    Returns:
        the moment without a time zone, as the log of submissions has them; None for now.

    Raises:
        AsOfError: the text is anything else.
    """
    if not text:
        return None
    found = WRITTEN.fullmatch(text)
    if found:
        day, minute, second = found.groups()
        try:
            return dt.datetime.fromisoformat(f"{day}T{minute or '00:00'}{second or ''}")
        except ValueError:
            pass  # a day or an hour that no calendar has
    short = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    raise AsOfError(
        f"as_of “{short}” 不是一个时刻;请写成 2023-07-01 或 2023-07-01 08:30:00(北京时间,不带时区)。没有运行任何步骤"
    )


def as_of_text(text: str) -> str:
    """A moment in the one way that dbt is told it, ``2023-07-01 00:00:00``; empty stays empty.

    Raises:
        AsOfError: the text is no moment.
    """
    moment = parse_as_of(text)
    return moment.isoformat(sep=" ") if moment else ""
