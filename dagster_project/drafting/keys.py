"""The likely key of a ledger: the smallest combination of id-like columns that never repeats within a file."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dagster_project.drafting import words
from dagster_project.drafting.columns import DraftColumn
from dagster_project.drafting.profile import Rows

MOST_PARTS = 4
MOST_CANDIDATES = 9
LONGEST_KEY_TEXT = 40
FEW_ROWS = 5
FREE_TEXT = 3
"""From this rank on a column is free text or a running number."""


@dataclass(frozen=True)
class KeyGuess:
    """Places of the key columns; ``is_unique`` is false where nothing is, and then the key is only a first proposal."""

    places: tuple[int, ...]
    is_unique: bool
    reasons: tuple[str, ...]
    doubts: tuple[str, ...] = ()


def guess_key(columns: Sequence[DraftColumn], rows: Rows) -> KeyGuess:
    """The key; empty where no column is always filled."""
    candidates = sorted(
        (column for column in columns if column.required and column.guess.type not in ("decimal", "money", "boolean")),
        key=_rank,
    )
    candidates = [column for column in candidates if column.profile.longest <= LONGEST_KEY_TEXT][:MOST_CANDIDATES]
    count = rows.counts().data
    dates = {column.place for column in columns if column.guess.type in ("date", "month")}
    # Texts that people write freely may be unique by chance: they count only where nothing else is.
    strict = [column for column in candidates if _rank(column)[0] < FREE_TEXT]
    for group in itertools.chain(_groups(strict), _groups(candidates)):
        if rows.is_unique([column.place for column in group], dates):
            names = "、".join(column.headers[0] for column in group)
            doubts = [f"只看到 {count} 行,唯一可能是巧合"] if count < FEW_ROWS else []
            reason = f"{count:,} 行中“{names}”在每个文件内都不重复,且从未空白"
            return KeyGuess(tuple(column.place for column in group), True, (reason,), tuple(doubts))
    if proposals := candidates or [column for column in columns if column.required]:
        doubt = "没有哪几列合起来不重复:请写明主键;载入时重复的行会被退回"
        return KeyGuess((proposals[0].place,), False, (), (doubt,))
    return KeyGuess((), False, (), ("没有一列是从不空白的,没有可用的主键",))


def _groups(columns: Sequence[DraftColumn]) -> Iterator[tuple[DraftColumn, ...]]:
    """Every combination, the smallest first."""
    for size in range(1, MOST_PARTS + 1):
        yield from itertools.combinations(columns, size)


def _rank(column: DraftColumn) -> tuple[int, int]:
    """Ids first, then days and short words; running numbers and names come last."""
    header = column.headers[0]
    if words.COUNTED.search(header):
        return (4 if header.startswith("序号") else 2, column.place)
    if words.ID.search(header):
        return (0, column.place)
    if column.guess.type in ("code", "date", "month", "timestamp"):
        return (1, column.place)
    if words.FREE.search(header):
        return (FREE_TEXT, column.place)
    return (2, column.place)
