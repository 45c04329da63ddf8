"""What the texts of a report may name: figures, parameters, scores, texts of the published version. Each is printed as a token."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dagster_project.reporting.chinese_text import chinese_number, closed_up, full_width, whole_amount
from dagster_project.reporting.reading.published import Row, plain_number
from dagster_project.reporting.reading.published_year import PublishedYear
from dagster_project.reporting.reading.quality_words import check_words, issue_words, statement_text
from dagster_project.reporting.report.binding import CLOSE, OPEN, DocumentError, Token

YUAN_PER_UNIT = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
NUMBERS_AT_THE_END = re.compile(r"(\([\d,./-]+起?\))+$")
"""What the scoring adds to a reason, such as (38/40): documents print the figures themselves, each with its source."""


class MissingValue(Exception):
    """A condition asks for the value of a figure that the year lacks."""


class NotApplicable(MissingValue):
    """A text names a figure of a duty that the department, or the year, does not have: the sentence falls away."""


def parameter_of(year: PublishedYear, name: str) -> Decimal:
    """The value of a parameter of a year.

    Raises:
        DocumentError: there is none.
    """
    if name not in year.parameters:
        raise DocumentError(f"{year.fiscal_year} 年度没有参数 {name};见 dbt/seeds/evaluation_parameters.csv")
    return Decimal(year.parameters[name]["value"])


@dataclass
class Vocabulary:
    """The words of one edition and what was said with them.

    ``evaluate`` computes an expression of the texts; ``missing`` and ``partial`` collect figures that the year lacks or has
    in part, ``tokens`` what was printed since it was emptied, ``asked`` what decided.
    """

    year: PublishedYear
    derived: dict[str, dict[str, Any]]
    evaluate: Callable[[str, str], Any]
    missing: set[str] = field(default_factory=set)
    partial: set[str] = field(default_factory=set)
    tokens: list[Token] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def words(self) -> dict[str, Any]:
        """What texts call these words by; scores and problems have theirs in `score_words`."""
        card = self.year.scorecard
        return {
            "f": self.figure,
            "param": self.parameter,
            "derived": self.derived_number,
            "label": lambda figure_id: self.token("data", f"figure.{figure_id}.label", self.row(figure_id)["label_zh"]),
            "definition": lambda figure_id: self.token(
                "data", f"figure.{figure_id}.definition", self.row(figure_id)["definition_zh"]
            ),
            "break_of": lambda figure_id: self.token(
                "data", f"figure.{figure_id}.reason", self.row(figure_id)["reason_zh"]
            ),
            "row_count": lambda figure_id: self.token(
                "figure", f"{figure_id}.rows", f"{self.row(figure_id)['evidence_count']:,}"
            ),
            "units": lambda figure_id: self.token(
                "data", f"units.{figure_id}", "、".join(self.year.units.get(figure_id, [])) or "[缺]"
            ),
            "scheme_name": lambda: self.token("data", "scheme.name", card.scheme["name_zh"]),
            "scheme_note": lambda: self.token("data", "scheme.description", card.scheme["description_zh"]),
            "department": lambda: self.token("data", "department.name", self.year.department_name),
            "official_name": lambda: self.token("data", "department.official_name", self.year.official_name),
            "year": lambda offset=0: self.token("year", f"{offset:+d}", str(self.year.fiscal_year + offset)),
            "version": lambda: self.token("version", "id", self.year.version),
            "data_until": lambda: self.token("version", "until", chinese_date(self.year.data_until)),
            "date": lambda text: self.token("date", text, text),
            "article": lambda text: self.token("article", text, text),
            "document": lambda text: self.token("document", text, text),
            "name": lambda text: self.token("name", text, text),
            "next_number": self.next_number,
            # for conditions and loops: values, which are never printed
            "v": self.value,
            "p": self.parameter_value,
            "shown": shown,
            "known": self.known,
            "has": self.has,
            "over_a_break": self.is_over_a_break,
            "derived_value": lambda name: self.evaluate(self.derived[name]["expression"], f"derived.yaml {name}"),
            "used_figures": self.used_figures,
            "quality": self.quality,
            "quality_places": self.quality_places,
        }

    def token(self, kind: str, key: str, text: str) -> str:
        """Print a text as a token: the mark that stands for it."""
        self.tokens.append(Token(kind, key, full_width(text) if kind == "data" else text))
        return f"{OPEN}{len(self.tokens) - 1}{CLOSE}"

    def next_number(self, kind: str, script: str = "") -> str:
        """The next number of a heading, list, chart or table; those below a heading begin anew."""
        order = ("h1", "h2", "item")
        if kind in order:
            for below in order[order.index(kind) + 1 :]:
                self.counts[below] = 0
        self.counts[kind] = self.counts.get(kind, 0) + 1
        number = self.counts[kind]
        return self.token("number", kind, chinese_number(number) if script == "chinese" else str(number))

    # ---- figures ------------------------------------------------------------------------------------------------

    def row(self, figure_id: str) -> Row:
        """The row of a figure; one that the year lacks is remembered."""
        figure = self.year.figures.get(figure_id)
        if figure is None or figure["status"] == "MISSING":
            self.missing.add(figure_id)
            if figure is None:
                return {"label_zh": figure_id, "definition_zh": "", "evidence_count": 0, "display_text": None}
        elif figure["status"] == "PARTIAL":
            self.partial.add(figure_id)
        return figure

    def is_not_applicable(self, figure_id: str) -> bool:
        """Whether the figure is of a duty that the department does not have, or of years that do not include this one."""
        figure = self.year.figures.get(figure_id)
        if figure is None:
            return figure_id in self.year.defined
        return bool(figure["status"] == "NOT_APPLICABLE")

    def figure(self, figure_id: str) -> str:
        """A figure as the report writes it.

        Raises:
            NotApplicable: the department or the year does not have what it counts.
        """
        if self.is_not_applicable(figure_id):
            raise NotApplicable(figure_id)
        figure = self.row(figure_id)
        if figure_id in self.missing:
            return self.token("missing", figure_id, f"[缺:{figure['label_zh']}]")
        return self.token("figure", figure_id, whole_amount(figure["display_text"]))

    def value(self, figure_id: str) -> Decimal:
        """The value of a figure, for conditions.

        Raises:
            MissingValue: the year lacks it.
            NotApplicable: the department or the year does not have what it counts.
        """
        self.asked.add(f"figure:{figure_id}")
        if self.is_not_applicable(figure_id):
            raise NotApplicable(figure_id)
        figure = self.row(figure_id)
        value = figure.get("value")
        if value is None:
            self.missing.add(figure_id)
            raise MissingValue(figure_id)
        return Decimal(value)

    def known(self, *figure_ids: str) -> bool:
        """Whether the year has these figures."""
        self.asked.update(f"figure:{figure_id}" for figure_id in figure_ids)
        found = [self.year.figures.get(figure_id) for figure_id in figure_ids]
        return all(figure is not None and figure["value"] is not None for figure in found)

    def has(self, figure_id: str) -> bool:
        """Whether there is something of a figure to be told: it is not zero, and the department has what it counts."""
        if self.is_not_applicable(figure_id):
            return False
        return not self.known(figure_id) or bool(self.year.figures[figure_id]["value"])

    def is_over_a_break(self, figure_id: str) -> bool:
        """Whether a growth is not computed because its series changed between the years."""
        self.asked.add(f"figure:{figure_id}")
        figure = self.year.figures.get(figure_id)
        return figure is not None and figure["status"] == "NOT_COMPARABLE" and bool(figure.get("reason_zh"))

    def parameter_value(self, parameter: str) -> Decimal:
        """The value of a parameter, for conditions.

        Raises:
            DocumentError: there is none for the year.
        """
        value = parameter_of(self.year, parameter)
        self.asked.add(f"parameter:{parameter}")
        return value

    def parameter(self, parameter: str, unit: str = "") -> str:
        """A parameter with its unit, or in another one of money."""
        value, row = self.parameter_value(parameter), self.year.parameters[parameter]
        if unit:
            value = value / YUAN_PER_UNIT[unit]
        return self.token("parameter", parameter, plain_number(value) + (unit or row["unit"]))

    def derived_number(self, name: str) -> str:
        """A number made of figures, by its rule in derived.yaml."""
        if name not in self.derived:
            raise DocumentError(f"derived.yaml 中没有 {name}")
        rule = self.derived[name]
        try:
            value = self.evaluate(rule["expression"], f"derived.yaml {name}")
        except NotApplicable:
            raise
        except MissingValue as error:
            return self.token("missing", str(error), f"[缺:{rule['label_zh']}]")
        return self.token("derived", name, whole_amount(plain_number(value, rule["decimals"]) + rule["unit"]))

    def difference(self, whole: str, part: str) -> str:
        """A figure less another, in its unit: what is not reached of what had to be."""
        first, second = self.row(whole), self.row(part)
        unit = first.get("unit") or ""
        rule = {
            "label_zh": f"{first['label_zh']}减{second['label_zh']}",
            "expression": f"v('{whole}') - v('{part}')"
            if _is_count(unit)
            else f"shown(v('{whole}')) - shown(v('{part}'))",
            "unit": unit,
            "decimals": None if _is_count(unit) else 2,
        }
        self.derived[f"{whole}-{part}"] = rule
        return self.derived_number(f"{whole}-{part}")

    def share(self, part: str, whole: str) -> str:
        """A figure in per cent of another, with one decimal."""
        first, second = self.row(part), self.row(whole)
        self.derived[f"{part}/{whole}"] = {
            "label_zh": f"{first['label_zh']}占{second['label_zh']}的份额",
            "expression": f"100 * v('{part}') / v('{whole}') if v('{whole}') else 0",
            "unit": "%",
            "decimals": 1,
        }
        return self.derived_number(f"{part}/{whole}")

    def used_figures(self) -> list[str]:
        """The figures of the report that the year has, for the list of where they come from."""
        has_none = ("MISSING", "NOT_APPLICABLE")
        return [
            name for name, row in self.year.figures.items() if row["is_in_report"] and row["status"] not in has_none
        ]

    # ---- data quality -------------------------------------------------------------------------------------------

    def quality_places(self, what: str) -> range:
        """The places of the checks with issues, or of the issues, for loops and conditions."""
        self.asked.add("data:quality")
        return range(len(self.year.quality.checks if what == "checks" else self.year.quality.issues))

    def quality(self, what: str, place: int = 0, part: str = "") -> str:
        """A word on data quality: the statement, or a part of a check with issues, or of an issue, by its place."""
        report = self.year.quality
        if what == "statement":
            return self.token("data", "quality.statement", closed_up(statement_text(report)))
        words = check_words(report, report.checks[place]) if what == "check" else issue_words(report.issues[place])
        text = closed_up(words[part]) if what == "check" else words[part]
        return self.token("data", f"quality.{what}.{place}.{part}", text)


def _is_count(unit: str) -> bool:
    return unit not in (*YUAN_PER_UNIT, "%")


def shown(value: Decimal) -> Decimal:
    """An amount in 万元 as sentences show it: with two decimals, half up."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def chinese_date(text: str) -> str:
    """A day such as 2024-05-17 as documents write it, 2024年5月17日; a text that is no day stays."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.year}年{day.month}月{day.day}日"
