"""The head of a delimited text: its first records, its header, and what the file looks like where no header is found."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.header import SEARCHED_ROWS, find_header
from dagster_project.ingestion.invisible import visible_text
from dagster_project.ingestion.row_widths import RowWidths
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.text_table import Header, refuse_too_wide

HEAD_BYTES = 1024 * 1024
DELIMITER_NAMES = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线", "\uff0c": "全角逗号", "\uff1b": "全角分号"}
ENCODING_NAMES = {
    "utf-8": "UTF-8", "gb18030": "GB18030", "utf-16": "UTF-16", "utf-16-le": "UTF-16(没有标记)",
    "utf-16-be": "UTF-16(没有标记)", "big5": "Big5(繁体中文)", "cp1252": "Windows-1252(西文)",
}  # fmt: skip


@dataclass(frozen=True)
class TextHead:
    """The header of a text, how many physical lines it takes up with what stands above it, and how many cells rows have."""

    header: Header
    lines: int
    widths: RowWidths


def allowed_encoding(layout: FileLayout, seen: Fingerprint) -> str:
    """The encoding to read a file by, if its layout allows it.

    Raises:
        Refused: the file has another one; says what it looks like.
    """
    family = "utf-16" if seen.encoding.startswith("utf-16") else seen.encoding
    if family in layout.encodings:
        return seen.encoding
    declared = next((name for name in layout.encodings if name in ("big5", "cp1252")), None)
    if declared and seen.encoding in ("gb18030", "big5"):
        return declared
    wanted = "、".join(ENCODING_NAMES[name] for name in layout.encodings)
    raise Refused("unknown_encoding", detail=f"看起来是 {ENCODING_NAMES[seen.encoding]},约定为 {wanted}")


def read_head(path: Path, encoding: str, contract: Contract, layout: FileLayout, seen: Fingerprint) -> TextHead:
    """Find the header of a delimited text.

    Raises:
        Refused: there is none; says so if the text looks as if it had another delimiter, or quotes around whole lines.
    """
    text = head_text(path, encoding, seen)
    rows, lines = first_rows(text, layout.delimiter)
    refuse_too_wide(max(map(len, rows), default=0))
    try:
        header = find_header(rows, contract, layout)
    except Refused as refusal:
        if refusal.rule != "missing_columns":
            raise
        rows, lines = _plain_rows(text, layout.delimiter)
        try:
            header = find_header(rows, contract, layout)
        except Refused:
            raise _better_reason(text, contract, layout) or refusal from None
    header = replace(header, width=_header_width(rows[header.rows :], header))
    return TextHead(header, lines[header.rows - 1], RowWidths.of(rows[header.rows :], contract, header))


def head_text(path: Path, encoding: str, seen: Fingerprint) -> str:
    r"""The first megabyte of a text, without a character that the cut splits; bytes that are no character stand as ``\xNN``."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    decoder = codecs.getincrementaldecoder(name)("backslashreplace")
    text = decoder.decode(head, len(head) < HEAD_BYTES).removeprefix("\ufeff")
    return visible_text(text.replace("\r", "\n") if seen.has_carriage_returns_only else text)


def first_rows(text: str, delimiter: str, count: int = SEARCHED_ROWS) -> tuple[list[list[str]], list[int]]:
    """The first records, and how many physical lines end with each."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in itertools.islice(reader, count):
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error:
        return _plain_rows(text, delimiter, count)
    return rows, lines


def _plain_rows(text: str, delimiter: str, count: int = SEARCHED_ROWS) -> tuple[list[list[str]], list[int]]:
    """The same where a quote that never closes would swallow the header: each line by itself."""
    lines = text.split("\n", count)[:count]
    return [line.rstrip("\r").split(delimiter) for line in lines], list(range(1, len(lines) + 1))


def _header_width(rows: Sequence[Sequence[str]], header: Header) -> int:
    """How many cells the header stands for: delimiters at its end that most rows do not have are nothing."""
    named = max([*header.positions.values(), *header.extra], default=header.width - 1) + 1
    shorter = Counter(len(row) for row in rows if named <= len(row) < header.width)
    common, count = shorter.most_common(1)[0] if shorter else (header.width, 0)
    return common if count * 2 > sum(any(row) for row in rows) else header.width


def _better_reason(text: str, contract: Contract, layout: FileLayout) -> Refused | None:
    """Why no header was found, where the text shows it."""

    def fits(other_rows: Sequence[Sequence[str]]) -> bool:
        try:
            find_header(other_rows, contract, layout)
        except Refused as refusal:
            return refusal.rule != "missing_columns"
        return True

    for delimiter, name in DELIMITER_NAMES.items():
        if delimiter != layout.delimiter and fits(first_rows(text, delimiter)[0]):
            expected = DELIMITER_NAMES[layout.delimiter]
            return Refused("another_delimiter", value=name, detail=f"约定为{expected}")
    as_records = first_rows(text, layout.delimiter)[0]
    if fits([row[0].split(layout.delimiter) if len(row) == 1 else row for row in as_records]):
        return Refused("quoted_lines")
    return None
