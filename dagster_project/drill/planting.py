"""Plant one fault: choose file, column and rows by the kind, have them changed, and say what was changed and where."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dagster_project.contracts.column import Column
from dagster_project.drill.kinds import DrillError, Kind
from dagster_project.drill.office import Handed, Office, Row
from dagster_project.drill.paper import Paper, Value
from dagster_project.drill.receipts import line_of
from dagster_project.ingestion.submissions import Submission


@dataclass(frozen=True)
class Planted:
    """A fault and where it is.

    ``contents`` are the bytes of files that are new or changed, None for one that is gone. ``receipts`` are lines of received.csv
    that are new or changed, by file, None for one that goes. ``file`` is where the fault is and ``rows`` are its rows, none where it
    is the whole file's. ``ledger`` and ``period`` name a file that is not there; ``words`` say what was done, in Chinese.
    """

    kind: Kind
    file: str
    rows: tuple[int, ...]
    words: str
    ledger: str
    period: str
    contents: Mapping[str, bytes | None] = field(default_factory=dict)
    receipts: Mapping[str, Mapping[str, str] | None] = field(default_factory=dict)
    also: tuple[str, ...] = ()


class Ground:
    """One file in which one fault is planted, while it is changed."""

    def __init__(self, kind: Kind, office: Office, handed: Handed, rng: random.Random):
        self.kind, self.office, self.handed, self.rng = kind, office, handed, rng
        self.how = kind.how
        self._known: dict[str, set[str]] = {}

    def known(self, column: str) -> set[str]:
        """The values of a column in the file, as texts."""
        if column not in self._known:
            self._known[column] = {text_of(row[column]) for row in self.office.rows(self.handed)}
        return self._known[column]

    def line_of(self, entry: Submission, rows: int | None = None) -> dict[str, str]:
        """The line of a file in received.csv, with another number of ``rows`` where one is given."""
        return line_of(entry, (each.entry for each in self.office.handed), rows)

    def paper(self) -> Paper | None:
        """The file to be changed, where it is a plain table in the money unit of the kind."""
        paper = self.handed.paper()
        wanted = self.kind.where.unit
        return paper if paper is not None and wanted in (None, paper.unit) else None

    def columns(self, paper: Paper) -> list[Column]:
        """The columns of the file that the kind is about, in any order."""
        found = [
            column for column in self.handed.contract.columns if column.name in paper.places and self._fits(column)
        ]
        self.rng.shuffle(found)
        return found

    def _fits(self, column: Column) -> bool:
        where, key = self.kind.where, self.handed.contract.key
        return (
            (not where.columns or column.name in where.columns)
            and (not where.types or column.type in where.types)
            and where.key in (None, column.name in key)
            and where.required in (None, column.required)
            and where.codes in (None, column.codes is not None or column.allowed is not None)
            and where.percent in (None, column.percent)
            and where.bounded in (None, column.maximum is not None)
        )

    def rows(self, paper: Paper, column: str = "") -> list[Row]:
        """The rows that the kind is about, in any order, those that count for a figure first."""
        found = [
            row
            for row in self.office.rows(self.handed, self.kind.where.rows.replace("{column}", column))
            if (row["_sheet"] or "") == paper.sheet
        ]
        if len(found) < self.kind.where.least:
            return []
        self.rng.shuffle(found)
        return sorted(found, key=lambda row: not self.office.counts(self.handed, row))

    def spots(self) -> Iterator[tuple[Paper, Column, list[Row]]]:
        """Each column with its rows, until one is changed."""
        paper = self.paper()
        for column in self.columns(paper) if paper else []:
            if paper and (rows := self.rows(paper, column.name)):
                yield paper, column, rows

    def planted(
        self,
        paper: Paper,
        rows: Sequence[int],
        words: str,
        receipts: Mapping[str, Mapping[str, str] | None] | None = None,
    ) -> Planted:
        """The fault, where the paper holds it."""
        return self.in_files({self.handed.name: paper.content()}, rows, words, receipts=receipts or {})

    def in_files(
        self,
        contents: Mapping[str, bytes | None],
        rows: Sequence[int],
        words: str,
        *,
        file: str | None = None,
        receipts: Mapping[str, Mapping[str, str] | None] | None = None,
        also: tuple[str, ...] = (),
    ) -> Planted:
        """The fault in these files; it is found in the file of the ground unless another is named."""
        entry = self.handed.entry
        name = file or self.handed.name
        at = (
            ""
            if self.kind.whole or not rows
            else f" 第 {'、'.join(map(str, rows[:3]))}{' 等' if len(rows) > 3 else ''} 行"
        )
        return Planted(
            self.kind,
            name,
            () if self.kind.whole else tuple(rows),
            f"{name}{at}:{words}",
            entry.ledger,
            entry.period,
            contents,
            receipts or {},
            also,
        )

    def change(self, paper: Paper, column: Column, row: Row, value: Value) -> str:
        """Put a value; what was changed in words."""
        before = paper.read(row["_row"], column.name)
        paper.write(row["_row"], column.name, value)
        after = paper.read(row["_row"], column.name)
        hidden = column.personal
        return f"{header_of(column)} {'…' if hidden else before or '(空)'} → {'…' if hidden else after or '(空)'}"


def header_of(column: Column) -> str:
    """What the office calls a column."""
    return (column.headers or [column.name])[0]


Mutator = Callable[[Ground], Planted | None]
MUTATORS: dict[str, Mutator] = {}


def mutator(plant: Mutator) -> Mutator:
    """Register what plants a kind, under its own name."""
    MUTATORS[plant.__name__] = plant
    return plant


def plant(kind: Kind, office: Office, seed: str) -> Planted:
    """Plant a fault of a kind somewhere; the same seed gives the same fault.

    Raises:
        DrillError: the drop has no place for it.
    """
    rng = random.Random(f"{seed}:{kind.id}")  # noqa: S311  (the same faults again, no secret)
    for handed in _in_turn([each for each in office.of_year(kind.where.ledgers) if _may_hold(kind, each)], rng):
        if found := MUTATORS[kind.does](Ground(kind, office, handed, rng)):
            return found
    raise DrillError(f"差错“{kind.name.zh}”({kind.id})在 {office.year} 年的台账中没有可以设置的地方")


def _in_turn(files: Sequence[Handed], rng: random.Random) -> list[Handed]:
    """The files in any order, one of each ledger before the second of any: some ledgers come in many files."""
    by_ledger: dict[str, list[Handed]] = {}
    for handed in rng.sample(files, len(files)):
        by_ledger.setdefault(handed.entry.ledger, []).append(handed)
    ledgers = rng.sample(sorted(by_ledger), len(by_ledger))
    most = max(map(len, by_ledger.values()), default=0)
    return [by_ledger[ledger][n] for n in range(most) for ledger in ledgers if n < len(by_ledger[ledger])]


def _may_hold(kind: Kind, handed: Handed) -> bool:
    where, dropped = kind.where, handed.dropped
    return (not where.formats or dropped.layout.format in where.formats) and (
        not where.supersede or handed.contract.supersede in where.supersede
    )


def text_of(value: Any) -> str:
    """A landed value as a text."""
    return "" if value is None else str(value)
