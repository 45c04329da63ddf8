"""Units of columns, told by the end of their names."""

from __future__ import annotations

UNITS = {
    "_yuan": "元", "_pct": "%", "_pp": "百分点", "_days": "天", "_points": "分", "_wan": "万元", "_square_metres": "平方米",
    "_score": "分", "_count": "个",
}  # fmt: skip


def unit_of(name: str) -> str:
    """The unit of a column, empty where its name tells none."""
    return next((unit for suffix, unit in UNITS.items() if name.endswith(suffix)), "")
