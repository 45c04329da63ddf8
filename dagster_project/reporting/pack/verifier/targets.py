"""The approved targets of a department as components of the indicators that follow them: how, is told in docs/scoring.md."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dagster_project.reporting.pack.verifier.numbers import number, rounded

if TYPE_CHECKING:
    from dagster_project.reporting.pack.verifier.numbers import Row, Table
    from dagster_project.reporting.pack.verifier.report import Report

METHOD = "approved_targets"
TARGETS = "scheme/targets.csv"
PLACE = ("submission_id", "sheet", "row_number")


def with_targets(rules: Table, targets: Table) -> Table:
    """The rules of components, with one for each approved target in place of the rule that stands for all of them."""
    found: Table = []
    for rule in rules:
        mine = targets_of(rule, targets)
        if rule["method"] != METHOD:
            found.append(rule)
        elif not mine:
            found.append(
                {
                    **rule,
                    "numerator_figure": "",
                    "target_figure": rule["numerator_figure"],
                    "fault_zh": "没有批复的计分指标",
                }
            )
        whole = sum((Fraction(target["weight"]) for target in mine), Fraction(0))
        found += [_component(rule, target, whole) for target in mine]
    return found


def targets_of(rule: Row, targets: Table) -> Table:
    """The scored targets that a rule stands for; none for a rule of another method."""
    if rule["method"] != METHOD:
        return []
    kinds = rule["target_kinds"].split("|")
    return [row for row in targets if row["is_scored"] == "True" and row["indicator_kind"] in kinds]


def _component(rule: Row, target: Row, whole: Fraction) -> Row:
    weight = Fraction(rule["weight"]) * Fraction(target["weight"]) / whole
    is_counted = target["is_counted"] == "True"
    end = number(target["low_value"] or target["high_value"])
    return {
        **rule,
        "component_no": target["indicator_no"],
        "duty_no": target["indicator_no"],
        "component": target["indicator_name"],
        "weight": str(rounded(weight)),
        "exact_weight": f"{weight.numerator}/{weight.denominator}",
        "numerator_figure": target["numerator_figure"],
        "denominator_figure": target["denominator_figure"],
        "target_figure": rule["numerator_figure"],
        "target": "" if end is None else str(rounded(end)),
        "na_policy": target["na_policy"] or rule["na_policy"],
        "operator": target["operator"],
        "target_text": target["target"],
        "low": target["low_value"],
        "high": target["high_value"],
        "is_qualitative": target["is_qualitative"],
        "reported": "" if is_counted else target["actual_value"],
        "judged": "" if is_counted else target["grade_share_pct"],
        "fault_zh": target["fault_zh"],
    }


def share_of_target(rule: Row, top: Fraction | None, bottom: Fraction | None) -> Fraction:
    """The share of its points that a target reached: no bonus above, the nearer end outside an interval, a grade in words."""
    if rule["judged"]:
        return Fraction(rule["judged"]) / 100
    actual = top if bottom is None else 100 * (top or Fraction(0)) / bottom
    assert actual is not None
    if rule["is_qualitative"] == "True":
        return min(Fraction(1), actual / 100)
    low, high = number(rule["low"]), number(rule["high"])
    if low is not None and actual < low:
        return max(Fraction(0), actual / low) if low else Fraction(0)
    if high is not None and actual > high:
        return max(Fraction(0), high / actual)
    return Fraction(1)


def check_targets(rules: Table, targets: Table, rows: Table, report: Report) -> None:
    """The targets that are scored are the rows that count for their figure, each where it stands."""
    for rule in rules:
        if rule["method"] == METHOD:
            mine = sorted((row["indicator_no"], *(row[name] for name in PLACE)) for row in targets_of(rule, targets))
            theirs = sorted(
                (row["fact_key"], *(row[name] for name in PLACE))
                for row in rows
                if row["figure_id"] == rule["numerator_figure"]
            )
            report.same(f"{TARGETS} 中指标 {rule['indicator_no']} 的批复目标与数据行", mine, theirs)
