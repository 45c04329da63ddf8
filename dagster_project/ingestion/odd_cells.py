"""Which rows of a stream hold texts that need a second look, or may be notes: told from their bytes, before SQL asks each cell.

What is marked is every row of which the conditions of `cell_checks` and `row_notes` may find something, and may be more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.ingestion.invisible import holds
from dagster_project.ingestion.spellings import DITTOS, LONGEST_NULL_WORD, NULL_WORDS
from dagster_project.ingestion.spoilt import LONGEST_DATE, LONGEST_SHORT_DATE, WIDE_HASH

MARK = "__odd"
"""Ends the name of the column that marks the rows of a text column."""
ODD_TEXTS, MAY_BE_NOTE = "__odd_texts", "__may_be_note"
"""Mark the rows with an odd text in any column, and those that may be notes."""
DOUBTFUL, OF_DIGITS, OF_NULL_WORD = 1, 2, 4
"""What the first byte of a cell may begin: a guard, an error or a sign; a number; a word for no value or a ditto."""
KINDS = np.zeros(256, np.uint8)
KINDS[: ord("-")] |= DOUBTFUL
KINDS[ord("=")] |= DOUBTFUL
KINDS[ord("-") : ord("=")] |= OF_DIGITS
for _word in (*NULL_WORDS, *DITTOS):
    KINDS[[_word[0].lower().encode()[0], _word[0].upper().encode()[0]]] |= OF_NULL_WORD
ERROR_SIGNS, WEB_SIGNS = (WIDE_HASH, "Err:"), ("&", "<")


@dataclass(frozen=True)
class TextSigns:
    """What makes a text of one column odd.

    Args:
        wide: the letters that a key has in half width; None where the column is no key.
        nil: the texts that leave a cell empty, of a column that must be filled.
    """

    wide: str | None = None
    nil: Collection[str] = ()


@dataclass(frozen=True)
class NoteSigns:
    """What the first cell of a row that may be a note begins with or holds, and the texts that leave the next cell the first."""

    begins: Collection[str]
    holds: Sequence[str]
    nil: Collection[str]


@dataclass(frozen=True)
class Cells:
    """The cells of one column of a batch, by their bytes; ``first`` is the first one, 0 in an empty cell."""

    array: pa.Array
    first: np.ndarray = field(init=False)
    lengths: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        _, offsets, data = self.array.buffers()
        start, count = self.array.offset, len(self.array)
        bounds = np.frombuffer(offsets, np.int32)[start : start + count + 1] if count else np.zeros(1, np.int32)
        held = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
        lengths = np.diff(bounds)
        first = held[np.minimum(bounds[:-1], len(held) - 1)]
        object.__setattr__(self, "lengths", lengths)
        object.__setattr__(self, "first", first if lengths.all() else np.where(lengths > 0, first, 0))

    @cached_property
    def held(self) -> bytes:
        """All bytes of the column."""
        data = self.array.buffers()[2]
        return data.to_pybytes() if data is not None else b""

    def holding(self, *signs: str) -> np.ndarray | bool:
        """The rows whose cells hold one of these signs; where no cell does, that is soon known."""
        found: np.ndarray | bool = False
        for sign in signs:
            if holds(self.held, sign.encode()):
                found = found | _truth(pc.match_substring(self.array, sign))
        return found

    def beginning(self, letters: Collection[str]) -> np.ndarray:
        """The rows whose cells begin with one of these letters."""
        leads = np.zeros(256, bool)
        leads[[letter.encode()[0] for letter in letters]] = True
        found = leads[self.first]
        if found.any():
            places = np.flatnonzero(found)
            firsts = pc.utf8_slice_codeunits(self.array.take(pa.array(places)), 0, 1)
            found[places] = _truth(pc.is_in(firsts, pa.array(sorted(letters), pa.string())))
        return found

    def may_be_nil(self, nil: Collection[str]) -> np.ndarray:
        """The rows whose cells may be one of these texts, or are empty."""
        is_short = self.lengths <= max(len(text.encode()) for text in nil)
        if not is_short.any():
            return is_short
        return is_short & (self.beginning({text[0] for text in nil if text}) | (self.lengths == 0))


def _truth(found: pa.Array) -> np.ndarray:
    return pc.fill_null(found, False).to_numpy(zero_copy_only=False)


def odd_texts(cells: Cells, signs: TextSigns) -> np.ndarray:
    """The rows of a text column that need a second look."""
    kinds = KINDS[cells.first]
    odd = (kinds & DOUBTFUL) > 0
    may_be = np.bitwise_or.reduce(kinds) if len(kinds) else 0
    if may_be & OF_NULL_WORD:
        odd |= ((kinds & OF_NULL_WORD) > 0) & (cells.lengths <= LONGEST_NULL_WORD)
    if may_be & OF_DIGITS:
        odd |= ((kinds & OF_DIGITS) > 0) & cells.holding("E", "e")
    odd |= cells.holding(*ERROR_SIGNS, *WEB_SIGNS)
    if signs.wide is not None:
        odd |= _spoilt_keys(cells, signs.wide)
    odd &= cells.lengths > 0
    return odd | cells.may_be_nil(signs.nil) if signs.nil else odd


def _spoilt_keys(cells: Cells, wide: str) -> np.ndarray | bool:
    """The keys that may be a date, a number with nothing behind its point, in several lines, or written in full width."""
    found: np.ndarray | bool = cells.holding(".0", "\n", "\r", "\t")
    parted = cells.holding("-", "/", "月")
    if parted is not False:
        ends = (cells.lengths <= LONGEST_DATE) | cells.holding(":", "月")
        found = found | (parted & ((cells.lengths <= LONGEST_SHORT_DATE) | ((cells.first < ord(":")) & ends)))
    if not cells.held.isascii() and any(lead in cells.held for lead in {letter.encode()[:1] for letter in wide}):
        found = found | _truth(pc.match_substring_regex(cells.array, f"[{wide}]"))
    return found


def marked(
    stream: pa.RecordBatchReader, texts: Mapping[str, TextSigns], first: str | None, notes: NoteSigns
) -> pa.RecordBatchReader:
    """The stream with a column of marks for each of its text columns, one for all of them, and one for rows that may be notes.

    Args:
        stream: with a string column for each of the texts.
        texts: what makes the text of each column odd.
        first: the column that stands first in the file, where the stream has it.
        notes: how the first cell of a note is known.
    """
    names = [*(f"{name}{MARK}" for name in texts), ODD_TEXTS, *([MAY_BE_NOTE] if first else [])]
    schema = pa.schema([*stream.schema, *(pa.field(name, pa.bool_()) for name in names)])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in stream:
            marks = [odd_texts(Cells(batch.column(name)), signs) for name, signs in texts.items()]
            marks.append(np.logical_or.reduce(marks) if marks else np.zeros(len(batch), bool))
            if first:
                cells = Cells(batch.column(first))
                found = cells.beginning(notes.begins) | cells.holding(*notes.holds) | cells.may_be_nil(notes.nil)
                marks.append(found)
            yield pa.RecordBatch.from_arrays([*batch.columns, *map(pa.array, marks)], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())
