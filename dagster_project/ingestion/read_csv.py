"""Read delimited text: the header from the first rows, then a stream of text cells with exact row numbers."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.header import SEARCHED_ROWS, find_header
from dagster_project.ingestion.row_notes import judge_irregular
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.text_table import TextTable, text_schema, trimmed

BLOCK_BYTES = 16 * 1024 * 1024
HEAD_BYTES = 1024 * 1024
TOLERATED_IRREGULAR_ROWS = 10_000


def read_csv(path: Path, contract: Contract, layout: FileLayout, seen: Fingerprint) -> TextTable:
    """Open a delimited file.

    Raises:
        Refused: the encoding is not allowed or not kept to, or no complete header was found.
    """
    encoding = allowed_encoding(layout, seen)
    rows, lines = _first_rows(path, encoding, layout.delimiter)
    header = find_header(rows, contract, layout)
    names = [f"_extra_{place}" for place in range(header.width)]
    for name, place in header.positions.items():
        names[place] = name

    def judge(text: str, is_last: bool) -> str:
        ends_mid_row = is_last and not seen.ends_with_newline
        return judge_irregular(text, header.width, layout.delimiter, contract, ends_mid_row)

    text = DelimitedText(
        path=path,
        encoding=encoding,
        names=names,
        columns=list(header.positions),
        delimiter=layout.delimiter,
        has_quotes=seen.has_quotes,
        skipped_records=header.rows,
        skipped_lines=lines[header.rows - 1],
        judge=judge,
    )
    refs = {name: f"第{place + 1}列" for name, place in header.positions.items()}
    return TextTable("", header, refs, text.stream, text.refusals)


def allowed_encoding(layout: FileLayout, seen: Fingerprint) -> str:
    """The encoding of the file, if its contract allows it."""
    if seen.fault:
        raise Refused("unknown_encoding", detail=seen.fault)
    if seen.encoding not in layout.encodings:
        raise Refused("unknown_encoding", detail=f"{seen.encoding},约定为 {'、'.join(layout.encodings)}")
    return seen.encoding


def _first_rows(path: Path, encoding: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The first records, and how many physical lines end with each."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    # The cut may split a character, so errors are ignored here; the stream itself is strict.
    text = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="ignore")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in itertools.islice(reader, SEARCHED_ROWS):
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error as error:
        raise Refused("unreadable_file", detail=str(error)) from error
    return rows, lines


@dataclass(frozen=True)
class DelimitedText:
    """A text file below its header.

    ``names`` has a name for every cell of a row, ``columns`` those that are wanted; ``has_quotes`` allows quoted cells
    with line breaks; ``judge`` says what a row is that does not fit, and is told whether it is the last of the file.
    A fault met while streaming is left in ``refusals``, since the consumer of a stream only sees that it broke.
    The parser is single-threaded on purpose: only then does it number the rows it sets aside, and DuckDB, which
    consumes the stream, keeps the other core busy.
    """

    path: Path
    encoding: str
    names: list[str]
    columns: list[str]
    delimiter: str
    has_quotes: bool
    skipped_records: int = 0
    skipped_lines: int = 0
    judge: Callable[[str, bool], str] = lambda text, is_last: "too_many_cells:"
    refusals: list[Refused] = field(default_factory=list)

    def stream(self) -> pa.RecordBatchReader:
        """The rows as text; those with too many or too few cells come last, as their text in ``_irregular``."""
        return pa.RecordBatchReader.from_batches(text_schema(self.columns), self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        schema = text_schema(self.columns)
        irregular: dict[int, str] = {}
        regular_rows = 0

        def set_aside(row: pa_csv.InvalidRow) -> str:
            if len(irregular) >= max(TOLERATED_IRREGULAR_ROWS, regular_rows):
                return "error"
            irregular[row.number - self.skipped_lines] = row.text
            return "skip"

        try:
            for batch in self._open(set_aside):
                numbers = _place(regular_rows, len(batch), irregular) + self.skipped_records
                regular_rows += len(batch)
                arrays = [*map(trimmed, batch.columns), pa.array(numbers), *[pa.nulls(len(batch), pa.string())] * 2]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)
        except UnicodeDecodeError as error:
            self.refusals.append(Refused("unknown_encoding", detail=f"{self.encoding}:{error.reason}"))
            raise
        except pa.ArrowInvalid as error:
            if len(irregular) >= TOLERATED_IRREGULAR_ROWS:
                self.refusals.append(Refused("bad_structure", detail=f"已有 {len(irregular)} 行不符"))
                raise
            if "Empty CSV file" not in str(error):
                self.refusals.append(Refused("unreadable_file", detail=str(error)))
                raise
        if irregular:
            last = regular_rows + len(irregular)
            blanks = [pa.nulls(len(irregular), pa.string())] * len(self.columns)
            numbers = np.fromiter(irregular, dtype=np.int64) + self.skipped_records
            texts = pa.array(irregular.values(), pa.string())
            verdicts = pa.array([self.judge(text, row == last) for row, text in irregular.items()], pa.string())
            yield pa.RecordBatch.from_arrays([*blanks, pa.array(numbers), texts, verdicts], schema=schema)

    def _open(self, set_aside: object) -> pa_csv.CSVStreamingReader:
        read = pa_csv.ReadOptions(
            column_names=self.names,
            skip_rows=self.skipped_lines,
            block_size=BLOCK_BYTES,
            use_threads=False,
            encoding="utf8" if self.encoding == "utf-8" else self.encoding,
        )
        parse = pa_csv.ParseOptions(
            delimiter=self.delimiter,
            quote_char='"' if self.has_quotes else False,
            newlines_in_values=self.has_quotes,
            ignore_empty_lines=False,
            invalid_row_handler=set_aside,
        )
        convert = pa_csv.ConvertOptions(
            include_columns=self.columns,
            column_types=dict.fromkeys(self.columns, pa.string()),
            strings_can_be_null=False,
            check_utf8=False,
        )
        return pa_csv.open_csv(self.path, read_options=read, parse_options=parse, convert_options=convert)


def _place(regular_before: int, count: int, irregular: dict[int, str]) -> np.ndarray:
    """Where the next regular rows stand among all rows, given where the irregular ones stand.

    A regular row moves down by one for each irregular row above it: those with fewer regular rows before them.
    """
    order = np.arange(regular_before + 1, regular_before + count + 1, dtype=np.int64)
    regular_above = np.fromiter(irregular, dtype=np.int64) - np.arange(1, len(irregular) + 1)
    return order + np.searchsorted(regular_above, order, side="left")
