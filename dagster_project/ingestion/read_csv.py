"""Read delimited text: the header from the first rows, then a stream of text cells with exact row numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from dagster_project.contracts import DATE_TYPES, NUMBER_TYPES, Contract, FileLayout
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.heads_again import HeadsAgain
from dagster_project.ingestion.lines import PARSED_BYTES, OddLine, TextLines
from dagster_project.ingestion.row_notes import judge_irregular, split_cells
from dagster_project.ingestion.row_widths import RowWidths
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.text_head import allowed_encoding, read_head
from dagster_project.ingestion.text_table import HeadRow, Tally, TextTable, some_words, text_schema, trimmed
from dagster_project.ingestion.units import names_units

TOLERATED_IRREGULAR_ROWS = 10_000
NUMBERS = (*NUMBER_TYPES, *DATE_TYPES)
OddRow = tuple[int, str, str | None, Sequence[str] | None]
"""A row by number, text, verdict and cells."""
SIGNS = frozenset("0123456789,.-/:+%() eE年月日时分秒元¥\uffe5()")


def read_csv(path: Path, contract: Contract, layout: FileLayout, seen: Fingerprint) -> TextTable:
    """Open a delimited file.

    Raises:
        Refused: the encoding is not allowed or not kept to, or no complete header was found.
    """
    encoding = allowed_encoding(layout, seen)
    head = read_head(path, encoding, contract, layout, seen)
    header = head.header
    names = [f"_place_{place}" for place in range(head.widths.common)]
    for name, place in header.positions.items():
        names[place] = name

    def judge(text: str, is_last: bool) -> tuple[str | None, Sequence[str] | None]:
        cells = split_cells(text, layout.delimiter)
        return judge_irregular(
            cells, header.width, head.widths.markers, ends_mid_row=is_last and not seen.ends_with_newline
        )

    text = DelimitedText(
        path=path,
        encoding=encoding,
        names=names,
        columns=list(header.positions),
        delimiter=layout.delimiter,
        seen=seen,
        width=header.width,
        head=header.head,
        skipped_lines=head.lines,
        judge=judge,
        widths=head.widths,
        is_record=_record_test(contract, header.positions),
        heads=HeadsAgain(header, contract, layout),
        unit_columns={place: text for place, text in header.extra.items() if names_units(text)},
    )
    refs = {name: f"第{place + 1}列" for name, place in header.positions.items()}
    return TextTable("", header, refs, text.stream, text.refusals, tally=text.tally)


def _record_test(contract: Contract, positions: dict[str, int]) -> Callable[[Sequence[str]], bool]:
    """Whether the cells of a line look like a record: what must be filled is, and where numbers belong there are only their signs."""
    required = [positions[c.name] for c in contract.columns if c.required and c.name in positions]
    numbers = [positions[c.name] for c in contract.columns if c.type in NUMBERS and c.name in positions]

    def is_record(cells: Sequence[str]) -> bool:
        return all(cells[place].strip() for place in required) and all(
            SIGNS.issuperset(cells[p].strip('" ')) for p in numbers
        )

    return is_record


@dataclass(frozen=True)
class DelimitedText:
    """A text file below its header.

    ``names`` has a name for every cell of a row, ``columns`` those that are wanted, ``width`` how many of them the header
    names; ``head`` are the rows above. ``judge`` says what a row is that does not fit, and is told whether it is the last
    of the file; ``widths`` judges those that only have empty cells too many or too few. A fault met while streaming is left in ``refusals``, since the consumer of a stream only sees that it broke.
    The parser is single-threaded on purpose: only then does it number the rows it sets aside, and DuckDB, which
    consumes the stream, keeps the other core busy.
    """

    path: Path
    encoding: str
    names: list[str]
    columns: list[str]
    delimiter: str
    seen: Fingerprint
    width: int = 1
    head: Sequence[HeadRow] = ()
    skipped_lines: int = 0
    judge: Callable[[str, bool], tuple[str | None, Sequence[str] | None]] = lambda text, is_last: (
        "too_many_cells:",
        None,
    )
    widths: RowWidths | None = None
    is_record: Callable[[Sequence[str]], bool] = lambda cells: False
    heads: HeadsAgain | None = None
    unit_columns: Mapping[int, str] = field(default_factory=dict)
    has_quotes: bool | None = None
    refusals: list[Refused] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def stream(self) -> pa.RecordBatchReader:
        """The rows as text; those with too many or too few cells come last, as their text in ``_irregular``."""
        return pa.RecordBatchReader.from_batches(text_schema(self.columns), self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        self.tally.clear()
        if self.heads:
            self.heads.clear()
        lines = self._lines()
        irregular: dict[int, str] = {}
        regular_rows = 0

        def set_aside(row: pa_csv.InvalidRow) -> str:
            if len(irregular) >= max(TOLERATED_IRREGULAR_ROWS, regular_rows):
                return "error"
            irregular[row.number] = row.text
            return "skip"

        yield from self._head_batch()
        try:
            for batch in self._open(lines, set_aside):
                order = _place(regular_rows, len(batch), irregular)
                regular_rows += len(batch)
                yield self._regular(batch, self._numbers(order, lines.odd))
        except Refused as refusal:
            self.refusals.append(refusal)
            raise
        except pa.ArrowInvalid as error:
            if len(irregular) >= TOLERATED_IRREGULAR_ROWS:
                self.refusals.append(Refused("bad_structure", detail=f"已有 {len(irregular)} 行不符"))
                raise
            if "Empty CSV file" not in str(error):
                self.refusals.append(Refused("unreadable_file", detail="文本结构损坏,解析中断"))
                raise
        if irregular or lines.odd:
            yield self._odd_batch(irregular, lines, regular_rows)

    def _lines(self) -> TextLines:
        return TextLines(
            path=self.path,
            encoding=self.encoding,
            delimiter=self.delimiter,
            width=self.width,
            has_quotes=self.seen.has_quotes if self.has_quotes is None else self.has_quotes,
            is_record=self.is_record,
            skipped_lines=self.skipped_lines,
            is_damaged=self.seen.is_damaged,
            has_carriage_returns_only=self.seen.has_carriage_returns_only,
            tally=self.tally,
        )

    def _regular(self, batch: pa.RecordBatch, numbers: np.ndarray) -> pa.RecordBatch:
        """Rows whose cells the parser laid under the header."""
        held = dict(zip(batch.schema.names, batch.columns, strict=True))
        nothing = pa.nulls(len(batch), pa.string())
        texts, verdicts = nothing, nothing
        beyond: pa.Array | None = None
        unclaimed: dict[int, pa.Array] = {}
        for place in self._unclaimed:
            filled = pc.not_equal(pc.utf8_trim_whitespace(held[self.names[place]]), "")
            if place < self.width:
                unclaimed[place] = filled
            else:
                beyond = filled if beyond is None else pc.or_(beyond, filled)
        if beyond is not None:
            self.tally.padded += len(batch)
            if pc.any(beyond).as_py():
                all_cells = pc.binary_join_element_wise(
                    *(held[name] for name in self.names if name in held), self.delimiter
                )
                texts = pc.if_else(beyond, all_cells, nothing)
                verdicts = pc.if_else(beyond, f"too_many_cells:应有 {self.width} 个单元格", nothing)
        cells = {name: trimmed(held[name]) for name in self.columns}
        if self.heads:
            whole = [held.get(name) for name in self.names]
            texts, verdicts = self.heads.judged(whole, next(iter(cells.values())), numbers, texts, verdicts)
        for place, filled in unclaimed.items():
            # A row with a verdict is kept whole, as its text.
            of_data = pc.and_(filled, pc.is_null(verdicts))
            self.tally.unclaimed[place] += pc.sum(of_data).as_py() or 0
            if header := self.unit_columns.get(place):
                self.tally.add_unit_words({header: some_words(held[self.names[place]].filter(of_data))})
        arrays = [*cells.values(), pa.array(numbers), texts, verdicts]
        return pa.RecordBatch.from_arrays(arrays, schema=text_schema(self.columns))

    def _count_unclaimed(self, cells: Sequence[str]) -> None:
        """Count the filled cells of a row that the parser did not get and that no column of the contract claims."""
        self.tally.unclaimed.update(p for p in self._unclaimed if p < self.width and cells[p].strip())

    @property
    def _unclaimed(self) -> list[int]:
        """The places of cells that no column of the contract claims."""
        return [place for place, name in enumerate(self.names) if name not in self.columns]

    def _head_batch(self) -> Iterator[pa.RecordBatch]:
        if self.head:
            rows = [(row.row, row.text, row.status, None) for row in self.head]
            yield self._batch(rows)

    def _odd_batch(self, irregular: dict[int, str], lines: TextLines, regular_rows: int) -> pa.RecordBatch:
        """The rows that the parser did not get or could not lay under the header, each with what it is."""
        last = regular_rows + len(irregular) + len(lines.odd)
        above = len(self.head)
        numbers = self._numbers(np.fromiter(irregular, dtype=np.int64, count=len(irregular)), lines.odd).tolist()
        rows: list[OddRow] = []
        for number, text in zip(numbers, irregular.values(), strict=True):
            verdict, cells = self.judge(text, number - above == last)
            if verdict is None and self.heads and (below := self.heads.verdict_below(number)):
                verdict, cells = below, None
            rows.append((number, text, verdict, cells))
        for place, odd in enumerate(lines.odd):
            number = above + odd.before + place + 1
            if self.heads and (below := self.heads.verdict_below(number)):
                rows.append((number, odd.text, below, None))
            elif odd.cells is None or not any(cell.strip() for cell in odd.cells[self.width :]):
                rows.append((number, odd.text, odd.verdict, odd.cells))
            else:
                counts = f"应有 {self.width} 个单元格,实有 {len(odd.cells)} 个"
                rows.append((number, odd.text, f"too_many_cells:{counts}", odd.cells))
        return self._batch(self._of_common_width(rows, regular_rows + len(rows)))

    def _of_common_width(self, rows: Sequence[OddRow], total: int) -> list[OddRow]:
        """The rows, of which those are rejected that have more or fewer empty cells at their end than the others."""
        doubtful = [
            n
            for n, (_, _, verdict, cells) in enumerate(rows)
            if not verdict and cells and len(cells) != len(self.names)
        ]
        found = self.widths.verdicts([rows[n][3] or () for n in doubtful], total) if self.widths else []
        judged = dict(zip(doubtful, found, strict=bool(self.widths)))
        kept = []
        for n, (number, text, verdict, cells) in enumerate(rows):
            verdict = verdict or judged.get(n)
            if cells and not verdict:
                self.tally.padded += len(cells) > self.width
                self._count_unclaimed(cells)
            kept.append((number, text, verdict, cells))
        return kept

    def _batch(self, rows: Sequence[OddRow]) -> pa.RecordBatch:
        """Rows by number, text, verdict and cells; without a verdict they are data, and the cells count."""
        places = [self.names.index(name) for name in self.columns]
        cells = [
            [row[place].strip() if row and not verdict else None for _, _, verdict, row in rows] for place in places
        ]
        numbers, texts, verdicts, _ = zip(*rows, strict=True)
        texts = tuple(text if verdict else None for text, verdict in zip(texts, verdicts, strict=True))
        arrays = [pa.array(column, pa.string()) for column in cells]
        arrays += [pa.array(numbers, pa.int64()), pa.array(texts, pa.string()), pa.array(verdicts, pa.string())]
        return pa.RecordBatch.from_arrays(arrays, schema=text_schema(self.columns))

    def _numbers(self, order: np.ndarray, odd: Sequence[OddLine]) -> np.ndarray:
        """The row numbers of records that the parser got, by their order among those: the head and what was set apart stand above."""
        before = np.fromiter((line.before for line in odd), dtype=np.int64, count=len(odd))
        return order + np.searchsorted(before, order, side="left") + len(self.head)

    def _open(self, lines: TextLines, set_aside: object) -> pa_csv.CSVStreamingReader:
        columns = [*self.columns, *(self.names[place] for place in self._unclaimed)]
        read = pa_csv.ReadOptions(column_names=self.names, block_size=PARSED_BYTES, use_threads=False)
        parse = pa_csv.ParseOptions(
            delimiter=self.delimiter,
            quote_char='"' if lines.has_quotes else False,
            newlines_in_values=False,
            ignore_empty_lines=False,
            invalid_row_handler=set_aside,
        )
        convert = pa_csv.ConvertOptions(
            include_columns=columns,
            column_types=dict.fromkeys(columns, pa.string()),
            strings_can_be_null=False,
            check_utf8=False,
        )
        return pa_csv.open_csv(
            pa.PythonFile(lines, mode="r"), read_options=read, parse_options=parse, convert_options=convert
        )


def _place(regular_before: int, count: int, irregular: dict[int, str]) -> np.ndarray:
    """Where the next regular rows stand among all rows, given where the irregular ones stand.

    A regular row moves down by one for each irregular row above it: those with fewer regular rows before them.
    """
    order = np.arange(regular_before + 1, regular_before + count + 1, dtype=np.int64)
    regular_above = np.fromiter(irregular, dtype=np.int64) - np.arange(1, len(irregular) + 1)
    return order + np.searchsorted(regular_above, order, side="left")
