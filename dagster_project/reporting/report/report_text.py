"""The sentences of a report: read from YAML, kept where their conditions hold, and bound to the published year.

How the files are written is told in ``text/README.md`` beside this file. Python holds no sentence of the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from dagster_project.reporting.reading.published import EDITIONS, Row, plain_number
from dagster_project.reporting.reading.published_year import PublishedYear
from dagster_project.reporting.reading.quality_words import check_words, issue_words, statement_text
from dagster_project.reporting.report.binding import CLOSE, OPEN, DocumentError, Sentence, Token, bound

TEXT_DIR = Path(__file__).parent / "text"
BLOCK_KINDS = ("mark", "title", "note", "h1", "h2", "annex", "item", "point", "p", "chart", "table")
YUAN_PER_UNIT = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
NUMBERS_AT_THE_END = re.compile(r"(\([\d,./-]+起?\))+$")
"""What the scoring adds to a reason, such as (38/40): documents print the figures themselves, each with its source."""
CHINESE = "\u3000-\u303f\u4e00-\u9fff\u201c\u201d\uff00-\uffef"
FULL_WIDTH = {",": "\uff0c", ":": "\uff1a", ";": "\uff1b", "(": "\uff08", ")": "\uff09"}
CHINESE_DIGITS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading, a chart or a table of the report.

    ``sentences`` are printed one after another (of a chart or table: its caption); ``head`` and ``rows`` are the cells of
    a table; ``name`` is the name of a chart or table.
    """

    kind: str
    sentences: tuple[Sentence, ...]
    head: tuple[Sentence, ...] = ()
    rows: tuple[tuple[Sentence, ...], ...] = ()
    name: str = ""

    @property
    def text(self) -> str:
        """What is printed; of a table, its caption."""
        return "".join(sentence.text for sentence in self.sentences)

    def all_sentences(self) -> Iterator[Sentence]:
        """The sentences and, of a table, the cells."""
        yield from self.sentences
        yield from self.head
        for row in self.rows:
            yield from row


@dataclass(frozen=True)
class Edition:
    """A report as its blocks, the figures that it names but that the year lacks or has in part, and how its derived numbers are made."""

    name: str
    is_draft: bool
    blocks: tuple[Block, ...]
    missing: tuple[str, ...]
    derived: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The title of the report."""
        return next((block.text for block in self.blocks if block.kind == "title"), "")

    def sentences(self) -> list[Sentence]:
        """Every sentence and table cell with its tokens, in the order of the document."""
        return [sentence for block in self.blocks for sentence in block.all_sentences()]

    @property
    def text(self) -> str:
        """The whole text, a line per block and per row of a table."""
        lines = []
        for block in self.blocks:
            lines.append(block.text)
            lines += ["\t".join(cell.text for cell in row) for row in (block.head, *block.rows) if row]
        return "\n".join(lines)


class _MissingValue(Exception):
    """A condition asks for the value of a figure that the year lacks."""


def write_edition(year: PublishedYear, name: str, is_draft: bool = False, text_dir: Path = TEXT_DIR) -> Edition:
    """Write the report of a year as blocks of bound sentences.

    Args:
        year: what the published version says of the year.
        name: ``public`` or ``internal``.
        is_draft: whether figures may be missing; they are then named in their sentences.
        text_dir: where the texts are.

    Raises:
        DocumentError: a text cannot be understood, or names what does not exist.
        UnboundDigit: a text holds a digit that is bound to nothing.
    """
    if name not in EDITIONS:
        raise DocumentError(f"没有“{name}”版;有:{'、'.join(EDITIONS)}")
    writer = _Writer(year, name, is_draft, text_dir)
    blocks = [block for path in sorted(text_dir.glob("[0-9]*.yaml")) for block in writer.blocks(path)]
    return Edition(name, is_draft, tuple(blocks), tuple(sorted(writer.missing | writer.partial)), writer.derived)


@dataclass
class _Writer:
    year: PublishedYear
    edition: str
    is_draft: bool
    text_dir: Path
    missing: set[str] = field(default_factory=set)
    partial: set[str] = field(default_factory=set)
    tokens: list[Token] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.measures: list[dict[str, str]] = _load(self.text_dir / "measures.yaml")
        self.derived: dict[str, dict[str, Any]] = _load(self.text_dir / "derived.yaml")
        self.jinja = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        card = self.year.scorecard
        self.jinja.globals.update(
            f=self._figure,
            param=self._parameter,
            derived=self._derived,
            score=self._score,
            weight=self._weight,
            lost=self._lost,
            total_score=lambda: self._token("score", "total", plain_number(card.total["score"], 2)),
            total_weight=lambda: self._token("score", "total.weight", plain_number(card.total["weight"])),
            rating=lambda: self._token("score", "total.rating", card.total["rating"] or "(缺数据,未评等级)"),
            target=self._target,
            name_of=lambda row: self._token("data", f"{_key(row)}.name", _name(row)),
            reason=self._reason,
            measure=self._measure,
            label=lambda figure_id: self._token("data", f"figure.{figure_id}.label", self._row(figure_id)["label_zh"]),
            definition=lambda figure_id: self._token(
                "data", f"figure.{figure_id}.definition", self._row(figure_id)["definition_zh"]
            ),
            row_count=lambda figure_id: self._token(
                "figure", f"{figure_id}.rows", f"{self._row(figure_id)['evidence_count']:,}"
            ),
            units=lambda figure_id: self._token(
                "data", f"units.{figure_id}", "、".join(self.year.units.get(figure_id, [])) or "[缺]"
            ),
            scheme_name=lambda: self._token("data", "scheme.name", card.scheme["name_zh"]),
            scheme_note=lambda: self._token("data", "scheme.description", card.scheme["description_zh"]),
            department=lambda: self._token("data", "department.name", self.year.department_name),
            year=lambda offset=0: self._token("year", f"{offset:+d}", str(self.year.fiscal_year + offset)),
            version=lambda: self._token("version", "id", self.year.version),
            data_until=lambda: self._token("version", "until", self.year.data_until),
            date=lambda text: self._token("date", text, text),
            article=lambda text: self._token("article", text, text),
            document=lambda text: self._token("document", text, text),
            name=lambda text: self._token("name", text, text),
            next_number=self._next_number,
            lost_parts=self._lost_parts,
            # for conditions and loops: values, which are never printed
            v=self._value,
            p=self._parameter_value,
            known=self._known,
            in_scheme=lambda level2: any(row["level2"] == level2 for row in card.indicators),
            group=lambda level2: self._only(card.levels, level="level2", level2=level2),
            groups=[_loop(row, "level2") for row in card.levels if row["level"] == "level2"],
            parts=[_loop(row, "level1") for row in card.levels if row["level"] == "level1"],
            duties=[_loop(row, "duty") for row in card.duties],
            actual=self._actual,
            first_target=lambda row: self._token("score", f"{_key(row)}.first", row["first_target_zh"]),
            indicators=[_loop(row, "indicator") for row in card.indicators],
            deductions=self._deductions,
            missing_indicators=[_loop(row, "indicator") for row in card.unrated],
            used_figures=self._used_figures,
            quality=self._quality,
            quality_places=self._quality_places,
            is_draft=self.is_draft,
        )
        macros = self.jinja.from_string((self.text_dir / "macros.jinja").read_text(encoding="utf-8"))
        self.jinja.globals.update(
            {name: macro for name, macro in vars(macros.module).items() if not name.startswith("_")}
        )

    # ---- blocks -------------------------------------------------------------------------------------------------

    def blocks(self, path: Path) -> Iterator[Block]:
        for number, entry in enumerate(_load(path), start=1):
            place = f"{path.name} 第 {number} 段"
            kinds = [kind for kind in BLOCK_KINDS if kind in entry]
            if len(kinds) != 1:
                raise DocumentError(f"{place}:须写 {'、'.join(BLOCK_KINDS)} 之一")
            for variables, asked in self._times(entry, place):
                yield from self._block(kinds[0], entry, place, variables, asked)

    def _block(
        self, kind: str, entry: dict[str, Any], place: str, variables: dict[str, Any], asked: set[str]
    ) -> Iterator[Block]:
        content = entry[kind]
        if kind in ("p", "note"):
            sentences = self._sentences(content, place, variables, asked)
            if sentences:
                yield Block(kind, tuple(sentences))
        elif kind in ("item", "point"):
            sentences = self._sentences(entry["text"], place, variables, asked)
            if sentences:
                lead = self._sentence(self._heading_mark(kind) + content + "。", f"{place} 标题", variables, asked)
                yield Block(kind, (lead, *sentences))
        elif kind == "chart":
            caption = self._sentence("图{{ next_number('chart') }} " + entry["caption"], place, variables, asked)
            yield Block(kind, (caption,), name=content)
        elif kind == "table":
            yield from self._table(entry, place, variables, asked)
        else:
            yield Block(kind, (self._sentence(self._heading_mark(kind) + content, place, variables, asked),))

    def _table(self, entry: dict[str, Any], place: str, variables: dict[str, Any], asked: set[str]) -> Iterator[Block]:
        columns = entry["columns"]
        loop = {"for": entry["rows"]}
        rows = [
            tuple(
                self._sentence(c["cell"], f"{place} {place_of_row} {c['head']}", row_variables, asked) for c in columns
            )
            for place_of_row, row_variables in (
                (_row_name(now), {**variables, **now}) for now, _ in self._times(loop, place)
            )
        ]
        if rows:
            caption = self._sentence("表{{ next_number('table') }} " + entry["caption"], place, variables, asked)
            head = tuple(self._sentence(c["head"], f"{place} 表头", variables, asked) for c in columns)
            yield Block("table", (caption,), head=head, rows=tuple(rows), name=entry["table"])

    def _sentences(self, content: Any, place: str, variables: dict[str, Any], asked: set[str]) -> list[Sentence]:
        sentences = []
        for number, entry in enumerate(content if isinstance(content, list) else [content], start=1):
            here = f"{place}第 {number} 句"
            whole = {"text": entry} if isinstance(entry, str) else entry
            for now, asked_now in self._times(whole, here, variables):
                suffix = f" {_row_name(now)}" if now else ""
                sentences.append(self._sentence(whole["text"], here + suffix, {**variables, **now}, asked | asked_now))
        return sentences

    def _times(
        self, entry: dict[str, Any], place: str, outer: dict[str, Any] | None = None
    ) -> Iterator[tuple[dict[str, Any], set[str]]]:
        """The variables of each time that an entry is printed, and what decided it; nothing where it is left out."""
        unknown = set(entry) - {*BLOCK_KINDS, "text", "caption", "columns", "rows", "if", "for", "years", "edition"}
        if unknown:
            raise DocumentError(f"{place}:不认识 {'、'.join(sorted(unknown))}")
        if self.year.fiscal_year not in entry.get("years", [self.year.fiscal_year]):
            return
        if entry.get("edition", self.edition) != self.edition:
            return
        self.asked = set()
        if "for" in entry:
            variable, _, expression = entry["for"].partition(" in ")
            rounds = [{variable.strip(): row} for row in self._evaluate(expression, outer or {}, place)]
        else:
            rounds = [{}]
        for variables in rounds:
            self.asked = set()
            try:
                if "if" in entry and not self._evaluate(entry["if"], {**(outer or {}), **variables}, place):
                    continue
            except _MissingValue:
                continue  # recorded as missing, which stops a report that is not a draft
            yield variables, self.asked

    def _evaluate(self, expression: str, variables: dict[str, Any], place: str) -> Any:
        try:
            return self.jinja.compile_expression(expression, undefined_to_none=False)(**variables)
        except TemplateError as error:
            raise DocumentError(f"{place}:条件“{expression}”有误:{error}") from error

    def _sentence(self, template: str, place: str, variables: dict[str, Any], asked: set[str]) -> Sentence:
        self.tokens = []
        try:
            marked = self.jinja.from_string(template).render(**variables)
        except TemplateError as error:
            raise DocumentError(f"{place}:“{template}”有误:{error}") from error
        return bound(place, marked, self.tokens, asked)

    def _heading_mark(self, kind: str) -> str:
        return {
            "h1": "{{ next_number('h1', 'chinese') }}、",
            "h2": "\uff08{{ next_number('h2', 'chinese') }}\uff09",
            "point": "\uff08{{ next_number('h2', 'chinese') }}\uff09",
            "item": "{{ next_number('item') }}. ",
        }.get(kind, "")

    # ---- tokens -------------------------------------------------------------------------------------------------

    def _token(self, kind: str, key: str, text: str) -> str:
        self.tokens.append(Token(kind, key, full_width(text) if kind == "data" else text))
        return f"{OPEN}{len(self.tokens) - 1}{CLOSE}"

    def _next_number(self, kind: str, script: str = "") -> str:
        order = ("h1", "h2", "item")
        if kind in order:
            for below in order[order.index(kind) + 1 :]:
                self.counts[below] = 0
        self.counts[kind] = self.counts.get(kind, 0) + 1
        number = self.counts[kind]
        return self._token("number", kind, _chinese(number) if script == "chinese" else str(number))

    def _row(self, figure_id: str) -> Row:
        figure = self.year.figures.get(figure_id)
        if figure is None or figure["status"] == "MISSING":
            self.missing.add(figure_id)
            if figure is None:
                return {"label_zh": figure_id, "definition_zh": "", "evidence_count": 0, "display_text": None}
        elif figure["status"] == "PARTIAL":
            self.partial.add(figure_id)
        return figure

    def _figure(self, figure_id: str) -> str:
        figure = self._row(figure_id)
        if figure_id in self.missing:
            return self._token("missing", figure_id, f"[缺:{figure['label_zh']}]")
        return self._token("figure", figure_id, figure["display_text"])

    def _value(self, figure_id: str) -> Decimal:
        self.asked.add(f"figure:{figure_id}")
        figure = self._row(figure_id)
        value = figure.get("value")
        if value is None:
            self.missing.add(figure_id)
            raise _MissingValue(figure_id)
        return Decimal(value)

    def _known(self, *figure_ids: str) -> bool:
        self.asked.update(f"figure:{figure_id}" for figure_id in figure_ids)
        found = [self.year.figures.get(figure_id) for figure_id in figure_ids]
        return all(figure is not None and figure["value"] is not None for figure in found)

    def _parameter_value(self, parameter: str) -> Decimal:
        if parameter not in self.year.parameters:
            raise DocumentError(
                f"{self.year.fiscal_year} 年度没有参数 {parameter};见 dbt/seeds/evaluation_parameters.csv"
            )
        self.asked.add(f"parameter:{parameter}")
        return Decimal(self.year.parameters[parameter]["value"])

    def _parameter(self, parameter: str, unit: str = "") -> str:
        value, row = self._parameter_value(parameter), self.year.parameters[parameter]
        if unit:
            value = value / YUAN_PER_UNIT[unit]
        return self._token("parameter", parameter, plain_number(value) + (unit or row["unit"]))

    def _derived(self, name: str) -> str:
        if name not in self.derived:
            raise DocumentError(f"derived.yaml 中没有 {name}")
        rule = self.derived[name]
        try:
            value = self._evaluate(rule["expression"], {}, f"derived.yaml {name}")
        except _MissingValue as error:
            return self._token("missing", str(error), f"[缺:{rule['label_zh']}]")
        return self._token("derived", name, plain_number(value, rule["decimals"]) + rule["unit"])

    def _score(self, row: Row) -> str:
        without = "未计分" if row.get("score_status") == "MISSING_DATA" else "分值转移"
        text = plain_number(row["score"], 2) if row["score"] is not None else without
        return self._token("score", f"{_key(row)}.score", text)

    def _weight(self, row: Row) -> str:
        return self._token("score", f"{_key(row)}.weight", plain_number(row["weight"]))

    def _lost(self, row: Row) -> str:
        return self._token("score", f"{_key(row)}.lost", plain_number(row["weight"] - row["score"], 2))

    def _actual(self, row: Row) -> str:
        """What was reached of an approved target: in its unit, or in the words of a qualitative one."""
        if row["score_status"].startswith("NA_"):
            return "当年无此类业务"
        if row["actual_zh"] is None:
            return self._token("missing", _key(row), "[缺]")
        return self._token("score", f"{_key(row)}.value", row["actual_zh"])

    def _target(self, row: Row) -> str:
        return self._token("score", f"{_key(row)}.target", row["target_zh"])

    def _reason(self, row: Row) -> str:
        return self._token("data", f"{_key(row)}.reason", NUMBERS_AT_THE_END.sub("", row["reason_zh"]))

    def _lost_parts(self, row: Row) -> list[Row]:
        """The components of an indicator that lost points."""
        return [
            _loop(part, "component")
            for part in self.year.components
            if part["indicator_no"] == row["indicator_no"]
            and part["state"] in ("SCORED", "MANUAL")
            and part["points"] < part["weight"]
        ]

    def _measure(self, row: Row) -> str:
        """The measure against a deduction: that of the indicator, else of its level-2 group."""
        for level in ("level3", "level2"):
            for entry in self.measures:
                if entry.get(level) == row[level]:
                    return entry["text"]
        raise DocumentError(f"measures.yaml 中没有“{row['level3']}”或“{row['level2']}”的改进措施,请补上一条")

    def _deductions(self, level2: str = "", but_figure: str = "") -> list[Row]:
        """The indicators that lost points and have their data; without those that are a share with the named numerator."""
        rows = [
            _loop(row, "indicator")
            for row in self.year.scorecard.indicators
            if row["score"] is not None
            and row["score"] < row["weight"]
            and row["score_status"] in ("SCORED", "MANUAL")
            and row["level2"] == (level2 or row["level2"])
            and (not but_figure or row["numerator_figure"] != but_figure)
        ]
        self.asked.update(f"score:indicator.{row['indicator_no']}.score" for row in self.year.scorecard.indicators)
        return rows

    def _only(self, rows: list[Row], kind: str = "", **wanted: str) -> Row:
        found = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
        if len(found) != 1:
            raise DocumentError(f"评分结果中没有 {'、'.join(wanted.values())}")
        return _loop(found[0], kind or wanted["level"])

    def _used_figures(self) -> list[str]:
        """The figures of the report that the year has, for the list of where they come from."""
        return [name for name, row in self.year.figures.items() if row["is_in_report"] and row["status"] != "MISSING"]

    def _quality_places(self, what: str) -> range:
        """The places of the checks with issues, or of the issues, for loops and conditions."""
        self.asked.add("data:quality")
        return range(len(self.year.quality.checks if what == "checks" else self.year.quality.issues))

    def _quality(self, what: str, place: int = 0, part: str = "") -> str:
        """A word on data quality: the statement, or a part of a check with issues, or of an issue, by its place."""
        report = self.year.quality
        if what == "statement":
            return self._token("data", "quality.statement", statement_text(report))
        words = check_words(report, report.checks[place]) if what == "check" else issue_words(report.issues[place])
        return self._token("data", f"quality.{what}.{place}.{part}", words[part])


def _loop(row: Row, kind: str) -> Row:
    return {**row, "kind": kind}


def _key(row: Row) -> str:
    if row["kind"] == "component":
        return f"component.{row['indicator_no']}.{row['component_no']}"
    name = row["indicator_no"] if row["kind"] in ("indicator", "duty") else row[row["kind"]]
    return f"{row['kind']}.{name}"


def _name(row: Row) -> str:
    """The name of an indicator, a level-2 group or a level-1 part."""
    return str(row.get("level3") or row[row["kind"]])


def _row_name(variables: dict[str, Any]) -> str:
    return " ".join(_key(row) if isinstance(row, dict) else str(row) for row in variables.values())


def full_width(text: str) -> str:
    """Commas, colons and brackets of a Chinese text as documents print them; those between digits and letters stay."""
    return re.sub(f"(?<=[{CHINESE}])[,:;()]|[,:;()](?=[{CHINESE}])", lambda match: FULL_WIDTH[match.group()], text)


def _chinese(number: int) -> str:
    """A number below 100 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else CHINESE_DIGITS[tens]) + "十" if tens else "") + (CHINESE_DIGITS[ones] if ones else "")


def _load(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise DocumentError(f"{path.name} 不是合格的 YAML:{error}") from error
