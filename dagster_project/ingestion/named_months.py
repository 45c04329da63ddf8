"""Which months a text names: 3月, 三月份, 2023年3月, 1-3月, 一季度, 上半年, 前三季度, 全年."""

from __future__ import annotations

import re

NUMERALS = {text: number for number, text in enumerate("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), start=1)}
NUMBER = f"([0-9]{{1,2}}|{'|'.join(sorted(NUMERALS, key=len, reverse=True))})"
YEAR = r"(?:20\d\d[-年./])?(?:度)?"
MONTH = re.compile(f"{YEAR}{NUMBER}月(?:份|度)?")
MONTHS = re.compile(f"{YEAR}{NUMBER}月?(?:份)?[-~—–至到]{NUMBER}月(?:份)?")
QUARTER = re.compile(f"{YEAR}第?([1-4一二三四])季度?")
FIRST_QUARTERS = re.compile(f"{YEAR}前([1-4一二三四])个?季度?")
HALVES = {"上半年": range(1, 7), "下半年": range(7, 13), "全年": range(1, 13), "年度": range(1, 13)}
HALF = re.compile(f"{YEAR}({'|'.join(HALVES)})(?:度)?")
IN_QUARTER = 3


def months_named(text: str) -> frozenset[int]:
    """The months of the year that a whole text names; none where it names none, or something besides."""
    if match := MONTH.fullmatch(text):
        first = last = _number(match[1])
    elif match := MONTHS.fullmatch(text):
        first, last = _number(match[1]), _number(match[2])
    elif match := QUARTER.fullmatch(text):
        last = IN_QUARTER * _number(match[1])
        first = last - IN_QUARTER + 1
    elif match := FIRST_QUARTERS.fullmatch(text):
        first, last = 1, IN_QUARTER * _number(match[1])
    elif match := HALF.fullmatch(text):
        return frozenset(HALVES[match[1]])
    else:
        return frozenset()
    return frozenset(range(first, last + 1)) if 1 <= first <= last <= max(NUMERALS.values()) else frozenset()


def _number(text: str) -> int:
    return NUMERALS.get(text) or int(text)
