"""Characters that nobody sees: format and control characters, dropped before anything is judged, and how blocks are looked at."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

INVISIBLE = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f\xad]|\xd8[\x80-\x85\x9c]|\xdb\x9d|\xdc\x8f|\xe0\xa2[\x90\x91]|\xe0\xa3\xa2"
    rb"|\xe1\xa0\x8e|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf|\xef\xbf[\xb9-\xbb]"
    rb"|\xf0\x91\x82\xbd|\xf0\x91\x83\x8d|\xf0\x9d\x85[\xb3-\xba]|\xf3\xa0[\x80\x81][\x80-\xbf]"
)
"""Unicode's categories Cf and Cc in UTF-8, without tab and the ends of lines."""
INVISIBLE_SQL = "[\\p{Cf}\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]"
"""The same as a pattern over text."""
INVISIBLE_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)

REPLACEMENT = "\ufffd".encode()
_RARE = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xC2, 0xD8, 0xDB, 0xDC, 0xE0, 0xE1, 0xF0, 0xF3])
"""Bytes of which each is or begins an invisible character, and which hardly any ledger holds."""


def may_hold_invisible(data: bytes | memoryview, array: np.ndarray) -> bool:
    """Whether UTF-8 may hold an invisible character; byte by byte is far cheaper than a pattern, and nearly always answers no."""
    data = bytes(data)
    if len(data.translate(None, _RARE)) < len(data):
        return True
    general, special = np.flatnonzero(array == 0xE2), np.flatnonzero(array == 0xEF)
    second, third = _byte(array, general + 1), _byte(array, general + 2)
    marks = ((second == 0x80) & (((third >= 0x8B) & (third <= 0x8F)) | ((third >= 0xAA) & (third <= 0xAE)))) | (
        (second == 0x81) & (third >= 0xA0)
    )
    if marks.any():
        return True
    second, third = _byte(array, special + 1), _byte(array, special + 2)
    return bool((((second == 0xBB) & (third == 0xBF)) | ((second == 0xBF) & (third >= 0xB9))).any())


def holds(data: bytes, sign: bytes) -> bool:
    """Whether a sign of several bytes occurs; its first byte, which is often in no line of a file, is found far sooner."""
    return sign[:1] in data and sign in data


def may_hold_private_use(data: bytes, array: np.ndarray) -> bool:
    """Whether UTF-8 holds characters that no standard defines (U+E000 to U+F8FF), or the sign for a lost one (U+FFFD)."""
    if b"\xee" in data or holds(data, REPLACEMENT):
        return True
    second = _byte(array, np.flatnonzero(array == 0xEF) + 1)
    return bool(((second >= 0x80) & (second <= 0xA3)).any())


def _byte(array: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The bytes at these places; 0 behind the end."""
    inside = places < len(array)
    return np.where(inside, array[np.where(inside, places, 0)], 0)


def without_invisible(data: bytes) -> tuple[bytes, int]:
    """UTF-8 without invisible characters, and how many there were."""
    return INVISIBLE.subn(b"", data)


def visible(cells: pa.Array) -> tuple[pa.Array, int]:
    """A column of text without invisible characters, and in how many cells there were some."""
    buffer = cells.buffers()[2] if len(cells) else None
    if buffer is None or not buffer.size:
        return cells, 0
    if not may_hold_invisible(memoryview(buffer), np.frombuffer(buffer, np.uint8)):
        return cells, 0
    cleaned = pc.replace_substring_regex(cells, INVISIBLE_SQL, "")
    changed = pc.sum(pc.not_equal(cells, cleaned)).as_py() or 0
    return (cleaned, changed) if changed else (cells, 0)


def visible_text(text: str) -> str:
    """A text without invisible characters."""
    return text if text.isascii() and text.isprintable() else INVISIBLE_TEXT.sub("", text)
