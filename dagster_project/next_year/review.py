"""The review of targets before they go out: 指向明确, 细化量化, 合理可行, 相互匹配; each finding says what is wrong and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dagster_project.in_year.measured import MeasuredError
from dagster_project.in_year.targets import AT_MOST, Target, TargetForm, number_of
from dagster_project.next_year.projects import ProjectSheet
from dagster_project.next_year.rules import REVIEW, ReviewRule, Rules

QUANTITY, SATISFACTION = "数量指标", "满意度指标"


@dataclass(frozen=True)
class TargetFinding:
    """What is wrong with the targets of a project, or with one of them (``number``); by which rule."""

    project: str
    number: str
    rule: ReviewRule
    text_zh: str


@dataclass(frozen=True)
class _Reviewed:
    """What rules look at: the form, the project's line, in how many projects a name occurs, and the rules."""

    form: TargetForm
    sheet: ProjectSheet | None
    shared: Mapping[str, int]
    rules: Rules


Found = Iterator[tuple[str, dict[str, object]]]
"""The number of an indicator, empty for the whole form, and the words for the rule's text."""


def review(forms: Sequence[TargetForm], sheets: Mapping[str, ProjectSheet], rules: Rules) -> list[TargetFinding]:
    """Every finding on the forms of a department's projects, by project and in the order of the rules.

    Raises:
        MeasuredError: the seed names a rule that is no check.
    """
    shared = Counter(name for form in forms for name in {target.name for target in form.targets})
    found = []
    for form in forms:
        looked_at = _Reviewed(form, sheets.get(form.code), shared, rules)
        for name, rule in rules.review.items():
            if name not in CHECKS:
                raise MeasuredError(f"种子表 {REVIEW} 的规则“{name}”没有这样的检查;可用:{'、'.join(CHECKS)}")
            for number, words in CHECKS[name](looked_at, rule.bound or 0.0):
                text = rule.text_zh.format(**{"bound": f"{rule.bound or 0:g}", **words})
                found.append(TargetFinding(form.code, number, rule, text))
    return found


def _overall_target(of: _Reviewed, bound: float) -> Found:
    text = of.form.overall.strip()
    if len(text) < bound:
        yield "", {"value": f"只有“{text}”" if text else "没有填写"}


def _shared_indicator(of: _Reviewed, bound: float) -> Found:
    for target in of.form.targets:
        if target.level1 != SATISFACTION and of.shared[target.name] >= bound:
            yield target.number, {"name": target.name, "value": of.shared[target.name]}


def _missing_level(of: _Reviewed, bound: float) -> Found:
    there = {target.level1 for target in of.form.targets}
    for level1 in of.rules.levels:
        if level1 not in there:
            yield "", {"name": level1}
    if "产出指标" in there and all(target.level2 != QUANTITY for target in of.form.targets):
        yield "", {"name": QUANTITY}


def _qualitative_points(of: _Reviewed, bound: float) -> Found:
    points = sum(target.weight or 0.0 for target in of.form.targets if target.is_qualitative)
    if points > bound:
        yield "", {"value": f"{points:g}"}


def _no_number(of: _Reviewed, bound: float) -> Found:
    for target in of.form.targets:
        if not target.is_qualitative and number_of(target.value) is None:
            yield target.number, {"name": target.name, "value": target.value}


def _no_unit(of: _Reviewed, bound: float) -> Found:
    for target in of.form.targets:
        if not target.is_qualitative and not target.unit and not target.value.rstrip().endswith("%"):
            yield target.number, {"name": target.name}


def _compared(of: _Reviewed) -> Iterator[tuple[Target, float, float]]:
    """The targets whose value and actual of the year before are numbers, with both; a base of zero is no base."""
    for target in of.form.targets:
        value, actual = number_of(target.value), number_of(target.actual_before)
        if not target.is_qualitative and value is not None and actual:
            yield target, value, actual


def _weaker_than_actual(of: _Reviewed, bound: float) -> Found:
    for target, value, actual in _compared(of):
        looser = (
            value > actual * (1 + bound / 100) if target.operator == AT_MOST else value < actual * (1 - bound / 100)
        )
        if looser:
            yield target.number, _beside(target)


def _far_above_actual(of: _Reviewed, bound: float) -> Found:
    for target, value, actual in _compared(of):
        if target.operator != AT_MOST and value > actual * (1 + bound / 100):
            yield target.number, {**_beside(target), "more": f"{100 * (value / actual - 1):.0f}"}


def _beside(target: Target) -> dict[str, object]:
    return {"name": target.name, "value": target.shown, "actual": f"{target.actual_before}{target.unit}"}


def _money_without_work(of: _Reviewed, bound: float) -> Found:
    """Quantities are held against what was reached, since the targets of the year before may have been too low."""
    if of.sheet is None or of.sheet.before is None or of.sheet.before.budget <= 0:
        return
    more = 100 * (of.sheet.regular / of.sheet.before.budget - 1)
    quantities = [(value, actual) for target, value, actual in _compared(of) if target.level2 == QUANTITY]
    if more > bound and quantities and all(value <= actual for value, actual in quantities):
        yield "", {"value": f"{more:.0f}"}


def _points_of_levels(of: _Reviewed, bound: float) -> Found:
    for level1, points in of.rules.parts.items():
        weights = [target.weight for target in of.form.targets if target.level1 == level1]
        if weights and None not in weights and abs(sum(filter(None, weights)) - points) > 0.005:
            yield "", {"name": level1, "value": f"{sum(filter(None, weights)):g}", "bound": f"{points:g}"}


def _wrong_level(of: _Reviewed, bound: float) -> Found:
    for target in of.form.targets:
        if target.level2 not in of.rules.levels.get(target.level1, ()):
            yield target.number, {"name": target.name, "value": target.level2, "level1": target.level1}


CHECKS: dict[str, Callable[[_Reviewed, float], Found]] = {
    "overall_target": _overall_target,
    "shared_indicator": _shared_indicator,
    "missing_level": _missing_level,
    "qualitative_points": _qualitative_points,
    "no_number": _no_number,
    "no_unit": _no_unit,
    "weaker_than_actual": _weaker_than_actual,
    "far_above_actual": _far_above_actual,
    "money_without_work": _money_without_work,
    "points_of_levels": _points_of_levels,
    "wrong_level": _wrong_level,
}
"""How each rule of the seed looks for what it names."""
