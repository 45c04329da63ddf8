"""Figures from rows, points from figures, scores from points: how, is told in docs/scoring.md."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from dagster_project.reporting.pack.verifier.numbers import cut, number, rounded
from dagster_project.reporting.pack.verifier.targets import share_of_target

if TYPE_CHECKING:
    from dagster_project.reporting.pack.verifier.numbers import Number, Table


WITHOUT_VALUE = ("MISSING", "NOT_APPLICABLE")
OVER_A_BREAK = "口径变动"
"""What a growth says that is not computed because its series changed; a base of zero is found again from the rows."""


class Figures:
    """The figures of the year, each computed from the rows of an indicator."""

    def __init__(self, definitions: Table, submissions: Table, year: int) -> None:
        self.definitions = {row["figure_id"]: row for row in definitions}
        self._handed_in: set[tuple[str, int]] = {(row["ledger"], int(row["fiscal_year"])) for row in submissions}
        self._year = year

    def value(self, figure_id: str, rows: Table) -> Number:
        """The value in the unit of the figure, cut after eight places; None where a ledger is missing or a base is zero."""
        definition = self.definitions[figure_id]
        if definition["aggregation"] in ("ratio", "growth", "difference"):
            if definition["status"] in WITHOUT_VALUE or OVER_A_BREAK in definition["display_text"]:
                return None
            top = self._measured(definition["numerator_figure"], rows)
            bottom = self._measured(definition["denominator_figure"], rows)
            if definition["aggregation"] == "difference" and top is not None and bottom is not None:
                return cut((top - bottom) / int(definition["units_per_figure_unit"]), 8)
            if top is None or not bottom:
                return None
            return cut(100 * (top - (bottom if definition["aggregation"] == "growth" else 0)) / bottom, 8)
        measured = self._measured(figure_id, rows)
        return None if measured is None else cut(measured / int(definition["units_per_figure_unit"]), 8)

    def _measured(self, figure_id: str, rows: Table) -> Number:
        definition = self.definitions[figure_id]
        if definition["status"] in WITHOUT_VALUE:  # also where a ledger was handed in without a row
            return None
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

    def __init__(
        self,
        rule: dict[str, str],
        values: dict[str, Number],
        judged: Number,
        bands: Table,
        partial: Sequence[str] = (),
        not_had: Sequence[str] = (),
    ) -> None:
        self.rule = rule
        self.weight = Fraction(rule.get("exact_weight") or rule["weight"])
        names = ("numerator_figure", "denominator_figure", "case_figure", "zero_if_figure")
        figures = {name: values[rule[name]] if rule[name] else None for name in names}
        top, bottom = figures["numerator_figure"], figures["denominator_figure"]
        self.percentage = 100 * top / bottom if top is not None and bottom else None
        used = [rule[name] for name in names] + [rule.get("target_figure", "")]
        self._is_partial = any(name in partial for name in used if name)
        self._is_not_had = any(rule[name] in not_had for name in names if rule[name])
        top = number(rule.get("reported")) if top is None else top
        self.numerator = top
        self.state = self._state(figures, judged)
        if self.state == "MISSING_DATA" or (figures["zero_if_figure"] or 0) > 0:
            self.points = Fraction(0)
        else:
            lost = (number(rule["points_per_case"]) or 0) * (figures["case_figure"] or 0)
            self.points = max(Fraction(0), self.weight * self._share(top, bottom, judged, bands) - lost)

    def _state(self, figures: dict[str, Number], judged: Number) -> str:
        method, bottom = self.rule["method"], figures["denominator_figure"]
        if self._is_not_had:
            return "NOT_APPLICABLE"
        missing = any(self.rule[name] and figures[name] is None for name in figures)
        missing = missing or (method == "manual" and judged is None) or bool(self.rule.get("fault_zh"))
        zero_base = not missing and self.rule["denominator_figure"] != "" and bottom == 0
        zero_base = zero_base and (
            method in ("ratio", "all_of", "banded", "approved_targets")
            or (method == "over_budget" and figures["numerator_figure"] == 0)
        )
        if missing or (zero_base and (self._is_partial or method in ("banded", "over_budget"))):
            return "MISSING_DATA"
        if self._is_partial:
            return "PARTIAL"
        if method == "manual" or self.rule.get("judged"):
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
        if method == "approved_targets":
            return share_of_target(self.rule, top, bottom)
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
        elif any(part.state == "PARTIAL" for part in components):
            self.status = "PARTIAL"
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
