"""Verify an evidence pack and compute its scores again. Goes into every pack as ``verify.py``: standard library only, Python 3.8 or later.

    python3 -I -S verify.py                 the pack this file was unpacked with
    python3 -I -S verify.py FOLDER|PACK.zip another one

Exit codes: 0 everything agrees; 1 a file was changed, is missing or was added, or a score does not follow from the rows;
2 there is no pack.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import error as ZlibError

if TYPE_CHECKING:
    Table = list[dict[str, str]]
    Number = Fraction | None

MANIFEST = "MANIFEST.sha256"
SEAL = "# sha256 of the lines above: "


class Broken(Exception):
    """The pack cannot be read; the message names the file."""


class Pack:
    """The files of a pack, in a folder or in a zip."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._zip: zipfile.ZipFile | None = None
        if place.is_dir():
            self.names = sorted(p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file())
            return
        try:
            self._zip = zipfile.ZipFile(str(place))
        except (OSError, zipfile.BadZipFile) as error:
            raise Broken(f"{place.name}:打不开这个压缩包({error})") from error
        self.names = sorted(name for name in self._zip.namelist() if not name.endswith("/"))

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        try:
            return (self.place / name).read_bytes() if self._zip is None else self._zip.read(name)
        except (OSError, KeyError, zipfile.BadZipFile, ZlibError, NotImplementedError, RuntimeError, EOFError) as error:
            raise Broken(f"{name}:读不出来({error})") from error

    def table(self, name: str) -> Table:
        """The rows of a CSV file."""
        text = self.read(name).decode("utf-8-sig")
        return [dict(row) for row in csv.DictReader(io.StringIO(text, newline=""))]


def changed_files(pack: Pack) -> list[str]:
    """What is wrong with the files of a pack, each named; empty where every byte is as it was.

    The manifest seals itself with its last line, so a change of the manifest is told as such and not as one of other files.
    """
    if MANIFEST not in pack.names:
        return [f"{MANIFEST}:清单不在"]
    try:
        content = pack.read(MANIFEST)
    except Broken as error:
        return [str(error)]
    body, mark, seal = content.rpartition(SEAL.encode("ascii"))
    if not mark or seal != (hashlib.sha256(body).hexdigest() + "\n").encode("ascii"):
        return [f"{MANIFEST}:清单本身被改动"]
    expected = {}
    for line in body.decode("utf-8").splitlines():
        digest, name = line.split("  ", 1)
        expected[name] = digest
    wrong = []
    for name in sorted(expected):
        if name not in pack.names:
            wrong.append(f"{name}:文件不在")
            continue
        try:
            if hashlib.sha256(pack.read(name)).hexdigest() != expected[name]:
                wrong.append(f"{name}:内容被改动")
        except Broken as error:
            wrong.append(str(error))
    return wrong + [f"{name}:清单之外的文件" for name in pack.names if name not in expected and name != MANIFEST]


def number(text: str | None) -> Number:
    """A decimal as it is written; None where there is none."""
    return Fraction(text) if text else None


def cut(value: Fraction, places: int) -> Fraction:
    """A number cut, not rounded, after some places."""
    scaled = value * 10**places
    whole = abs(scaled.numerator) // scaled.denominator
    return Fraction(whole if scaled >= 0 else -whole, 10**places)


def rounded(value: Fraction) -> Decimal:
    """Points rounded half up, once, to two places."""
    cents = abs(value) * 100
    whole = (2 * cents.numerator + cents.denominator) // (2 * cents.denominator)
    return (Decimal(whole) / 100 * (1 if value >= 0 else -1)).quantize(Decimal("0.01"), ROUND_HALF_UP)


class Figures:
    """The figures of the year, each computed from the rows of an indicator."""

    def __init__(self, definitions: Table, submissions: Table, year: int) -> None:
        self.definitions = {row["figure_id"]: row for row in definitions}
        self._handed_in: set[tuple[str, int]] = {(row["ledger"], int(row["fiscal_year"])) for row in submissions}
        self._year = year

    def value(self, figure_id: str, rows: Table) -> Number:
        """The value in the unit of the figure, cut after eight places; None where a ledger is missing or a base is zero."""
        definition = self.definitions[figure_id]
        if definition["aggregation"] in ("ratio", "growth"):
            top = self._measured(definition["numerator_figure"], rows)
            bottom = self._measured(definition["denominator_figure"], rows)
            if top is None or not bottom:
                return None
            return cut(100 * (top - (bottom if definition["aggregation"] == "growth" else 0)) / bottom, 8)
        measured = self._measured(figure_id, rows)
        return None if measured is None else cut(measured / int(definition["units_per_figure_unit"]), 8)

    def _measured(self, figure_id: str, rows: Table) -> Number:
        definition = self.definitions[figure_id]
        year = self._year + int(definition["ledger_year_offset"])
        ledgers = [name for name in definition["source_ledgers"].split("|") if name]
        if any((ledger, year) not in self._handed_in for ledger in ledgers):
            return None
        mine = [row for row in rows if row["figure_id"] == figure_id]
        if definition["aggregation"] == "sum":
            return sum((Fraction(row["measure"]) for row in mine if row["measure"]), Fraction(0))
        if definition["aggregation"] == "count":
            return Fraction(sum(1 for row in mine if row["measure"]))
        return Fraction(len({row["fact_key"] for row in mine}))


class Component:
    """A component of an indicator, scored from its figures: how, is told in docs/scoring.md."""

    def __init__(self, rule: dict[str, str], values: dict[str, Number], judged: Number, bands: Table) -> None:
        self.rule = rule
        self.weight = Fraction(rule["weight"])
        names = ("numerator_figure", "denominator_figure", "case_figure", "zero_if_figure")
        figures = {name: values[rule[name]] if rule[name] else None for name in names}
        top, bottom = figures["numerator_figure"], figures["denominator_figure"]
        self.percentage = 100 * top / bottom if top is not None and bottom else None
        self.state = self._state(figures, judged)
        if self.state == "MISSING_DATA" or (figures["zero_if_figure"] or 0) > 0:
            self.points = Fraction(0)
        else:
            lost = (number(rule["points_per_case"]) or 0) * (figures["case_figure"] or 0)
            self.points = max(Fraction(0), self.weight * self._share(top, bottom, judged, bands) - lost)

    def _state(self, figures: dict[str, Number], judged: Number) -> str:
        method, bottom = self.rule["method"], figures["denominator_figure"]
        missing = any(self.rule[name] and figures[name] is None for name in figures)
        missing = missing or (method == "manual" and judged is None)
        zero_base = not missing and self.rule["denominator_figure"] != "" and bottom == 0
        zero_base = zero_base and (
            method in ("ratio", "all_of", "banded") or (method == "over_budget" and figures["numerator_figure"] == 0)
        )
        if missing or (zero_base and method in ("banded", "over_budget")):
            return "MISSING_DATA"
        if method == "manual":
            return "MANUAL"
        return "NOT_APPLICABLE" if zero_base else "SCORED"

    def _share(self, top: Number, bottom: Number, judged: Number, bands: Table) -> Fraction:
        if self.state == "NOT_APPLICABLE":
            return Fraction(1 if self.rule["na_policy"] == "FULL_SCORE" else 0)
        method, target = self.rule["method"], number(self.rule["target"])
        if method == "cases":
            return Fraction(1)
        if method == "manual":
            return (judged or Fraction(0)) / 100
        assert top is not None
        if method == "ratio":
            assert bottom and target
            return min(Fraction(1), top * 100 / (bottom * target))
        if method == "banded":
            return self._band(bands)
        if method == "over_budget":
            if not bottom:
                return Fraction(0)
            over = max(Fraction(0), (self.percentage or Fraction(0)) - 100)
            return max(
                Fraction(0), 1 - Fraction(self.rule["over_points_share"]) * -(-over.numerator // over.denominator)
            )
        bound = {"all_of": bottom, "at_least": target, "at_most": target if bottom is None else bottom}[method]
        assert bound is not None
        return Fraction(1 if (top <= bound if method == "at_most" else top >= bound) else 0)

    def _band(self, bands: Table) -> Fraction:
        value = self.percentage
        for band in bands:
            low, high = number(band["above"]), number(band["up_to"])
            assert value is not None
            if band["included_bound"] == "upper":
                inside = (low is None or value > low) and (high is None or value <= high)
            else:
                inside = (low is None or value >= low) and (high is None or value < high)
            if inside:
                return Fraction(int(band["share_numerator"]), int(band["share_denominator"]))
        return Fraction(0)


class Indicator:
    """A level-3 indicator made of its components; its score needs its group, see `score_all`."""

    def __init__(self, rule: dict[str, str], components: Sequence[Component]) -> None:
        self.rule = rule
        self.weight = Fraction(rule["weight"])
        self.components = components
        self.score: Decimal | None = None
        absent = [part for part in components if part.state == "NOT_APPLICABLE"]
        moved = sum((p.weight for p in absent if p.rule["na_policy"] == "REDISTRIBUTE"), Fraction(0))
        self.points = sum((part.points for part in components), Fraction(0))
        if moved not in (0, self.weight):
            self.points = self.points * self.weight / (self.weight - moved)
        if any(part.state == "MISSING_DATA" for part in components):
            self.status = "MISSING_DATA"
        elif len(absent) == len(components):
            self.status = "NA_FULL" if rule["na_policy"] == "FULL_SCORE" else "NA_REDISTRIBUTED"
        else:
            self.status = "MANUAL" if any(part.state == "MANUAL" for part in components) else "SCORED"


def score_all(indicators: Sequence[Indicator]) -> None:
    """Points of what does not apply go to the rest of its level-2 group, of a whole group to the rest of its level 1."""
    kept2: dict[str, Fraction] = {}
    for one in indicators:
        left = Fraction(0) if one.status == "NA_REDISTRIBUTED" else one.weight
        kept2[one.rule["level2_no"]] = kept2.get(one.rule["level2_no"], Fraction(0)) + left
    groups = {one.rule["level2_no"]: one.rule for one in indicators}
    kept1: dict[str, Fraction] = {}
    for level2_no, rule in groups.items():
        left = Fraction(rule["level2_weight"]) if kept2[level2_no] else Fraction(0)
        kept1[rule["level1_no"]] = kept1.get(rule["level1_no"], Fraction(0)) + left
    for one in indicators:
        if one.status == "NA_REDISTRIBUTED":
            continue
        if one.status == "MISSING_DATA":
            one.score = Decimal("0.00")
            continue
        up = Fraction(one.rule["level2_weight"]) * Fraction(one.rule["level1_weight"])
        one.score = rounded(one.points * up / (kept2[one.rule["level2_no"]] * kept1[one.rule["level1_no"]]))


class Recomputed:
    """Everything the pack states of scores, computed again from its rows, and what does not agree."""

    def __init__(self, pack: Pack) -> None:
        about = json.loads(pack.read("pack.json").decode("utf-8"))
        self.pack = pack
        self.disagreements: list[str] = []
        figures = Figures(pack.table("figures.csv"), pack.table("submissions.csv"), int(about["fiscal_year"]))
        judged = {
            (row["indicator_no"], row["component_no"]): number(row["judged_share_pct"])
            for row in pack.table("judgements.csv")
        }
        rules, bands = pack.table("scheme/components.csv"), pack.table("scheme/bands.csv")
        self.indicators: list[Indicator] = []
        for rule in pack.table("scheme/indicators.csv"):
            no = rule["indicator_no"]
            values = self._values(figures, pack.table(f"indicators/{int(no):02d}/rows.csv"), rules, no)
            parts = [
                Component(
                    part,
                    values,
                    judged.get((no, part["component_no"])),
                    [b for b in bands if (b["indicator_no"], b["component_no"]) == (no, part["component_no"])],
                )
                for part in rules
                if part["indicator_no"] == no
            ]
            self.indicators.append(Indicator(rule, parts))
        score_all(self.indicators)
        self.total = sum((one.score for one in self.indicators if one.score is not None), Decimal("0.00"))
        self.rating = "" if any(one.status == "MISSING_DATA" for one in self.indicators) else self._rating()
        self._compare_indicators()
        self._compare_duties()
        self._compare_totals()

    def _values(self, figures: Figures, rows: Table, rules: Table, no: str) -> dict[str, Number]:
        """The figures of an indicator from its rows; they must be those that the pack states."""
        columns = ("numerator_figure", "denominator_figure", "case_figure", "zero_if_figure")
        named = {rule[column] for rule in rules for column in columns if rule["indicator_no"] == no and rule[column]}
        values = {}
        for figure_id in sorted(named):
            values[figure_id] = figures.value(figure_id, rows)
            self._same(
                f"指标 {no} 的数字 {figure_id}", values[figure_id], number(figures.definitions[figure_id]["value"])
            )
        return values

    def _rating(self) -> str:
        for row in self.pack.table("scheme/ratings.csv"):
            if self.total >= Decimal(row["low"]) and (not row["below"] or self.total < Decimal(row["below"])):
                return row["rating"]
        return ""

    def _compare_indicators(self) -> None:
        stated = {row["indicator_no"]: row for row in self.pack.table("results/indicators.csv")}
        for one in self.indicators:
            row = stated.pop(one.rule["indicator_no"], None)
            if row is None:
                self.disagreements.append(f"指标 {one.rule['indicator_no']}:结果表中没有")
                continue
            name = f"指标 {row['indicator_no']} {row['level3']}"
            self._same(f"{name} 的得分", one.score, Decimal(row["score"]) if row["score"] else None)
            self._same(f"{name} 的状态", one.status, row["score_status"])
        self.disagreements += [f"指标 {name}:方案中没有" for name in stated]

    def _compare_duties(self) -> None:
        parts = {
            part.rule["duty_no"]: part for one in self.indicators for part in one.components if part.rule["duty_no"]
        }
        for row in self.pack.table("results/duty_indicators.csv"):
            part = parts[row["indicator_no"]]
            is_moved = part.state == "NOT_APPLICABLE" and part.rule["na_policy"] == "REDISTRIBUTE"
            score = None if is_moved else rounded(part.points)
            self._same(f"履职指标 {row['level3']} 的得分", score, Decimal(row["score"]) if row["score"] else None)

    def _compare_totals(self) -> None:
        for row in self.pack.table("results/scorecard.csv"):
            mine = [
                one.score
                for one in self.indicators
                if one.score is not None
                and (row["level"] == "total" or one.rule["level1"] == row["level1"])
                and (row["level"] != "level2" or one.rule["level2"] == row["level2"])
            ]
            name = {"total": "总分", "level1": row["level1"], "level2": row["level2"]}[row["level"]]
            self._same(name, sum(mine, Decimal("0.00")), Decimal(row["score"]))
            if row["level"] == "total":
                self._same("等级", self.rating, row["rating"])

    def _same(self, what: str, computed: object, stated: object) -> None:
        if computed != stated:
            words = ["没有" if value is None else str(value) for value in (computed, stated)]
            self.disagreements.append(f"{what}:重算为 {words[0]},记录为 {words[1]}")


def main(arguments: Sequence[str]) -> int:
    """Verify a pack and say what was found."""
    place = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    if not place.exists():
        print(f"没有 {place}")
        return 2
    try:
        pack = Pack(place)
    except Broken as error:
        print(f"× {error}")
        return 1
    wrong = changed_files(pack)
    for text in wrong:
        print(f"× {text}")
    if wrong:
        print(f"文件与清单不符:{len(wrong)} 处,得分未重算")
        return 1
    print(f"清单 {len(pack.names) - 1} 个文件,逐一核对,没有改动")
    result: Any = Recomputed(pack)
    for one in result.indicators:
        score = "分值转移" if one.score is None else one.score
        print(f"  {int(one.rule['indicator_no']):>2} {one.rule['level3']}:{score} / {one.rule['weight']} {one.status}")
    print(f"总分 {result.total},等级 {result.rating or '不评(缺数据)'}")
    for text in result.disagreements:
        print(f"× {text}")
    print("重算结果与记录不符" if result.disagreements else "全部得分由包内数据行重算,与记录一致")
    return 1 if result.disagreements else 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
