"""Headers that a delimited text prints again: the same one is a note, below one in another order or unit nothing is data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.header import names_columns
from dagster_project.ingestion.header_names import normalise
from dagster_project.ingestion.text_table import Header
from dagster_project.ingestion.units import split_unit


class HeadsAgain:
    """Looks for the header among the rows of one file; ``clear`` before the file is read anew."""

    def __init__(self, header: Header, contract: Contract, layout: FileLayout):
        self._header, self._contract, self._layout = header, contract, layout
        self._delimiter = layout.delimiter
        self._texts = frozenset(normalise(text) for c in contract.columns for text in (*c.headers, *c.fallback_headers))
        self._starts = pa.array(sorted({text[:1] for text in self._texts}))
        self._longest = 2 * max(map(len, self._texts)) + 8
        self._have_digits = any(map(str.isdigit, "".join(self._texts)))
        self._first_other: int | None = None

    def clear(self) -> None:
        """Begin again."""
        self._first_other = None

    def verdict_below(self, number: int) -> str | None:
        """The verdict on a row below a header in another order or unit; None for any other row."""
        first = self._first_other
        return f"another_header:第 {first} 行" if first is not None and number > first else None

    def judged(
        self,
        columns: Sequence[pa.Array | None],
        first_cells: pa.Array,
        numbers: np.ndarray,
        texts: pa.Array,
        verdicts: pa.Array,
    ) -> tuple[pa.Array, pa.Array]:
        """Texts and verdicts of the next rows, with those of headers and of what stands below another one.

        Args:
            columns: all cells, place by place.
            first_cells: the trimmed cells of the first column that the contract claims.
            numbers: the row numbers.
            texts: what was to be kept of each row so far.
            verdicts: what each row was found to be so far.
        """
        for n in self._likely(first_cells):
            row = [column[n].as_py() if column is not None else "" for column in columns]
            if not names_columns([row], 0, self._contract, self._layout):
                continue
            is_head = pa.array(np.arange(len(numbers)) == n)
            texts = pc.if_else(is_head, self._delimiter.join(row), texts)
            verdicts = pc.if_else(is_head, "repeated_header", verdicts)
            if self._first_other is None and not self._has_same_order(row):
                self._first_other = int(numbers[n])
        if self._first_other is not None and len(numbers) and numbers[-1] > self._first_other:
            held = [pc.coalesce(column, "") for column in columns if column is not None]
            whole = held[0] if len(held) == 1 else pc.binary_join_element_wise(*held, self._delimiter)
            is_filled = pc.not_equal(pc.utf8_trim(whole, characters=f" {self._delimiter}"), "")
            is_head = pc.coalesce(pc.equal(verdicts, "repeated_header"), False)
            below = pc.and_(pc.and_(pa.array(numbers > self._first_other), is_filled), pc.invert(is_head))
            texts = pc.if_else(below, whole, texts)
            verdicts = pc.if_else(below, self.verdict_below(self._first_other + 1), verdicts)
        return texts, verdicts

    def _likely(self, cells: pa.Array) -> list[int]:
        """The rows whose first cell reads like a header; few rows come so far that Python looks at them."""
        starts = pc.is_in(pc.utf8_slice_codeunits(cells, 0, 1), self._starts)
        some = pc.and_(starts, pc.less_equal(pc.utf8_length(cells), self._longest))
        if not self._have_digits:
            # Ids that begin like a header have digits.
            some = pc.if_else(some, pc.invert(pc.match_substring_regex(pc.if_else(some, cells, ""), "[0-9]")), False)
        places = np.flatnonzero(pc.fill_null(some, False).to_numpy(zero_copy_only=False))
        if not len(places):
            return []
        wanted = cells.take(pa.array(places))
        heads = [text for text in pc.unique(wanted).to_pylist() if self._is_header_text(text)]
        return places[pc.is_in(wanted, pa.array(heads, pa.string())).to_numpy(zero_copy_only=False)].tolist()

    def _is_header_text(self, text: str) -> bool:
        plain = normalise(text)
        return plain in self._texts or split_unit(plain)[0] in self._texts

    def _has_same_order(self, cells: Sequence[str]) -> bool:
        """Whether the columns stand in their places, if perhaps in other words, and amounts in their unit."""
        for name, place in self._header.positions.items():
            column = self._contract.column(name)
            text, unit = split_unit(normalise(cells[place])) if place < len(cells) else ("", None)
            if text not in {split_unit(normalise(h))[0] for h in (*column.headers, *column.fallback_headers)}:
                return False
            if column.type == "money" and unit not in (None, self._header.column_units.get(name, self._header.unit)):
                return False
        return True
