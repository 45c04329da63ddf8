"""Random damage to the bytes of a file: what a disk, a line, an editor or a careless export may do to it."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

from benchmarks.damage.ledgers import Kind

TELLING = b"\",\n\r\x00\x1a;\t\\{}[]<>/='\xff\x81\xe4"
"""Bytes that mean something to one of the formats."""
SHEET = "xl/worksheets/sheet1.xml"


def damaged(kind: Kind, content: bytes, rng: random.Random) -> bytes:
    """The file with one to three blows to its bytes, or to those of its inflated first sheet, zipped again."""
    if kind.inside_zip:
        return _zipped_again(content, lambda part: struck(part, rng))
    return struck(content, rng)


def struck(content: bytes, rng: random.Random) -> bytes:
    """Some bytes with one to three blows."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        content = rng.choice(BLOWS)(content, rng)
    return content


def _place(content: bytes, rng: random.Random) -> tuple[int, int]:
    """Where a run of bytes begins and ends; most runs are one byte."""
    start = rng.randrange(max(1, len(content)))
    length = 1 if rng.random() < 0.6 else rng.randrange(1, 40)
    return start, min(len(content), start + length)


def _bytes(content: bytes, rng: random.Random) -> bytes:
    """Something to put in: telling bytes, any bytes, or a piece of the file itself."""
    count = 1 if rng.random() < 0.6 else rng.randrange(1, 40)
    choice = rng.random()
    if choice < 0.4:
        return bytes(rng.choice(TELLING) for _ in range(min(count, 3)))
    if choice < 0.7:
        return rng.randbytes(count)
    start, stop = _place(content, rng)
    return content[start:stop]


def _delete(content: bytes, rng: random.Random) -> bytes:
    start, stop = _place(content, rng)
    return content[:start] + content[stop:]


def _insert(content: bytes, rng: random.Random) -> bytes:
    start, _ = _place(content, rng)
    return content[:start] + _bytes(content, rng) + content[start:]


def _change(content: bytes, rng: random.Random) -> bytes:
    start, stop = _place(content, rng)
    return content[:start] + (_bytes(content, rng) * (stop - start))[: stop - start] + content[stop:]


def _repeat_line(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    line = rng.randrange(len(lines))
    lines.insert(rng.randrange(len(lines)), lines[line])
    return b"".join(lines)


def _swap_lines(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _truncate(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(max(1, len(content)))]


BLOWS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _delete, _delete, _insert, _insert, _change, _change, _repeat_line, _swap_lines, _truncate,
)  # fmt: skip


def _zipped_again(content: bytes, strike: Callable[[bytes], bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, strike(part) if name == SHEET else part)
    return stream.getvalue()
