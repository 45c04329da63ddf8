"""Districts, streets and towns of the city, read from `streets.csv` (National Bureau of Statistics, 2023)."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

STREETS = Path(__file__).with_name("streets.csv")


@cache
def streets() -> tuple[tuple[str, str], ...]:
    """(district code, name of the street or town) of the whole city."""
    with STREETS.open(encoding="utf-8", newline="") as stream:
        return tuple((row["district_code"], row["street_name"]) for row in csv.DictReader(stream))


@cache
def districts() -> tuple[str, ...]:
    """District codes in order."""
    return tuple(sorted({district for district, _ in streets()}))


@cache
def towns() -> tuple[tuple[str, str], ...]:
    """Those that are towns and so have a congress of their own."""
    return tuple((district, name) for district, name in streets() if name.endswith("镇"))


DISTRICT_NAMES = {
    "440103": "荔湾区", "440104": "越秀区", "440105": "海珠区", "440106": "天河区", "440111": "白云区",
    "440112": "黄埔区", "440113": "番禺区", "440114": "花都区", "440115": "南沙区", "440117": "从化区",
    "440118": "增城区",
}  # fmt: skip
