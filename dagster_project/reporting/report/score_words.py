"""The words of a report for scores: what a part, an indicator or a business got and lost, why, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dagster_project.reporting.reading.published import Row, plain_number
from dagster_project.reporting.report.binding import DocumentError
from dagster_project.reporting.report.problems import deductions, measure_of, not_told, problems_of
from dagster_project.reporting.report.vocabulary import NUMBERS_AT_THE_END, MissingValue, Vocabulary, chinese_date

RATED = ("SCORED", "MANUAL")


@dataclass
class ScoreWords:
    """The words for scores; ``render`` sets a wording of the seed, ``sums`` says what numbers made of scores are made of."""

    words: Vocabulary
    render: Callable[[str, dict[str, Any]], str]
    sums: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.year = self.words.year
        self.card = self.year.scorecard
        self.token = self.words.token

    def vocabulary(self) -> dict[str, Any]:
        """What texts call these words by."""
        card = self.card
        return {
            "score": self.score,
            "weight": lambda row: self.token("score", f"{key_of(row)}.weight", plain_number(row["weight"])),
            "lost": lambda row: self.token(
                "score", f"{key_of(row)}.lost", plain_number(round(row["weight"] - row["score"], 2))
            ),
            "total_score": lambda: self.token("score", "total", plain_number(card.total["score"], 2)),
            "total_weight": lambda: self.token("score", "total.weight", plain_number(card.total["weight"])),
            "rating": lambda: self.token("score", "total.rating", card.total["rating"] or "(缺数据,未评等级)"),
            "target": lambda row: self.token("score", f"{key_of(row)}.target", row["target_zh"]),
            "first_target": lambda row: self.token("score", f"{key_of(row)}.first", row["first_target_zh"]),
            "target_words": lambda row: self.token(
                "score", f"{key_of(row)}.target", bound_words(row, row["target_zh"])
            ),
            "first_target_words": lambda row: self.token(
                "score", f"{key_of(row)}.first", bound_words(row, row["first_target_zh"])
            ),
            "actual": self.actual,
            "name_of": lambda row: self.token("data", f"{key_of(row)}.name", name_of(row)),
            "reason": lambda row: self.token(
                "data", f"{key_of(row)}.reason", NUMBERS_AT_THE_END.sub("", row["reason_zh"] or row["component"])
            ),
            "lost_text": self.lost_text,
            "earned_text": self.earned_text,
            "action": lambda row: self.measure(row, "action_zh"),
            "measure": lambda row: self.measure(row, "measure_zh"),
            "problem": lambda row: self.token("data", f"{key_of(row)}.problem", row["problem_zh"]),
            "sum_lost": self.sum_lost,
            "how_many": self.how_many,
            "finding": self.finding,
            # for conditions and loops: values, which are never printed
            "lost_parts": lambda row: [part for part in self._parts(row) if part["points"] < part["weight"]],
            "earned": self.earned,
            "is_of": lambda row, figure: any(figure in _figures(part) for part in self._parts(row)),
            "findings": self.findings,
            "problems": self.problems,
            "not_told": self.not_told,
            "to_mend": self.to_mend,
            "not_told_of": lambda rows: [
                row for row in rows if row["indicator_no"] in {one["indicator_no"] for one in self.not_told()}
            ],
            "deductions": self.deductions,
            "full_marks": self.full_marks,
            "in_scheme": lambda level2: any(row["level2"] == level2 for row in card.indicators),
            "group": lambda level2: self._only(card.levels, level="level2", level2=level2),
            "groups": [as_loop(row, "level2") for row in card.levels if row["level"] == "level2"],
            "parts": [as_loop(row, "level1") for row in card.levels if row["level"] == "level1"],
            "duties": [as_loop(row, "duty") for row in card.duties],
            "indicators": [as_loop(row, "indicator") for row in card.indicators],
            "missing_indicators": [as_loop(row, "indicator") for row in card.unrated],
        }

    # ---- printed ------------------------------------------------------------------------------------------------

    def score(self, row: Row, decimals: int | None = None) -> str:
        """A score: in a sentence without idle zeros, in a table with as many decimals as its neighbours."""
        text = "未计分" if row.get("score_status") == "MISSING_DATA" else "分值转移"
        if row["score"] is not None:
            text = plain_number(round(row["score"], 2) if decimals is None else row["score"], decimals)
        return self.token("score", f"{key_of(row)}.score", text)

    def actual(self, row: Row) -> str:
        """What was reached of an approved target: in its unit, or in the words of a qualitative one."""
        if row["score_status"].startswith("NA_"):
            return "当年无此类业务"
        if row["actual_zh"] is None:
            return self.token("missing", key_of(row), "[缺]")
        return self.token("score", f"{key_of(row)}.value", row["actual_zh"])

    def lost_text(self, part: Row) -> str:
        """Why a component lost points, by the wording of its figure; nothing where there is none."""
        return self._worded(part, "lost_zh")

    def earned_text(self, part: Row) -> str:
        """What a component with full points shows, by the wording of its figure."""
        return self._worded(part, "earned_zh")

    def measure(self, row: Row, column: str) -> str:
        """The action against a deduction of an indicator or in a business, or what is done in particular."""
        entry = row if row["kind"] == "business" else measure_of(self.year, row)
        return self.token("data", f"{key_of(row)}.{column}", entry[column])

    def sum_lost(self, rows: Sequence[Row]) -> str:
        """The points that some indicators lost together."""
        lost = sum((row["weight"] - row["score"] for row in rows), Decimal(0))
        key = ".".join(["lost", *(str(row["indicator_no"]) for row in rows)])
        self.sums[key] = {"label_zh": "扣分合计", "made_of": "、".join(row["level3"] for row in rows)}
        return self.token("score", key, plain_number(round(lost, 2)))

    def how_many(self, rows: Sequence[Row]) -> str:
        """How many indicators these are."""
        key = ".".join(["count", *(str(row["indicator_no"]) for row in rows)])
        self.sums[key] = {"label_zh": "指标个数", "made_of": "、".join(row["level3"] for row in rows)}
        return self.token("score", key, str(len(rows)))

    def finding(self, row: Row, column: str) -> str:
        """A part of a finding: a text, a day, or its amount."""
        value = row[column]
        text = plain_number(value) + "元" if column.endswith("_yuan") else str(value)
        if column.endswith("_on"):
            text = chinese_date(str(value))
        return self.token("data", f"{key_of(row)}.{column}", text)

    # ---- never printed ------------------------------------------------------------------------------------------

    def earned(self, level2: str) -> list[Row]:
        """The components of a level-2 group that got full points and have a wording of what that shows."""
        rows = [part for row in self.full_marks(level2) for part in self._parts(row)]
        return [
            part
            for part in rows
            if part["points"] == part["weight"]
            and (self._wording(part) or {}).get("earned_zh")
            and self.words.known(*_figures(part))
        ]

    def findings(self, part: Row) -> list[Row]:
        """The findings that a component counts."""
        rows = [row for row in self.year.findings if row["figure_id"] == part["case_figure"]]
        self.words.asked.add("data:findings")
        return [as_loop(row, "finding") for row in rows]

    def deductions(self, level2: str = "") -> list[Row]:
        """The indicators that lost points and have their data, of a level-2 group or all."""
        self.words.asked.update(f"score:indicator.{row['indicator_no']}.score" for row in self.card.indicators)
        return [
            as_loop(row, "indicator") for row in deductions(self.year) if row["level2"] == (level2 or row["level2"])
        ]

    def full_marks(self, level2: str) -> list[Row]:
        """The indicators of a level-2 group that got all their points."""
        self.deductions()
        return [
            as_loop(row, "indicator")
            for row in self.card.indicators
            if row["level2"] == level2 and row["score_status"] in RATED and row["score"] == row["weight"]
        ]

    def problems(self) -> list[Row]:
        """The businesses that are told as problems, in order."""
        self.deductions()
        self.words.asked.update(
            f"figure:{row['told_below_figure']}" for row in self.year.businesses if row["told_below_figure"]
        )
        return [
            {
                **one.row,
                "kind": "business",
                "weight": one.weight,
                "score": one.weight - one.lost,
                "must_be_told": one.must_be_told,
                "indicators": [as_loop(row, "indicator") for row in one.indicators],
            }
            for one in problems_of(self.year)
        ]

    def not_told(self) -> list[Row]:
        """The indicators that lost points and belong to no problem that is told."""
        self.deductions()
        return [as_loop(row, "indicator") for row in not_told(self.year)]

    def to_mend(self, business: Row) -> list[Row]:
        """The indicators of a business for which a measure of their own is told: one for each measure, the first that has it."""
        first: dict[str, Row] = {}
        for row in business["indicators"]:
            first.setdefault(measure_of(self.year, row)["measure_zh"], row)
        return list(first.values())

    def _parts(self, row: Row) -> list[Row]:
        return [
            as_loop(part, "component")
            for part in self.year.components
            if part["indicator_no"] == row["indicator_no"] and part["state"] in RATED
        ]

    def _wording(self, part: Row) -> Row | None:
        named = [name for name in (part["numerator_figure"], part["case_figure"]) if name]
        return next((row for row in self.year.wordings if row["figure_id"] in named), None)

    def _worded(self, part: Row, column: str) -> str:
        wording = self._wording(part)
        if wording is None or not wording[column]:
            return ""
        return self.render(wording[column], self.values_of(part))

    def values_of(self, part: Row) -> dict[str, Any]:
        """What a wording may print: `all`, `done`, `short`, `share`, `target`, `cases`; and ask: `short_count`, `case_count`."""
        done, whole, cases = (part[name] for name in ("numerator_figure", "denominator_figure", "case_figure"))
        words: dict[str, Any] = {"short_count": 0, "case_count": 0}
        if done:
            words["done"] = self.words.figure(done)
        if done and whole:
            words |= {
                "all": self.words.figure(whole),
                "short": self.words.difference(whole, done),
                "share": self.words.share(done, whole),
                "short_count": self._value(whole) - self._value(done),
            }
        if cases:
            words |= {"cases": self.words.figure(cases), "case_count": self._value(cases)}
        if part["target"] is not None:
            words["target"] = self.token("score", f"{key_of(part)}.target", f"{plain_number(part['target'])}%")
        return words

    def _value(self, figure_id: str) -> Decimal:
        try:
            return self.words.value(figure_id)
        except MissingValue:
            return Decimal(0)  # printed as missing, which stops a report that is no draft

    def _only(self, rows: list[Row], kind: str = "", **wanted: str) -> Row:
        found = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
        if len(found) != 1:
            raise DocumentError(f"评分结果中没有 {'、'.join(wanted.values())}")
        return as_loop(found[0], kind or wanted["level"])


def as_loop(row: Row, kind: str) -> Row:
    """A row that says of what kind it is, as loops of the texts need it."""
    return {**row, "kind": kind}


def key_of(row: Row) -> str:
    """The key of a row of a kind, such as indicator.5."""
    kind = row["kind"]
    if kind == "component":
        return f"component.{row['indicator_no']}.{row['component_no']}"
    name = row["indicator_no"] if kind in ("indicator", "duty") else row["finding_no" if kind == "finding" else kind]
    return f"{kind}.{name}"


def name_of(row: Row) -> str:
    """The name of an indicator, a level-2 group, a level-1 part or a business."""
    return str(row.get("level3") or row[row["kind"]])


BOUNDS_ZH = {"≥": "不低于", "≤": "不超过", ">": "高于", "<": "低于", "=": ""}
"""How a sentence says the sign of a target; a table shows the sign."""


def bound_words(row: Row, text: str) -> str:
    """A target as a sentence says it: 不低于95% for ≥95%; an interval or words as they are."""
    sign = row["operator"] if row["operator"] in BOUNDS_ZH else ""
    return BOUNDS_ZH.get(sign, "") + text.removeprefix(sign)


def _figures(part: Row) -> list[str]:
    return [part[name] for name in ("numerator_figure", "denominator_figure", "case_figure") if part[name]]
