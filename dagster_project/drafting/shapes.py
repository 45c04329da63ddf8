"""What a value looks like, whatever it says: used to tell whether two columns hold the same kind of thing."""

from __future__ import annotations

import re

DATE = re.compile(r"(19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?|(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])")
STAMP = re.compile(r"(19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ T]\d.*")
MONTH = re.compile(r"(19|20)\d\d[-/.年]\d{1,2}月?")
NUMBER = re.compile(r"[-+(]?[¥￥]?\d[\d,]*(\.\d+)?%?\)?")
YES_NO = frozenset("是 否 有 无 true false TRUE FALSE √ ×".split())


def shape_of(value: str) -> str:
    """``kind:detail``: date, time, month, yes-no, number, id with the letters it begins with, or text of a rough length."""
    if value in YES_NO:
        return "boolean:"
    if DATE.fullmatch(value):
        return "date:"
    if STAMP.fullmatch(value):
        return "timestamp:"
    if MONTH.fullmatch(value):
        return "month:"
    if NUMBER.fullmatch(value):
        digits = len(value)
        return "number:" + ("decimal" if "." in value else "long" if digits > 8 else "whole")
    if match := re.fullmatch(r"([A-Za-z]{0,8})[-_]?\d[\w-]*", value):
        return f"id:{match.group(1)}"
    return "text:" + ("short" if len(value) <= 8 else "middle" if len(value) <= 20 else "long")
