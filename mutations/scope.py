"""Which mutants belong to which indicator: its figures, the part of their evidence model that gives them, and the columns read above."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mutations.project import Project

MARK = re.compile(r"/\*<(m\d+)\*/")
WORD = re.compile(r"[a-z_][a-z_0-9]*")
RELATION = re.compile(r'"\w+"\."\w+"\."(\w+)"')
NAMED = re.compile(r"(\w+) as \(\s*$", re.MULTILINE)
FIGURE = re.compile(r"figure\.figure_id = '([\w.]+)'")
FACTS = re.compile(r"from (\w+) as facts")
SCORING = "scoring"
"""The models and macros that every indicator shares."""


@dataclass
class Part:
    """A piece of a rendered model: what it reads and which marks it has."""

    marks: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    models: set[str] = field(default_factory=set)

    def add(self, text: str) -> None:
        """Take in a piece of SQL."""
        self.marks.update(MARK.findall(text))
        self.models.update(RELATION.findall(text))
        self.words.update(WORD.findall(text))


def mutants_of_indicators(project: Project, seeds: Path) -> dict[str, set[str]]:
    """The mutants behind each indicator; those of the shared scoring stand under `SCORING`.

    Args:
        project: the rendered project.
        seeds: the folder of the seeds.

    Returns:
        Names of mutants by ``3`` for indicator 3, ``D4`` for the fourth target that is counted from ledgers.
    """
    found: dict[str, set[str]] = {}
    for indicator, figures in figures_of_indicators(seeds / "schemes").items():
        marks = found.setdefault(indicator, set())
        for figure in figures:
            marks |= _marks_behind(project, figure)
    shared = Part()
    for name, model in project.models.items():
        if "models/evaluation/" in _file(project, name) and not name.startswith("evidence"):
            shared.add(model.sql)
    found[SCORING] = shared.marks
    return found


def figures_of_indicators(schemes: Path, scheme: str = "GZ-2023-RECON") -> dict[str, set[str]]:
    """The figures that score each indicator in the variant that the scheme uses."""
    with (schemes / "evaluation_indicators.csv").open(encoding="utf-8", newline="") as stream:
        variants = {row["indicator_no"]: row["variant"] for row in csv.DictReader(stream) if row["scheme_id"] == scheme}
    found: dict[str, set[str]] = {}
    with (schemes / "evaluation_components.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["scheme_id"] == scheme and row["variant"] == variants[row["indicator_no"]]:
                figures = {
                    row[name] for name in ("numerator_figure", "denominator_figure", "case_figure", "zero_if_figure")
                }
                found.setdefault(row["indicator_no"], set()).update(figures - {""})
    with (schemes.parent / "department_target_figures.csv").open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), start=1):
            figures = {row["numerator_figure"], row["denominator_figure"]}
            found.setdefault(f"D{number}", set()).update(figures - {""})
    return found


def _file(project: Project, name: str) -> str:
    marks = MARK.findall(project.models[name].sql)
    return next((f for f in (project.mutants[m].file for m in marks) if f.endswith(f"/{name}.sql")), "")


def _marks_behind(project: Project, figure: str) -> set[str]:
    needed: dict[str, set[str]] = {}
    marks: set[str] = set()
    for name, model in project.models.items():
        if name.startswith("evidence_"):
            part = _evidence_of(model.sql, figure)
            marks |= part.marks
            for parent in part.models & set(project.models):
                needed.setdefault(parent, set()).update(part.words)
    for name in reversed(project.order):
        if name in needed:
            part = _live(project.models[name].sql, needed[name])
            marks |= part.marks
            for parent in part.models & set(project.models):
                needed.setdefault(parent, set()).update(part.words)
    return marks


def _evidence_of(sql: str, figure: str) -> Part:
    """The parts of an evidence model that give a figure: its own select and the relations that one reads."""
    named, rest = _relations(sql)
    part = Part()
    for block in re.split(r"\bunion all\b", rest):
        match = FIGURE.search(block)
        if match and match.group(1) == figure:
            part.add(block)
    _add_named(part, named)
    return part


def _live(sql: str, needed: set[str]) -> Part:
    """The parts of a model behind the columns that are read."""
    named, rest = _relations(sql)
    part = Part()
    part.words |= needed
    for text in [rest, *reversed(list(named.values()))]:
        for block in re.split(r"\bunion all\b", text):
            for item, alias in _columns(block):
                if alias in part.words or alias == "":
                    part.add(item)
    return part


def _add_named(part: Part, named: dict[str, str]) -> None:
    for name, text in reversed(named.items()):
        if name in part.words:
            for block in re.split(r"\bunion all\b", text):
                for item, alias in _columns(block):
                    if alias in part.words or alias == "":
                        part.add(item)


def _relations(sql: str) -> tuple[dict[str, str], str]:
    """The common table expressions of a model, and what comes after them."""
    sql = re.sub(r"--[^\n]*", "", sql)
    named, place = {}, 0
    while match := NAMED.search(sql, place):
        depth, end = 1, match.end()
        while depth and end < len(sql):
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        named[match.group(1)] = sql[match.end() : end - 1]
        place = end
        if not re.match(r"\s*,", sql[end:]):
            break
    return named, sql[place:]


def _columns(block: str) -> Iterator[tuple[str, str]]:
    """The columns of a select with their names; the rest of it, and a star, have none."""
    match = re.search(r"\bselect\b(\s+distinct\b)?", block)
    if not match:
        yield block, ""
        return
    depth, start = 0, match.end()
    for token in re.finditer(r"[()]|,|\bfrom\b", block[start:]):
        depth += {"(": 1, ")": -1}.get(token.group(), 0)
        if depth == 0 and token.group() in (",", "from"):
            item = block[start : match.end() + token.start()]
            names = WORD.findall(re.sub(r"/\*.*?\*/", "", item))
            yield item, "" if item.rstrip().endswith("*") or not names else names[-1]
            start = match.end() + token.end()
            if token.group() == "from":
                break
    yield block[: match.start()] + block[start:], ""
