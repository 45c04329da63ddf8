"""Everything that a pack states of scores, computed again from its rows."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from dagster_project.reporting.pack.verifier.files import Pack
from dagster_project.reporting.pack.verifier.numbers import number, rounded
from dagster_project.reporting.pack.verifier.report import Report
from dagster_project.reporting.pack.verifier.scoring import Component, Figures, Indicator, score_all
from dagster_project.reporting.pack.verifier.targets import TARGETS, check_targets, with_targets

if TYPE_CHECKING:
    from dagster_project.reporting.pack.verifier.numbers import Number, Table


FIGURE_NAMES = ("numerator_figure", "denominator_figure", "case_figure", "zero_if_figure")
UNRATED = ("MISSING_DATA", "PARTIAL")
LAST_PLACE = Fraction(1, 10**8)
"""Points and percentages are kept to eight places."""


class Recomputed:
    """Everything the pack states of scores, computed again from its rows; what does not agree goes into the report."""

    def __init__(self, pack: Pack, report: Report) -> None:
        about = json.loads(pack.read("pack.json").decode("utf-8"))
        self.pack = pack
        self._report = report
        self._same = report.same
        before = len(report.faults)
        stated_figures = pack.table("figures.csv")
        partial = [row["figure_id"] for row in stated_figures if row.get("is_whole_year", "").lower() == "false"]
        not_had = [row["figure_id"] for row in stated_figures if row["status"] == "NOT_APPLICABLE"]
        figures = Figures(stated_figures, pack.table("submissions.csv"), int(about["fiscal_year"]))
        judged = {
            (row["indicator_no"], row["component_no"]): number(row["judged_share_pct"])
            for row in pack.table("judgements.csv")
        }
        scheme, bands, targets = (
            pack.table("scheme/components.csv"),
            pack.table("scheme/bands.csv"),
            pack.table(TARGETS),
        )
        rules = with_targets(scheme, targets)
        self.indicators: list[Indicator] = []
        for rule in pack.table("scheme/indicators.csv"):
            no = rule["indicator_no"]
            rows = pack.table(f"indicators/{int(no):02d}/rows.csv")
            values = self._values(figures, rows, rules, no)
            check_targets([part for part in scheme if part["indicator_no"] == no], targets, rows, report)
            parts = [
                Component(
                    part,
                    values,
                    judged.get((no, part["component_no"])),
                    [b for b in bands if (b["indicator_no"], b["component_no"]) == (no, part["component_no"])],
                    partial,
                    not_had,
                )
                for part in rules
                if part["indicator_no"] == no
            ]
            self.indicators.append(Indicator(rule, parts))
        score_all(self.indicators)
        report.settle(before, "各指标的数字由数据行重算,与 figures.csv 一致")
        before = len(report.faults)
        self.total = sum((one.score for one in self.indicators if one.score is not None), Decimal("0.00"))
        self.rating = "" if any(one.status in UNRATED for one in self.indicators) else self._rating()
        self._compare_components(figures)
        self._compare_indicators()
        self._compare_duties()
        self._compare_totals()
        report.settle(before, "分项、指标、履职指标、小计、总分和等级由数字和方案重算,与结果表一致")

    def _values(self, figures: Figures, rows: Table, rules: Table, no: str) -> dict[str, Number]:
        """The figures of an indicator from its rows; they must be those that the pack states."""
        named = {rule[column] for rule in rules for column in FIGURE_NAMES if rule["indicator_no"] == no}
        for figure_id in sorted(named & set(figures.definitions)):
            definition = figures.definitions[figure_id]
            named |= {definition["numerator_figure"], definition["denominator_figure"]}
        values = {}
        for figure_id in sorted((named | {row["figure_id"] for row in rows}) - {""}):
            values[figure_id] = figures.value(figure_id, rows)
            stated = figures.definitions[figure_id]
            self._same(f"指标 {no} 的数字 {figure_id}", values[figure_id], number(stated["value"]))
            if not is_shown_as(values[figure_id], stated["display_text"]):
                self._report.fault(f"figures.csv 的 {figure_id}:写法 {stated['display_text']} 不是 {stated['value']}")
        return values

    def _compare_components(self, figures: Figures) -> None:
        """Numerators, denominators, cases, percentages, points and states of the components."""
        stated = {(row["indicator_no"], row["component_no"]): row for row in self.pack.table("results/components.csv")}
        for one in self.indicators:
            for part in one.components:
                rule = part.rule
                name = f"指标 {rule['indicator_no']} 的分项 {rule['component_no']}({rule['component']})"
                row = stated.pop((rule["indicator_no"], rule["component_no"]), None)
                if row is None:
                    self._report.fault(f"{name}:results/components.csv 中没有")
                    continue
                for column, figure in zip(("numerator", "denominator", "case_count"), FIGURE_NAMES):  # noqa: B905
                    value = figures.definitions[rule[figure]]["value"] if rule[figure] else ""
                    if column == "numerator" and not value:
                        value = rule.get("reported", "")
                    self._same(f"{name} 的 {column}", number(value), number(row[column]))
                for column in set(rule) & set(row) - {"reason_zh"}:
                    self._same(f"{name} 的 {column}", rule[column], row[column])
                self._same(f"{name} 的状态", part.state, row["state"])
                if (
                    part.state != "MISSING_DATA"
                    and row["points"]
                    and abs(part.points - Fraction(row["points"])) > LAST_PLACE
                ):
                    self._same(f"{name} 的得分", rounded(part.points), row["points"])
                if row["percentage"] and (
                    part.percentage is None or abs(part.percentage - Fraction(row["percentage"])) > LAST_PLACE
                ):
                    self._same(f"{name} 的百分比", part.percentage and float(part.percentage), row["percentage"])
        for no, part_no in stated:
            self._report.fault(f"results/components.csv 的分项 {no}.{part_no}:方案中没有")

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
                self._report.fault(f"指标 {one.rule['indicator_no']}:结果表中没有")
                continue
            name = f"指标 {row['indicator_no']} {row['level3']}"
            self._same(f"{name} 的得分", one.score, Decimal(row["score"]) if row["score"] else None)
            self._same(f"{name} 的状态", one.status, row["score_status"])
        for name in stated:
            self._report.fault(f"指标 {name}:方案中没有")

    def _compare_duties(self) -> None:
        parts = {
            part.rule["duty_no"]: part for one in self.indicators for part in one.components if part.rule.get("duty_no")
        }
        for row in self.pack.table("results/duty_indicators.csv"):
            part = parts.pop(row["indicator_no"])
            is_moved = part.state == "NOT_APPLICABLE" and part.rule["na_policy"] == "REDISTRIBUTE"
            score = None if is_moved or part.state == "MISSING_DATA" else rounded(part.points)
            name = f"履职指标 {row['level3']}"
            self._same(f"{name} 的得分", score, Decimal(row["score"]) if row["score"] else None)
            self._same(f"{name} 的名称", part.rule["component"], row["level3"])
            self._same(f"{name} 的分值", part.rule["weight"], row["weight"])
            value = part.percentage if part.percentage is not None else part.numerator
            if row["value"] and (value is None or abs(value - Fraction(row["value"])) > LAST_PLACE):
                self._same(f"{name} 的完成值", value and float(value), row["value"])
        for no in parts:
            self._report.fault(f"履职指标 {no}:results/duty_indicators.csv 中没有")

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


def is_shown_as(value: Number, text: str) -> bool:
    """Whether a text shows a value: its one number is the value, rounded to its places, in some unit of ten thousands."""
    shown = re.findall(r"\d[\d,]*(?:[.]\d+)?", text)
    if value is None or len(shown) != 1:
        return True
    plain = shown[0].replace(",", "")
    last = Fraction(1, 10 ** len(plain.partition(".")[2]))
    return any(abs(abs(value) / scale - Fraction(plain)) <= last for scale in (1, 10**4, 10**8))
