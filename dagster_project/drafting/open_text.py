"""Open delimited text of unknown encoding and delimiter. What landing would refuse is opened too, and told."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from dagster_project.drafting.opened import (
    HEAD_ROWS,
    ROW,
    CannotOpen,
    OpenedFile,
    OpenedSheet,
    columns_of_rows,
    trimmed_row,
)
from dagster_project.ingestion.text_table import trimmed

DELIMITERS = (",", "\t", ";", "|")
SAMPLE_BYTES = 256 * 1024
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
COMMON_GB = range(0xB0, 0xD8)
"""First bytes of the 3,755 common characters of GB 2312."""
COMMON_BIG5 = range(0xA4, 0xC7)
"""First bytes of the 5,401 common characters of Big5."""
NAMES_OF_ENCODINGS = {"utf-8-sig": "utf-8"}


def open_text(path: Path, content: bytes) -> OpenedFile:
    """Open a delimited text file.

    Raises:
        CannotOpen: the file holds no text.
    """
    encoding = guess_encoding(content)
    notes: list[str] = []
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        text = content.decode(encoding, errors="replace")
        line = text[: error.start].count("\n") + 1
        notes.append(f"第 {line} 行附近有不属于 {encoding} 的字节,这些字符读不出来;载入时这样的文件或行会被退回")
    if "\0" in text[:SAMPLE_BYTES]:
        raise CannotOpen("文件不是文本,也不是认得的工作簿")
    text = text.rstrip("\x1a")
    if not text.strip():
        raise CannotOpen("文件是空的")
    delimiter = guess_delimiter(text)
    rows, lines = _first_records(text, delimiter)

    def below(header_rows: int, width: int) -> pa.Table:
        skipped = lines[header_rows - 1] if header_rows else 0
        return _columns(text, delimiter, skipped, header_rows, width, notes)

    sheet = OpenedSheet("", [trimmed_row(row) for row in rows], below)
    name = NAMES_OF_ENCODINGS.get(encoding, encoding)
    return OpenedFile(path, "csv", [sheet], name, delimiter, notes=notes)


def guess_encoding(content: bytes) -> str:
    """The encoding of a text: its byte order mark, else UTF-8 where it is that throughout, else the likeliest of the others."""
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return encoding
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        zeros = content[:SAMPLE_BYTES].count(0)
        if zeros * 4 < len(content[:SAMPLE_BYTES]):
            return "utf-8"
    sample = content[:SAMPLE_BYTES]
    if sample.count(0) * 4 >= len(sample) > 1:
        return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    return _single_or_double_byte(sample)


def _single_or_double_byte(sample: bytes) -> str:
    """GB18030, Big5, or cp1252 for a text in which bytes above 127 stand alone between ASCII letters."""
    high = [byte > 127 for byte in sample]
    if not any(high):
        return "utf-8"
    alone = sum(
        1 for i, is_high in enumerate(high) if is_high and not any(high[max(i - 1, 0) : i] + high[i + 1 : i + 2])
    )
    if alone >= 0.9 * sum(high):
        return "cp1252"
    shares = {
        "gb18030": _common_share(sample, "gb18030", "gb2312", COMMON_GB),
        "big5": _common_share(sample, "big5", "big5", COMMON_BIG5),
    }
    return max(shares, key=lambda name: shares[name])


def _common_share(sample: bytes, encoding: str, plain: str, common: range) -> float:
    """Which part of the characters above 127 are common ones of that encoding, were the text written in it."""
    text = sample.decode(encoding, errors="replace")
    others = [letter for letter in text if ord(letter) > 127]
    coded = (letter.encode(plain, errors="ignore") for letter in others)
    # Punctuation and full-width forms stand below the characters in both tables.
    known = sum(1 for code in coded if len(code) == 2 and (code[0] in common or code[0] in range(0xA1, 0xA4)))
    return known / max(1, len(others))


def guess_delimiter(text: str) -> str:
    """The sign that cuts most of the first lines into the same number of cells, at least two; a comma where none does."""
    scores: dict[str, tuple[int, int]] = {}
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text[:SAMPLE_BYTES], newline=""), delimiter=delimiter)
        try:
            widths = Counter(len(row) for row in itertools.islice(reader, 60) if len(row) > 1)
        except csv.Error:
            continue
        if widths:
            width, count = widths.most_common(1)[0]
            scores[delimiter] = (count, width)
    return max(scores, key=lambda sign: scores[sign]) if scores else ","


def _first_records(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The first records, and how many physical lines end with each."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in itertools.islice(reader, HEAD_ROWS):
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error as error:
        if not rows:
            raise CannotOpen(f"第 {reader.line_num} 行起读不出单元格") from error
    return rows, lines


def _columns(
    text: str, delimiter: str, skipped_lines: int, skipped_records: int, width: int, notes: list[str]
) -> pa.Table:
    """All records below the header by column; those with more or fewer cells are cut or filled up, and told."""
    irregular: list[str] = []

    def set_aside(row: pa_csv.InvalidRow) -> str:
        irregular.append(row.text)
        return "skip"

    names = [f"c{place}" for place in range(width)]
    try:
        table = pa_csv.read_csv(
            io.BytesIO(text.encode()),
            read_options=pa_csv.ReadOptions(column_names=names, skip_rows=skipped_lines, use_threads=False),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if '"' in text else False,
                newlines_in_values='"' in text,
                ignore_empty_lines=False,
                invalid_row_handler=set_aside,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        ).combine_chunks()
    except pa.ArrowInvalid:
        table = pa.table({name: pa.array([], pa.string()) for name in names})
    arrays = [trimmed(column.combine_chunks()) if table.num_rows else column for column in table.columns]
    regular = pa.table(arrays, names=names)
    # The true row of an irregular record is landing's business; here it is only looked at.
    numbers = pa.array(range(skipped_records + 1, skipped_records + 1 + len(regular)), pa.int64())
    regular = regular.append_column(ROW, numbers)
    if not irregular:
        return regular
    parsed = [trimmed_row(next(csv.reader([line], delimiter=delimiter), [])) for line in irregular]
    if odd := sum(1 for row in parsed if sum(map(bool, row)) > 1 and len(row) != width):
        notes.append(f"{odd:,} 行的单元格多于或少于表头的 {width} 个,内容可能错位,载入时会退回")
    return pa.concat_tables([regular, columns_of_rows(parsed, width, skipped_records + 1 + len(regular))])
