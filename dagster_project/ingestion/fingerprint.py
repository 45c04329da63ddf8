"""One pass over a file's bytes: its hash, its encoding, and what the parser needs to know beforehand."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from dagster_project.hashing import sha256_of

CHUNK_BYTES = 4 * 1024 * 1024
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""A zip or an OLE file: nobody asks for its encoding."""
LOOKED_AT_BYTES = 64 * 1024
"""How much of a chunk without a mark is looked at to tell which encoding it has."""
LOW_TRAILS = 0.15
"""In Big5 four characters of ten have a second byte below 0x7F; in GB18030 only rare ones do."""
SAMPLED_LINES = 500
CHINESE_SHARE = 0.6
"""Of the bytes above ASCII in UTF-8 so many belong to whole Chinese characters, of those in GB18030 hardly any read as such do."""
CHINESE = re.compile(rb"[\xe3-\xe9\xef][\x80-\xbf]{2}")
ABOVE_ASCII = re.compile(rb"[\x80-\xff]")
DOUBLE_BYTE = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
PRIVATE_USE = re.compile("[\ue000-\uf8ff\ufffd]")
"""Characters that no standard defines, and the sign for one that was lost."""


@dataclass(frozen=True)
class Fingerprint:
    """What one pass found.

    ``encoding`` is ``utf-8``, ``utf-16``, ``utf-16-le`` and ``utf-16-be`` (without a mark), ``big5`` or ``gb18030``; the last means
    only "none of the others": it is proved when the file is parsed. ``is_damaged`` says of UTF-8 that some of its lines are not.
    ``has_carriage_returns_only`` is about files of old programs whose lines end with nothing else. Of bytes that landed before the
    encoding is empty: nobody asks for it, unless they are to be read again.
    """

    sha256: str
    size_bytes: int
    encoding: str
    has_quotes: bool
    ends_with_newline: bool
    is_damaged: bool = False
    has_carriage_returns_only: bool = False


def same_bytes(path: Path, sha256: str) -> Fingerprint | None:
    """The fingerprint of a small file whose bytes have a hash, without a look at its text; None of all others, which are read once."""
    size = path.stat().st_size
    return Fingerprint(sha256, size, "", False, False) if size <= CHUNK_BYTES and sha256_of(path) == sha256 else None


def fingerprint(path: Path) -> Fingerprint:
    """Hash a file and find its encoding; UTF-8 is proved over the whole file, never sniffed from its start."""
    digest = hashlib.sha256()
    size, has_quotes, last, has_lines, has_returns = 0, False, b"", False, False
    encoding, is_damaged, is_marked, is_text = "utf-8", False, False, True
    with path.open("rb") as stream, ThreadPoolExecutor(1) as other_core:
        fits_chunk = os.fstat(stream.fileno()).st_size <= CHUNK_BYTES
        # Chunks end with a line where they can: no character is cut there, so that each can be proved by itself.
        while chunk := stream.read(CHUNK_BYTES) + stream.readline(CHUNK_BYTES):
            hashing = None if fits_chunk else other_core.submit(digest.update, chunk)
            if size == 0:
                mark = next((m for m in BYTE_ORDER_MARKS if chunk.startswith(m)), None)
                is_marked = mark is not None
                encoding = BYTE_ORDER_MARKS[mark] if mark else _wide(chunk) or "utf-8"
                is_text = not chunk.startswith(WORKBOOK_STARTS)
            if is_text and encoding == "utf-8" and not is_damaged and not is_utf8(chunk):
                encoding = "utf-8" if is_marked else _narrow(chunk, had_utf8=size > 0)
                is_damaged = encoding == "utf-8"
            has_quotes = has_quotes or b'"' in chunk
            has_lines = has_lines or b"\n" in chunk
            has_returns = has_returns or (not has_lines and b"\r" in chunk)
            last = (last + chunk[-2:])[-2:]
            size += len(chunk)
            if hashing is None:  # to start a thread takes longer
                digest.update(chunk)
            else:
                hashing.result()
    newline = last.endswith((b"\n", b"\r", b"\n\x00", b"\x00\n"))
    only_returns = has_returns and not has_lines
    return Fingerprint(digest.hexdigest(), size, encoding, has_quotes, newline, is_damaged, only_returns)


def is_utf8(chunk: bytes) -> bool:
    """Whether these bytes are UTF-8 by themselves; Arrow finds out in a fraction of the time of Python's decoder."""
    ends = pa.py_buffer(struct.pack("=2i", 0, len(chunk)))  # pa.array would load pandas, for most of a second
    try:
        pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(chunk)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _wide(chunk: bytes) -> str | None:
    """UTF-16 without a mark: separators and digits have a zero byte, always on the same side."""
    head = chunk[:LOOKED_AT_BYTES]
    zeros = [head[side::2].count(0) for side in (0, 1)]
    if sum(zeros) * 20 < len(head) or min(zeros) * 10 > max(zeros):
        return None
    if not head.isascii() and is_utf8(chunk):
        return None  # UTF-8 with a few NULs: hardly any Chinese in UTF-16 keeps to UTF-8
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _narrow(chunk: bytes, had_utf8: bool) -> str:
    """UTF-8 with some damaged lines, or GB18030, by which of the two more lines keep to."""
    lines = [line for line in chunk.split(b"\n") if not line.isascii()]
    sample = b"\n".join(lines[:SAMPLED_LINES])
    if (had_utf8 and len(lines) == 1) or 3 * len(CHINESE.findall(sample)) >= CHINESE_SHARE * len(
        ABOVE_ASCII.findall(sample)
    ):
        return "utf-8"
    return "big5" if _is_big5(lines[:SAMPLED_LINES]) else "gb18030"


def _is_big5(lines: list[bytes]) -> bool:
    """Big5 decodes as GB18030 without a fault, into rare characters and some that no standard defines."""
    text = b"\n".join(line for line in lines if _decodes(line, "cp950"))
    pairs = DOUBLE_BYTE.findall(text)
    low = sum(pair[1] < 0x7F for pair in pairs)
    has_private_use = bool(PRIVATE_USE.search(text.decode("gb18030", "ignore")))
    is_sound = len(text) > sum(map(len, lines)) / 2
    return is_sound and (low > LOW_TRAILS * len(pairs) or (has_private_use and low > 0))


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
