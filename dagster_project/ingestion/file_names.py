"""Names of files: how one is shown, when two mean the same, and which pattern of a contract one fits."""

from __future__ import annotations

import fnmatch
import os
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

UNPRINTABLE = {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}
DIRECTION_MARKS = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the text behind them around, so that a name reads as another."""
OWN_FILES = {"thumbs.db", "desktop.ini"}
"""What Windows leaves in every folder."""
LEAVES_ZH = "链接指向报送文件夹之外,未读取"


def shown(text: str, but: str = "") -> str:
    """A text with the characters that a terminal would obey or cannot show written out, but for those in ``but``."""
    if text.isprintable():
        return text
    return "".join(sign if sign in but or not _is_obeyed(sign) else _escaped(sign) for sign in text)


def _is_obeyed(sign: str) -> bool:
    return unicodedata.category(sign) in UNPRINTABLE or sign in DIRECTION_MARKS


def _escaped(sign: str) -> str:
    code = ord(sign)
    if 0xDC80 <= code <= 0xDCFF:  # how Python holds a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def decoded(path: str) -> str:
    """The path of a file with its parts that are no UTF-8 read as GB18030, as Windows writes names, where they are that."""
    return path if path.isprintable() else "/".join(_decoded(part) for part in path.split("/"))


def _decoded(part: str) -> str:
    try:
        part.encode()
    except UnicodeEncodeError:
        try:
            return os.fsencode(part).decode("gb18030")
        except UnicodeDecodeError:
            return part
    return part


def plain(text: str) -> str:
    """A text without what is invisible, in half-width letters and digits, in composed form."""
    text = unicodedata.normalize("NFKC", text)
    return text if text.isascii() else "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def folded(name: str) -> str:
    """What names have in common that people take for the same: case, width of letters, composed or not, slash or backslash."""
    parts = [plain(part).casefold() for part in re.split(r"[/\\]+", name.strip())]
    return "/".join(part.strip() for part in parts if part not in ("", "."))


def fits(name: str, pattern: str) -> bool:
    """Whether a path below the drop fits a glob, whatever the case of letters and the form of characters; ``**`` is any folders."""
    return _fits(folded(name).split("/"), _pattern_parts(pattern))


@lru_cache(maxsize=1024)
def _pattern_parts(pattern: str) -> tuple[re.Pattern[str] | None, ...]:
    """The expression of each part, None for ``**``."""
    return tuple(
        None if part == "**" else re.compile(fnmatch.translate(plain(part).casefold())) for part in pattern.split("/")
    )


def _fits(parts: Sequence[str], pattern: Sequence[re.Pattern[str] | None]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] is None:
        return any(_fits(parts[skipped:], pattern[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and bool(pattern[0].match(parts[0])) and _fits(parts[1:], pattern[1:])


def leaves(path: Path, raw_dir: Path) -> bool:
    """Whether a path leads out of the drop, through however many links: what lies there was not handed in.

    A link whose goal is not there leaves too, when that would be outside; one that leads to itself does not.
    """
    try:
        return not path.resolve().is_relative_to(raw_dir.resolve())
    except (OSError, RuntimeError):  # links that lead in a circle: nothing is there to be read
        return False
