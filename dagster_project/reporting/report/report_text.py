"""The sentences of a report: read from YAML, kept where their conditions hold, and bound to the published year.

How the files are written is told in ``text/README.md`` beside this file. Python holds no sentence of the report.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from dagster_project.reporting.reading.published import EDITIONS
from dagster_project.reporting.reading.published_year import PublishedYear
from dagster_project.reporting.report.binding import DocumentError, Sentence, bound
from dagster_project.reporting.report.blocks import BLOCK_KINDS, Block, Edition
from dagster_project.reporting.report.passages import passages_of
from dagster_project.reporting.report.score_words import ScoreWords, key_of
from dagster_project.reporting.report.vocabulary import MissingValue, NotApplicable, Vocabulary
from dagster_project.reporting.report.yaml_text import load_yaml

TEXT_DIR = Path(__file__).parent / "text"
PARAGRAPHS = ("p", "note", "footnote")


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
    blocks = [block for file in writer.texts for block in writer.blocks(file)]
    words = writer.words
    missing = tuple(sorted(words.missing | words.partial))
    return Edition(
        name,
        is_draft,
        tuple(blocks),
        missing,
        words.derived,
        writer.scores.sums,
        writer.unwritten,
        writer.passages.file,
    )


@dataclass
class _Writer:
    year: PublishedYear
    edition: str
    is_draft: bool
    text_dir: Path

    def __post_init__(self) -> None:
        self.jinja = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        derived: dict[str, dict[str, Any]] = load_yaml(self.text_dir / "derived.yaml")
        self.texts = {path.name: load_yaml(path) for path in sorted(self.text_dir.glob("[0-9]*.yaml"))}
        self.passages = passages_of(
            self.text_dir, self.year.department_code, self.year.official_name, self.texts.values()
        )
        self.unwritten: dict[str, bool] = {}
        self.words = Vocabulary(self.year, derived, lambda text, place: self._evaluate(text, {}, place))
        self.scores = ScoreWords(self.words, lambda text, values: self.jinja.from_string(text).render(**values))
        self.jinja.globals.update(self.words.words())
        self.jinja.globals.update(self.scores.vocabulary())
        self.jinja.globals["is_draft"] = self.is_draft
        macros = self.jinja.from_string((self.text_dir / "macros.jinja").read_text(encoding="utf-8"))
        self.jinja.globals.update(
            {name: macro for name, macro in vars(macros.module).items() if not name.startswith("_")}
        )

    # ---- blocks -------------------------------------------------------------------------------------------------

    def blocks(self, file: str) -> Iterator[Block]:
        for number, entry in enumerate(self.texts[file], start=1):
            place = f"{file} 第 {number} 段"
            kinds = [kind for kind in BLOCK_KINDS if kind in entry]
            if len(kinds) != 1:
                raise DocumentError(f"{place}:须写 {'、'.join(BLOCK_KINDS)} 之一")
            for variables, asked in self._times(entry, place):
                yield from self._block(kinds[0], entry, place, variables, asked)

    def _block(
        self, kind: str, entry: dict[str, Any], place: str, variables: dict[str, Any], asked: set[str]
    ) -> Iterator[Block]:
        content = entry[kind]
        if kind in PARAGRAPHS:
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
            if "passage" in whole:
                sentences += self._passage(whole, here, variables, asked)
                continue
            for now, asked_now in self._times(whole, here, variables):
                suffix = f" {_row_name({**variables, **now})}" if variables or now else ""
                # What the department or the year does not have is not told, nor told to be missing.
                with contextlib.suppress(NotApplicable):
                    sentences.append(
                        self._sentence(whole["text"], here + suffix, {**variables, **now}, asked | asked_now)
                    )
        return sentences

    def _passage(self, entry: dict[str, Any], place: str, variables: dict[str, Any], asked: set[str]) -> list[Sentence]:
        """The sentences of a passage of the department; one that is required and not written is named in its place."""
        name, is_required = entry["passage"], entry.get("required", False)
        sentences: list[Sentence] = []
        for now, asked_now in self._times(entry, place, variables):
            here = f"{self.passages.file} {name} "
            text = self.passages.by_name.get(name, [])
            sentences += self._sentences(text, here, {**variables, **now}, asked | asked_now)
            if not text or (is_required and not sentences):
                self.unwritten[name] = is_required
            if is_required and not sentences:
                mark = self.words.token("missing", name, f"[待写明:{name}]")
                sentences.append(bound(place, mark, self.words.tokens, asked))
        return sentences

    def _times(
        self, entry: dict[str, Any], place: str, outer: dict[str, Any] | None = None
    ) -> Iterator[tuple[dict[str, Any], set[str]]]:
        """The variables of each time that an entry is printed, and what decided it; nothing where it is left out."""
        unknown = set(entry) - {
            *BLOCK_KINDS,
            "text",
            "passage",
            "required",
            "caption",
            "columns",
            "rows",
            "if",
            "for",
            "years",
            "valid_from",
            "valid_to",
            "edition",
        }
        if unknown:
            raise DocumentError(f"{place}:不认识 {'、'.join(sorted(unknown))}")
        fiscal_year = self.year.fiscal_year
        is_within = entry.get("valid_from", fiscal_year) <= fiscal_year <= entry.get("valid_to", fiscal_year)
        if not is_within or fiscal_year not in entry.get("years", [fiscal_year]):
            return
        if entry.get("edition", self.edition) != self.edition:
            return
        self.words.asked = set()
        if "for" in entry:
            variable, _, expression = entry["for"].partition(" in ")
            rounds = [{variable.strip(): row} for row in self._evaluate(expression, outer or {}, place)]
        else:
            rounds = [{}]
        for variables in rounds:
            self.words.asked = set()
            try:
                if "if" in entry and not self._evaluate(entry["if"], {**(outer or {}), **variables}, place):
                    continue
            except MissingValue:
                continue  # recorded as missing, which stops a report that is not a draft
            yield variables, self.words.asked

    def _evaluate(self, expression: str, variables: dict[str, Any], place: str) -> Any:
        try:
            return self.jinja.compile_expression(expression, undefined_to_none=False)(**variables)
        except TemplateError as error:
            raise DocumentError(f"{place}:条件“{expression}”有误:{error}") from error

    def _sentence(self, template: str, place: str, variables: dict[str, Any], asked: set[str]) -> Sentence:
        self.words.tokens, self.words.asked = [], set()
        try:
            marked = self.jinja.from_string(template).render(**variables)
        except TemplateError as error:
            raise DocumentError(f"{place}:“{template}”有误:{error}") from error
        return bound(place, marked, self.words.tokens, asked | self.words.asked)

    def _heading_mark(self, kind: str) -> str:
        return {
            "h1": "{{ next_number('h1', 'chinese') }}、",
            "h2": "\uff08{{ next_number('h2', 'chinese') }}\uff09",
            "point": "\uff08{{ next_number('h2', 'chinese') }}\uff09",
            "item": "{{ next_number('item') }}. ",
        }.get(kind, "")


def _row_name(variables: dict[str, Any]) -> str:
    return " ".join(key_of(row) if isinstance(row, dict) else str(row) for row in variables.values())
