"""What a cell means: numbers, amounts, days, codes and yes or no, as offices write them."""

from __future__ import annotations

import functools
import re
import unicodedata
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

NOTHING = {"", "-", "—", "——", "–", "/", "--", "无此项"}


@functools.lru_cache(maxsize=500_000)
def plain(text: str | None) -> str:
    """The text with full-width forms folded and outer space, marks and quotes gone."""
    return unicodedata.normalize("NFKC", text or "").replace("﻿", "").strip()


def words(text: str | None) -> str | None:
    """A text, or None where the cell says that there is nothing."""
    folded = plain(text)
    return None if folded in NOTHING else folded


def number(text: str | None) -> Decimal | None:
    """A number with thousands, parentheses for minus, full-width digits or a per cent sign."""
    folded = words(text)
    if folded is None:
        return None
    folded = folded.replace(",", "").replace(" ", "").rstrip("%")
    minus = folded.startswith("(") and folded.endswith(")")
    try:
        value = Decimal(folded.strip("()"))
    except InvalidOperation:
        return None
    return -value if minus else value


def yuan(text: str | None, unit: str) -> Decimal | None:
    """An amount in yuan, to the cent."""
    value = number(text)
    if value is None:
        return None
    return (value * {"元": 1, "万元": 10000}[unit]).quantize(Decimal("0.01"), ROUND_HALF_UP)


@functools.lru_cache(maxsize=100_000)
def day(text: str | None) -> date | None:
    """A day in any of the forms of the exports, serial numbers of Excel too."""
    folded = words(text)
    if folded is None:
        return None
    if re.fullmatch(r"\d{5}(\.0*)?", folded):
        return date(1899, 12, 30) + timedelta(days=int(folded.split(".")[0]))
    if re.fullmatch(r"\d{8}", folded):
        folded = f"{folded[:4]}-{folded[4:6]}-{folded[6:]}"
    found = re.match(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", folded)
    return date(int(found[1]), int(found[2]), int(found[3])) if found else None


def month(text: str | None) -> date | None:
    """A month, as its first day."""
    folded = words(text)
    if folded is None:
        return None
    if re.fullmatch(r"\d{6}", folded):
        folded = f"{folded[:4]}-{folded[4:]}"
    found = re.match(r"(\d{4})[-/.年](\d{1,2})月?", folded)
    if found:
        return date(int(found[1]), int(found[2]), 1)
    whole = day(folded)
    return whole.replace(day=1) if whole else None


def code(text: str | None, names: dict[str, str]) -> str | None:
    """The code of a list that is meant by a code, a name or both (`11-一般公共预算`)."""
    folded = words(text)
    if folded is None:
        return None
    first = re.split(r"-|##| ", folded, maxsplit=1)[0]
    for candidate in (folded, first):
        if candidate in names:
            return candidate
    by_name = {plain(name): key for key, name in names.items()}
    return by_name.get(folded) or by_name.get(folded.split("-", 1)[-1])


def yes(text: str | None) -> bool | None:
    """是 or 否; None where it is blank."""
    return {"是": True, "否": False}.get(plain(text))


def items(text: str | None) -> list[str]:
    """A list in one cell, separated by 、"""
    folded = words(text)
    return [part.strip() for part in re.split("[、,;]", folded) if part.strip()] if folded else []
