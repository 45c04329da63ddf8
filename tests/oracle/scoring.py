"""From figures to points, by docs/scoring.md: exact fractions, rounded half up once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil
from types import MappingProxyType

from oracle import targets
from oracle.figures import Office, seed

SCHEME = "GZ-2023-RECON"


@dataclass
class Component:
    """One component of an indicator."""

    indicator: int
    number: int
    duty: int | None
    weight: Fraction
    numerator: Fraction | None
    denominator: Fraction | None
    cases: Fraction | None
    percentage: Fraction | None
    points: Fraction
    state: str
    moves: bool = True
    reached: Fraction | None = None


@dataclass
class Indicator:
    """One level-3 indicator."""

    number: int
    level1: str
    level2: str
    weight: Fraction
    score: Decimal | None
    state: str


def cents(value: Fraction) -> Decimal:
    """Rounded half up to two places."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _band(rows: list[dict[str, str]], value: Fraction) -> Fraction:
    for row in rows:
        above = None if row["above"] == "" else Fraction(row["above"])
        up_to = None if row["up_to"] == "" else Fraction(row["up_to"])
        if row["included_bound"] == "upper":
            inside = (above is None or value > above) and (up_to is None or value <= up_to)
        else:
            inside = (above is None or value >= above) and (up_to is None or value < up_to)
        if inside:
            return Fraction(int(row["share_numerator"]), int(row["share_denominator"]))
    raise AssertionError(f"no band holds {value}")


def component(office: Office, rule: dict[str, str]) -> Component:
    """What one component is worth."""

    def figure(column: str) -> Fraction | None:
        return office.figure(rule[column]) if rule[column] else None

    weight, target = Fraction(rule["weight"]), Fraction(rule["target"]) if rule["target"] else None
    numerator, denominator = figure("numerator_figure"), figure("denominator_figure")
    cases, severe = figure("case_figure"), figure("zero_if_figure")
    share = None
    if rule["method"] == "manual":
        share = office.judgement(rule["scheme_id"], rule["indicator_no"], rule["component_no"])
    used = [
        figure(column)
        for column in ("numerator_figure", "denominator_figure", "case_figure", "zero_if_figure")
        if rule[column]
    ]
    partial = not all(
        office.is_whole(rule[column])
        for column in ("numerator_figure", "denominator_figure", "case_figure", "zero_if_figure")
        if rule[column]
    )
    percentage = numerator / denominator * 100 if numerator is not None and denominator else None
    found = Component(
        int(rule["indicator_no"]),
        int(rule["component_no"]),
        None,
        weight,
        numerator,
        denominator,
        cases,
        percentage,
        Fraction(0),
        "SCORED",
    )
    if any(value is None for value in used) or (rule["method"] == "manual" and share is None):
        found.state = "MISSING_DATA"
        return found
    if rule["denominator_figure"] and denominator == 0 and rule["method"] != "at_most":
        if rule["method"] == "over_budget" and numerator:
            found.state = "PARTIAL" if partial else found.state
            return found  # spent without a budget: no points
        if partial or rule["method"] in ("banded", "over_budget"):
            found.state = "MISSING_DATA"
            return found
        found.state = "NOT_APPLICABLE"
        found.points = weight if rule["na_policy"] == "FULL_SCORE" else found.points
        return found
    method = rule["method"]
    found.state = "PARTIAL" if partial else found.state
    if method == "manual":
        assert share is not None
        found.points, found.state = weight * share / 100, "PARTIAL" if partial else "MANUAL"
    elif method == "cases":
        found.points = weight
    elif method == "at_least":
        assert numerator is not None and target is not None
        found.points = weight if numerator >= target else Fraction(0)
    elif method == "at_most":
        limit = denominator if rule["denominator_figure"] else target
        assert numerator is not None and limit is not None
        found.points = weight if numerator <= limit else Fraction(0)
    else:
        assert numerator is not None and denominator and percentage is not None
        if method == "ratio":
            found.points = weight * min(percentage / (target or 100), Fraction(1))
        elif method == "all_of":
            found.points = weight if numerator >= denominator else Fraction(0)
        elif method == "over_budget":
            over = ceil(max(percentage - 100, Fraction(0)))
            found.points = weight * max(1 - over * Fraction(rule["over_points_share"]), Fraction(0))
        elif method == "banded":
            key = ("scheme_id", "indicator_no", "variant", "component_no")
            bands = [row for row in seed("schemes/evaluation_bands") if all(row[part] == rule[part] for part in key)]
            found.points = weight * _band(bands, percentage)
        else:
            raise AssertionError(f"method {method}")
    if cases is not None and rule["points_per_case"]:
        found.points = max(found.points - cases * Fraction(rule["points_per_case"]), Fraction(0))
    if severe:
        found.points = Fraction(0)
    return found


def components_of(office: Office, rule: dict[str, str]) -> list[Component]:
    """What a rule gives: one component, or one for each approved target of the department."""
    if rule["method"] != targets.METHOD:
        found = component(office, rule)
        found.moves = rule["na_policy"] == "REDISTRIBUTE"
        return [found]
    number = int(rule["indicator_no"])
    held = targets.of_indicator(office, rule)
    if not held:
        weight = Fraction(rule["weight"])
        return [Component(number, 1, None, weight, None, None, None, None, Fraction(0), "MISSING_DATA")]
    return [_of_target(number, one) for one in held]


def _of_target(indicator: int, held: targets.Held) -> Component:
    percentage = held.top / held.bottom * 100 if held.top is not None and held.bottom else None
    found = Component(
        indicator,
        held.number,
        held.number,
        held.weight,
        held.top,
        held.bottom,
        None,
        percentage,
        Fraction(0),
        held.state,
    )
    found.moves, found.reached = held.moves, held.value
    if held.state == "NOT_APPLICABLE" and not held.moves:
        found.points = held.weight
    elif held.state in ("SCORED", "PARTIAL", "MANUAL"):
        assert held.share is not None
        found.points = held.weight * held.share
    return found


def evaluate(
    office: Office, scheme: str = SCHEME, variants: Mapping[int, str] = MappingProxyType({})
) -> tuple[list[Component], list[Indicator], dict[str, Decimal], str | None]:
    """Components, indicators, scores of levels 1 and 2 and the total, and the rating.

    variants: methods in use in place of those of the scheme, by indicator.
    """
    groups = {row["level2_no"]: row for row in seed("schemes/evaluation_groups") if row["scheme_id"] == scheme}
    rules = [row for row in seed("schemes/evaluation_components") if row["scheme_id"] == scheme]
    components, exact, indicators = [], {}, []
    for row in seed("schemes/evaluation_indicators"):
        if row["scheme_id"] != scheme:
            continue
        own = [
            part
            for rule in rules
            if rule["indicator_no"] == row["indicator_no"]
            and rule["variant"] == variants.get(int(row["indicator_no"]), row["variant"])
            for part in components_of(office, rule)
        ]
        components += own
        weight, group = Fraction(row["weight"]), groups[row["level2_no"]]
        left = [part for part in own if part.state == "NOT_APPLICABLE" and part.moves]
        applies = [part for part in own if part not in left]
        points: Fraction | None
        if any(part.state == "MISSING_DATA" for part in own):
            points, state = Fraction(0), "MISSING_DATA"
        elif all(part.state == "NOT_APPLICABLE" for part in own):
            full = row["na_policy"] == "FULL_SCORE"
            points, state = (weight, "NA_FULL") if full else (None, "NA_REDISTRIBUTED")
        else:
            points = sum((part.points for part in applies), Fraction(0))
            points = points * weight / sum((part.weight for part in applies), Fraction(0))
            if any(part.state == "PARTIAL" for part in applies):
                state = "PARTIAL"
            else:
                state = "MANUAL" if any(part.state == "MANUAL" for part in applies) else "SCORED"
        number = int(row["indicator_no"])
        indicators.append(Indicator(number, group["level1"], group["level2"], weight, None, state))
        exact[number] = points
    _share_out(indicators, exact)
    for one in indicators:
        value = exact[one.number]
        one.score = None if value is None else cents(value)
    totals: dict[str, Decimal] = {"total": Decimal(0)}
    for one in indicators:
        for level in ("total", one.level1, one.level2):
            totals[level] = totals.get(level, Decimal(0)) + (one.score or Decimal(0))
    rating = None
    if all(one.state not in ("MISSING_DATA", "PARTIAL") for one in indicators):
        for row in seed("schemes/evaluation_ratings"):
            above = totals["total"] >= Decimal(row["low"])
            if row["scheme_id"] == scheme and above and (not row["below"] or totals["total"] < Decimal(row["below"])):
                rating = row["rating"]
    return components, indicators, totals, rating


def _share_out(indicators: list[Indicator], exact: dict[int, Fraction | None]) -> None:
    """Points of what does not apply go to the rest of level 2; those of a whole group to the rest of level 1."""

    def weigh(rows: list[Indicator]) -> Fraction:
        return sum((row.weight for row in rows), Fraction(0))

    for level1 in {row.level1 for row in indicators}:
        part = [row for row in indicators if row.level1 == level1]
        groups = [[row for row in part if row.level2 == level2] for level2 in {row.level2 for row in part}]
        alive = [group for group in groups if any(exact[row.number] is not None for row in group)]
        if not alive:
            continue
        across = weigh(part) / sum((weigh(group) for group in alive), Fraction(0))
        for group in alive:
            rest = [row for row in group if exact[row.number] is not None]
            for row in rest:
                value = exact[row.number]
                assert value is not None
                exact[row.number] = value * across * weigh(group) / weigh(rest)
