"""The approved targets of a department, read and scored from the words of the specification: one component each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from oracle import figures
from oracle.cells import day, number, plain, words
from oracle.drop import pick

if TYPE_CHECKING:
    from oracle.figures import Office, Row

METHOD = "approved_targets"
PARTS = {"targets.overall_output": ("产出",), "targets.overall_benefit": ("效益", "满意度")}
GRADES = ((80, "达成"), (60, "部分达成"), (0, "未达成"))
USUAL = {"达成": 100, "部分达成": 70, "未达成": 30}


@dataclass
class Held:
    """A target and what it is held against: its share of its points, or why there is none."""

    number: int
    weight: Fraction
    top: Fraction | None
    bottom: Fraction | None
    share: Fraction | None
    state: str
    moves: bool
    value: Fraction | None


def in_force(office: Office) -> list[Row]:
    """The last version of each target that was approved by the end of the year and carries points."""
    rows = office.replacing(
        "department_targets",
        ["指标性质", "版本号|版本"],
        lambda row, table: {
            "no": int(number(pick(row, ["序号", "指标序号"])) or 0),
            "name": plain(pick(row, ["指标名称", "绩效指标"])),
            "kind": plain(pick(row, ["指标类别", "一级指标"])),
            "sign": plain(row["指标性质"]),
            "target": words(pick(row, ["年初指标值", "指标值"])),
            "weight": Fraction(number(pick(row, ["分值", "权重"])) or 0),
            "actual": words(pick(row, ["全年完成值", "完成值"])),
            "grade": pick(row, ["完成档次", "达成情况"]),
            "share": number(pick(row, ["评定比例"])),
            "approved": day(row["批复日期"]),
            "version": int(number(pick(row, ["版本号", "版本"])) or 0),
        },
        "no",
        "version",
    )
    last: dict[int, Row] = {}
    for row in office.of_year(rows):
        if row["approved"] <= office.last and row["version"] >= last.get(row["no"], row)["version"]:
            last[row["no"]] = row
    return [row for _, row in sorted(last.items()) if row["weight"] > 0]


def count(office: Office, figure: str) -> int:
    """How many targets count for an indicator."""
    return len([row for row in in_force(office) if row["kind"] in PARTS[figure]])


def of_indicator(office: Office, rule: dict[str, str]) -> list[Held]:
    """Each target of an indicator; the points of the indicator are shared by the weights of the approved table."""
    rows = [row for row in in_force(office) if row["kind"] in PARTS[rule["numerator_figure"]]]
    whole = sum((row["weight"] for row in rows), Fraction(0))
    points = Fraction(rule["weight"])
    return [_held(office, row, points * row["weight"] / whole, rule["numerator_figure"]) for row in rows]


def _held(office: Office, row: Row, weight: Fraction, figure: str) -> Held:
    mapped = [
        line
        for line in figures.seed("department_target_figures")
        if (line["department_code"], line["indicator_name"]) == (office.drop.department, row["name"])
        and figures.valid(line, office.year)
    ]
    held = Held(row["no"], weight, None, None, None, "SCORED", True, None)
    used = [figure]
    actual: Fraction | None
    if mapped:
        names = [mapped[0][column] for column in ("numerator_figure", "denominator_figure")]
        used += [name for name in names if name]
        held.moves = mapped[0]["na_policy"] == "REDISTRIBUTE"
        held.top = office.figure(names[0])
        held.bottom = office.figure(names[1]) if names[1] else None
        if held.top is None or (names[1] and held.bottom is None):
            actual, held.state = None, "MISSING_DATA"
        elif names[1] and not held.bottom:
            actual, held.state = None, "NOT_APPLICABLE"
        else:
            actual = held.top / held.bottom * 100 if held.bottom else held.top
    else:
        found = number(row["actual"]) if row["sign"] != "定性" else None
        held.top = actual = None if found is None else Fraction(found)
    ends = _ends(row)
    if ends is None:
        held.state = "MISSING_DATA"
    elif row["sign"] == "定性":
        held.share = _judged(row) if not mapped else None if actual is None else min(actual / 100, Fraction(1))
    elif actual is not None:
        held.value, held.share = actual, _reached(actual, *ends)
    if held.share is None and held.state == "SCORED":
        held.state = "MISSING_DATA"
    whole = all(office.is_whole(name) for name in used)
    if held.state == "NOT_APPLICABLE" and not whole:
        held.state = "MISSING_DATA"
    elif held.state == "SCORED" and not whole:
        held.state = "PARTIAL"
    elif held.state == "SCORED" and row["sign"] == "定性" and not mapped:
        held.state = "MANUAL"
    return held


def _ends(row: Row) -> tuple[Fraction | None, Fraction | None] | None:
    """What a target allows, from and to; None where it is none."""
    text = row["target"]
    if text is None:
        return None
    if row["sign"] == "定性":
        return None, None
    if row["sign"] == "区间":
        found = re.fullmatch(r"([\d.,]+)%?[~—–\-至到]([\d.,]+)%?", text.replace(" ", ""))
        ends = [number(part) for part in found.groups()] if found else [None, None]
        low, high = (None if end is None else Fraction(end) for end in ends)
        return None if low is None or high is None or low > high else (low, high)
    value = number(text)
    if value is None or (row["sign"] == "≥" and value <= 0):
        return None
    end = Fraction(value)
    return (None if row["sign"] == "≤" else end), (None if row["sign"] == "≥" else end)


def _reached(actual: Fraction, low: Fraction | None, high: Fraction | None) -> Fraction:
    if low is not None and actual < low:
        return max(actual / low, Fraction(0)) if low else Fraction(0)
    if high is not None and actual > high:
        return max(high / actual, Fraction(0))
    return Fraction(1)


def _judged(row: Row) -> Fraction | None:
    """The share that the grade of a qualitative target gives."""
    grade = row["grade"] or (row["actual"] if row["actual"] in USUAL else None)
    if grade is None and row["actual"] is not None and row["actual"] == row["target"]:
        grade = GRADES[0][1]
    share: Decimal | int | None = row["share"]
    if share is None and grade is not None:
        share = USUAL[grade]
    return None if share is None else Fraction(share) / 100
