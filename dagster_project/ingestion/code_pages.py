"""Texts in another code page than the file around them: most of them decode without a fault, into characters that nobody wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

CHECKED = ("gb18030", "big5", "cp1252")
"""UTF-8 and UTF-16 prove themselves; in these nearly all bytes mean something."""
NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030", "big5": "Big5", "cp1252": "Windows-1252"}
BETWEEN = re.compile('[,;|\\t"{}:\\[\\]\\r\\n\x01]+')
"""What parts a line into texts, whatever its delimiter is."""
LOW_TRAIL = 0x7F
LINE_END = re.compile(rb"\r\n|\r|\n")

ASCII_OR_BIG5 = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xc6][\x40-\x7e\xa1-\xfe])+")
BIG5_PAIR = re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]")
"""Marks and the 5,401 characters of Big5's first level: nearly all that anybody writes."""
ASCII_OR_GB = re.compile(rb"(?:[\x00-\x7f]|[\xa1\xa3\xb0-\xd7][\xa1-\xfe])+")
GB_PAIR = re.compile(rb"[\xa1\xa3\xb0-\xd7][\xa1-\xfe]")
"""Marks and the 3,755 characters of GB2312's first level."""
HALF, SHORT, WEAK_SIGNS = 0.5, 2, 2
"""Of two characters one may be rare by chance (李珺); of more, or in two texts of a line, hardly half of them are."""
BIG5_SECOND_LEVEL = 0xC9
NOWHERE = np.zeros(0, np.int64)
LETTERS = 26
LONGEST_IN_WORD, UTF8_ACCENT = 6, 0xC3
"""At most three accented letters stand together; in UTF-8 they begin with this byte."""
WESTERN_LETTERS = frozenset([*range(0xC0, 0x100), 0x8A, 0x8C, 0x8E, *range(0x91, 0x98), 0x9A, 0x9C, 0x9E, 0x9F])
"""Bytes that are a letter, an apostrophe, a quote or a dash in Windows-1252."""
CAPITALS = frozenset(range(0xC0, 0xDF))
CHINESE_TEXT = re.compile("[\u2010-\u2027\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
ACCENTED = re.compile("(?:^|[A-Za-z])[\u00c0-\u00ff]{1,3}[a-z]|[A-Z][\u00c0-\u00de][A-Z]|[a-z]é(?:$|[ -])")
"""Letters of Latin-1 within a word: in UTF-8 they are two bytes, and together a common character of GB18030 (M眉ller)."""


@dataclass(frozen=True)
class Foreign:
    """A text that another code page makes sense of: as it was read, and as it was meant."""

    text: str
    page: str
    meant: str

    def __str__(self) -> str:
        return f"“{self.text}”像是 {NAMES[self.page]} 编码的“{self.meant}”".replace(";", ",").replace("\n", " ")


def doubtful_lines(raw: bytes, encoding: str, letters: int) -> list[tuple[int, int]]:
    """The lines, as from where to where, that hold bytes which another code page may explain; cheap, and seldom any.

    Common Chinese in GB18030 keeps to pairs of bytes from A1 on. Other bytes, and runs of an odd length, are characters
    beyond GB2312, or none at all.

    Args:
        raw: whole lines.
        encoding: that they keep to.
        letters: how many characters they are; common Chinese has one for two bytes.
    """
    if encoding not in CHECKED:
        return []
    array = np.frombuffer(raw, np.uint8)
    is_high = array.view(np.int8) < 0
    if encoding == "gb18030":
        has_pairs_only = 2 * (len(raw) - letters) == np.count_nonzero(is_high)
        places = np.concatenate(
            [
                np.flatnonzero((array ^ 0x80) <= 0x20),
                _in_words(array, is_high),
                _odd_runs(is_high) if not has_pairs_only else NOWHERE,
            ]
        )
    else:
        places = np.flatnonzero(is_high)
    if not len(places):
        return []
    return lines_at(raw, places)


def lines_at(raw: bytes, places: np.ndarray) -> list[tuple[int, int]]:
    """The lines in which these places are, as from where to where."""
    ends = np.asarray([match.end() for match in LINE_END.finditer(raw)], np.int64)
    numbers = np.unique(np.searchsorted(ends, places, side="right"))
    starts, stops = np.concatenate([[0], ends]), np.concatenate([ends, [len(raw)]])
    return [(int(starts[n]), int(stops[n])) for n in numbers]


def _odd_runs(is_high: np.ndarray) -> np.ndarray:
    """Where an odd number of bytes above ASCII stand together: the last one begins a character whose second byte is a letter."""
    edges = np.flatnonzero(is_high[1:] != is_high[:-1]) + 1
    edges = np.concatenate([[0] if len(is_high) and is_high[0] else [], edges, [len(is_high)]]).astype(np.int64)
    starts, stops = edges[: len(edges) // 2 * 2].reshape(-1, 2).T
    return starts[(stops - starts) % 2 == 1]


def _in_words(array: np.ndarray, is_high: np.ndarray) -> np.ndarray:
    """Where common characters stand in a Latin word: accented letters may read so."""
    if len(array) <= LONGEST_IN_WORD + 1:
        return NOWHERE
    is_letter = ((array | 0x20) - 0x61) < LETTERS
    starts = np.flatnonzero(is_letter[:-1] & is_high[1:]) + 1
    found = array[starts] == UTF8_ACCENT
    last = len(array) - 1
    for length in range(2, LONGEST_IN_WORD + 1, 2):
        behind = np.minimum(starts + length, last)
        found |= is_letter[behind] & is_high[behind - 1] & ~is_high[behind]
    return starts[found]


def texts_of(line: str) -> Iterator[tuple[int, str]]:
    """The texts of a line, whatever its delimiter is, each with where it begins; nothing where there is nothing between."""
    start = 0
    for match in BETWEEN.finditer(line):
        if match.start() > start:
            yield start, line[start : match.start()]
        start = match.end()
    if start < len(line):
        yield start, line[start:]


def foreign_text(line: bytes, encoding: str) -> tuple[Foreign, str] | None:
    """The first text of a line that another code page makes sense of, and what stands before it; None where there is none.

    The line keeps to its encoding.
    """
    whole = line.decode(encoding)
    weak: dict[str, int] = {}
    for start, text in texts_of(whole):
        if not text.isascii():
            if found := _foreign(text, encoding):
                return found, whole[:start]
            if encoding == "gb18030" and _big5_share(text.encode(encoding)) >= HALF:
                weak.setdefault(text, start)
    if len(weak) < WEAK_SIGNS:
        return None
    text, start = next(iter(weak.items()))
    return Foreign(text.strip(), "big5", text.encode(encoding).decode("big5", "replace").strip()), whole[:start]


def first_foreign(raw: bytes, encoding: str) -> tuple[int, Foreign] | None:
    """The first line of a whole text with a foreign text in it, and that."""
    for start, stop in doubtful_lines(raw, encoding, len(raw.decode(encoding))):
        if found := foreign_text(raw[start:stop], encoding):
            return len(LINE_END.findall(raw[:start])) + 1, found[0]
    return None


@lru_cache(maxsize=65_536)
def _foreign(text: str, encoding: str) -> Foreign | None:
    data = text.encode(encoding)
    for page, reading in _readings(text, data, encoding):
        return Foreign(text.strip(), page, reading.strip())
    return None


def _readings(text: str, data: bytes, encoding: str) -> Iterator[tuple[str, str]]:
    if (meant := _as(data, "utf-8")) and _is_written_text(meant, encoding):
        yield "utf-8", meant
    if encoding == "cp1252":
        pairs = GB_PAIR.findall(data)
        is_word = any(map(str.isalpha, text.encode("ascii", "ignore").decode()))
        if len(pairs) > is_word and ASCII_OR_GB.fullmatch(data) and (meant := _as(data, "gb18030")):
            yield "gb18030", meant
        return
    if _has_western_letter(text, encoding) and (meant := _as(data, "cp1252")):
        yield "cp1252", meant
    if encoding == "big5" and _is_gb(data) and (meant := _as(data, "gb18030")):
        yield "gb18030", meant
    if encoding == "gb18030" and _is_big5(data) and (meant := _as(data, "big5")):
        yield "big5", meant


def _as(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_written_text(meant: str, encoding: str) -> bool:
    """Whether bytes that keep to UTF-8 were meant so: Chinese of it is no common text of another code page, single letters may be."""
    beyond = [letter for letter in meant if not letter.isascii()]
    if all(map(CHINESE_TEXT.match, beyond)):
        return True
    return encoding == "cp1252" or bool(ACCENTED.search(meant.strip()))


def _is_big5(data: bytes) -> bool:
    """Whether a text in GB18030 is made of rare characters, and of common ones in Big5."""
    share = _big5_share(data)
    return share == 1 or (share >= HALF and len(BIG5_PAIR.findall(data)) > SHORT)


def _big5_share(data: bytes) -> float:
    """How much of a text in GB18030 nobody would write, where all of it is common in Big5; 0 where it is not.

    Kana, Greek and the symbols of units are no common text, but they alone prove nothing.
    """
    if not ASCII_OR_BIG5.fullmatch(data):
        return 0
    pairs = BIG5_PAIR.findall(data)
    symbols = sum(0xA4 <= pair[0] <= 0xA9 for pair in pairs)
    rare = sum(pair[0] > 0xA9 and (pair[1] < LOW_TRAIL or pair[0] <= 0xAF) for pair in pairs)
    return (rare + symbols) / len(pairs) if rare else 0


def _is_gb(data: bytes) -> bool:
    """Whether a text in Big5 has rare characters, and only common ones in GB2312."""
    pairs = GB_PAIR.findall(data)
    return len(pairs) > 1 and bool(ASCII_OR_GB.fullmatch(data)) and any(p[0] >= BIG5_SECOND_LEVEL for p in pairs)


def _has_western_letter(text: str, encoding: str) -> bool:
    """Whether a character of two bytes stands in a word where Windows-1252 has an accented letter or an apostrophe."""
    padded = f" {text} "
    for before, letter, behind in zip(padded, padded[1:], padded[2:], strict=False):
        if letter.isascii() or len(data := letter.encode(encoding)) != 2 or data[0] not in WESTERN_LETTERS:
            continue
        is_small = before.isascii() and before.islower(), behind.isascii() and behind.islower()
        is_large = before.isascii() and before.isupper(), behind.isascii() and behind.isupper()
        is_common = encoding == "big5" or (data[1] >= 0xA1 and data[0] < 0xD8)
        second = chr(data[1])
        if (
            (is_small[0] or is_large[0])
            and is_small[1]
            and (not is_common or second.isascii())
            and data[1] in {*range(0x61, 0x7B), *WESTERN_LETTERS}
        ):
            return True
        if is_common:
            continue
        if second.isascii() and second.islower() and (any(is_small) or is_large[0]):
            return True
        if (
            second.isascii()
            and second.isupper()
            and data[0] in CAPITALS
            and is_large[1]
            and (is_large[0] or before == " ")
        ):
            return True
    return False
