"""Bytes of a text as UTF-8: lines that break their encoding, or hold texts in another one, are marked; the others are as they are."""

from __future__ import annotations

from pathlib import Path

from dagster_project.ingestion.code_pages import CHECKED, doubtful_lines, first_foreign, foreign_text, lines_at
from dagster_project.ingestion.lost_text import lost_in_line, lost_lines, may_hold_lost_text
from dagster_project.ingestion.rules import Refused

DAMAGED = b"\x00damaged:"
"""Marks a line that breaks its encoding; a NUL, since no line of the parser may hold one."""
MARKED = "\ue000\ue001\ue002damaged:".encode()
"""Stands for the mark while invisible characters are dropped."""


def decoded(raw: bytes, encoding: str, delimiter: str) -> bytes:
    """A block of whole lines in UTF-8; behind the mark of a damaged one stand the verdict on it, a semicolon and its text."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return b"".join(_line(line, encoding, delimiter) for line in raw.splitlines(keepends=True))
    pieces, at = [], 0
    for start, stop in doubtful_lines(raw, encoding, len(text)):
        pieces += [raw[at:start].decode(encoding).encode(), _line(raw[start:stop], encoding, delimiter)]
        at = stop
    return b"".join([*pieces, raw[at:].decode(encoding).encode()]) if pieces else text.encode()


def without_lost_text(block: bytes, delimiter: str) -> bytes:
    """A block of UTF-8 in which the lines with spoilt text are marked."""
    if not may_hold_lost_text(block):
        return block
    pieces, at = [], 0
    for start, stop in lines_at(block, lost_lines(block)):
        line = block[start:stop].decode("utf-8", "replace")
        if not block.startswith(DAMAGED, start) and (verdict := lost_in_line(line, delimiter)):
            pieces += [block[at:start], _marked(verdict, line)]
            at = stop
    return b"".join([*pieces, block[at:]]) if pieces else block


def whole_text(path: Path, encoding: str) -> str:
    """A text that is read at once, without its mark.

    Raises:
        Refused: it breaks its encoding, or holds a text in another one; says in which line.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig" if encoding == "utf-8" else encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Refused("unknown_encoding", detail=f"第 {line} 行有损坏的字", row=line) from error
    if found := first_foreign(raw, encoding):
        line, foreign = found
        raise Refused("unknown_encoding", detail=f"第 {line} 行的{foreign}", row=line)
    return text


def _line(line: bytes, encoding: str, delimiter: str) -> bytes:
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError as error:
        place = line[: error.start].count(delimiter.encode()) + 1
        return _marked(f"damaged_text:第{place}列", line.decode(encoding, "backslashreplace"))
    found = None if line.isascii() or encoding not in CHECKED else foreign_text(line, encoding)
    if found is None:
        return text.encode()
    foreign, above = found
    return _marked(f"another_code_page:第{above.count(delimiter) + 1}列{foreign}", text)


def _marked(verdict: str, line: str) -> bytes:
    return DAMAGED + f"{verdict};{line}".rstrip("\r\n").encode() + b"\n"
