"""received.csv and accepted.csv as offices keep them by hand: in any encoding, with Chinese or English headers in any order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from dagster_project.ingestion.file_names import plain

Headers = Mapping[str, Sequence[str]]
"""The columns and what their headers may be called; the second name is the one that messages use."""
DELIMITERS = (",", "\t", ";", "，", "；", "|")
"""What may part the cells; a header typed with a Chinese keyboard has full-width commas."""
BLANK = " \u3000\ufeff" + "".join(DELIMITERS)
"""What a line without any cell consists of."""
NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\ufffd]")
"""Signs that no line of a text has: of a workbook that was renamed."""


def decoded_lines(content: bytes) -> list[str]:
    """The lines as text: by their byte order mark, as UTF-16 where every other byte is zero, else UTF-8 or GB18030.

    Where the lines do not agree, which happens where two programs wrote them, each is read by itself.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _split(content.decode("utf-16", errors="replace"))
    if content[1:2] == b"\0" or content[:1] == b"\0":
        return _split(content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be", errors="replace"))
    try:
        return _split(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return [_decoded_line(line) for line in content.splitlines()]


def _split(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def _decoded_line(line: bytes) -> str:
    """One line of a file that is not UTF-8 as a whole: UTF-8 only where it has characters that GB18030 hardly gives by chance."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = ""
    return text if text and max(text) > "\u0800" else line.decode("gb18030", errors="replace")


def header_place(lines: Sequence[str]) -> int:
    """The place of the line of the header: the first with a cell; 0 where none has one."""
    return next((place for place, line in enumerate(lines) if line.strip(BLANK)), 0)


def columns_of(header: str, headers: Headers) -> tuple[dict[str, int], str]:
    """Where each column stands by the line of the header, and the delimiter that shows most of them."""
    found: tuple[dict[str, int], str] = ({}, ",")
    for delimiter in DELIMITERS:
        cells = [plain(cell).strip(" \"'").casefold().replace(" ", "") for cell in header.split(delimiter)]
        places = {
            name: cells.index(spelling)
            for name, spellings in headers.items()
            for spelling in reversed(spellings)
            if spelling in cells
        }
        found = max(found, (places, delimiter), key=lambda each: len(each[0]))
    return found


def missing_columns(header: str, places: Mapping[str, int], headers: Headers, required: Iterable[str]) -> str:
    """What to say of required columns that the line of the header does not name; empty where all are there."""
    missing = [f"{name}({headers[name][1]})" for name in required if name not in places]
    if missing and NO_TEXT.search(header):
        return "不是文本文件,像是改了名的工作簿;请在表格软件中打开,另存为“CSV UTF-8(逗号分隔)”"
    return f"缺少列 {'、'.join(missing)};请在第一行写明列名" if missing else ""
