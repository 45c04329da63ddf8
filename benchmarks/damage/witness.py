"""An account of a file that uses no reader of the product: its physical lines, records or sheet rows, and the cells in each."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree import ElementTree

LINE_END = re.compile(r"\r\n|\n|\r")
NIL = re.compile(r"[-‐‑—–/]+")
FIRST_SERIAL = dt.date(1899, 12, 30)
PATCHED = 0x20
"""The sign of a zip for a part that is a patch to another: nobody writes it, and the checksum proves what the part is."""
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def plain(text: str) -> str:
    """A text without what landing may drop and tell of, or put between cells: blanks, invisible characters, guards, quotes, commas."""
    kept = (
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in ("Cf", "Cc", "Zs", "Zl", "Zp")
    )
    return re.sub(r"[\s,\"'=]", "", "".join(kept))


def visible(text: str) -> str:
    """A text without the characters that nobody sees."""
    return "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc") or c in "\t\r\n")


def same_cell(cell: str, landed: Any) -> bool:
    """Whether a landed value, typed or not, says what a cell of the file says."""
    text = plain(cell)
    if NIL.fullmatch(text):
        text = ""
    if landed is None:
        return text == ""
    if isinstance(landed, dt.date):
        return _day(text) == landed
    if isinstance(landed, int | Decimal):
        return _number(text) == Decimal(landed)
    said = plain(str(landed))
    if NIL.fullmatch(said):
        said = ""
    day, number = _day(text), _number(text)
    return said == text or (day is not None and _day(said) == day) or (number is not None and _number(said) == number)


def _number(text: str) -> Decimal | None:
    bare = re.sub(r"[¥元+\s]", "", text)
    if match := re.fullmatch(r"\((.*)\)", bare):
        bare = "-" + match[1]
    if not re.fullmatch(r"-?[0-9]*\.?[0-9]*(?:[eE][-+]?[0-9]{1,3})?", bare):
        return None
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return None
    # A spreadsheet keeps fifteen digits.
    return Decimal(f"{number:.15g}")


def _day(text: str) -> dt.date | None:
    parts = [int(part) for part in re.findall(r"[0-9]+", text)]
    if len(text) == 8 and text.isdigit():
        parts = [int(text[:4]), int(text[4:6]), int(text[6:])]
    try:
        if len(parts) == 1:
            return FIRST_SERIAL + dt.timedelta(days=parts[0])
        # A moment of midnight is a day.
        return dt.date(*parts[:3]) if len(parts) == 3 or not any(parts[3:]) else None
    except (ValueError, TypeError, OverflowError):
        return None


def text_lines(content: bytes, encoding: str) -> list[str]:
    """The physical lines of a text in the encoding it was written in, each without its end; bytes that are no character are escaped."""
    if encoding.startswith("utf-16"):
        encoding = "utf-16-be" if content.startswith(b"\xfe\xff") else "utf-16-le"
        text = content.decode(encoding, "replace")
    else:
        text = "".join(line.decode(encoding, "backslashreplace") for line in content.splitlines(keepends=True))
    lines = LINE_END.split(text.removeprefix("\ufeff"))
    # Behind the last end of a line there may be a mark of the end of the file, or nothing.
    return lines if re.sub(r"[\s\x00-\x1f\ufeff]", "", lines[-1]) else lines[:-1]


def json_records(content: bytes) -> list[Any] | None:
    """The records of a JSON document, each with its pairs as they stand; None where it is no list."""
    try:
        document = json.loads(content.decode("utf-8-sig"), object_pairs_hook=Pairs, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, list) and not isinstance(document, Pairs) else None


class Pairs(list):
    """The keys and values of one object in their order, repeated ones too."""

    @property
    def has_repeats(self) -> bool:
        """Whether one key stands twice."""
        return len({key for key, _ in self}) < len(self)


def json_object(text: str) -> Pairs | None:
    """The one object that a line is; None for anything else."""
    try:
        value = json.loads(text, object_pairs_hook=Pairs, parse_float=str, parse_int=str, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, Pairs) else None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


@dataclass
class SheetAccount:
    """The cells with a value of one sheet: by row, each with its column, more than one where the file says so."""

    name: str
    rows: dict[int, list[tuple[int, str]]] = field(default_factory=dict)


def workbook_sheets(content: bytes) -> list[SheetAccount]:
    """The sheets of an xlsx as its XML says.

    Raises:
        ValueError: a part is no well-formed XML, or the zip is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for part in parts.infolist():
                part.flag_bits &= ~PATCHED
            book = _root(parts.read("xl/workbook.xml"))
            shared = [_text(each) for each in _root(parts.read("xl/sharedStrings.xml"))]
            names = [each.get("name", "") for each in book.iter(f"{SPREADSHEET}sheet")]
            roots = [_root(parts.read(f"xl/worksheets/sheet{number}.xml")) for number in range(1, len(names) + 1)]
        return [_sheet(name, root, shared) for name, root in zip(names, roots, strict=True)]
    except (ElementTree.ParseError, zipfile.BadZipFile, KeyError, IndexError, NotImplementedError, OSError) as error:
        raise ValueError(str(error)) from error
    except Exception as error:  # zipfile and zlib raise what they like on damaged bytes
        raise ValueError(str(error)) from error


def _root(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)  # noqa: S314 - the files are our own


def _sheet(name: str, root: ElementTree.Element, shared: Sequence[str]) -> SheetAccount:
    account = SheetAccount(name)
    row = column = 0
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "row":
            row, column = int(element.get("r", row + 1)), 0
        elif tag == "c":
            match = re.fullmatch(r"([A-Z]+)([0-9]+)", element.get("r", "").upper())
            if match:
                column, row = _letters(match[1]), int(match[2])
            else:
                column += 1
            if text := _cell(element, shared).strip():
                account.rows.setdefault(row, []).append((column - 1, text))
    return account


def _cell(element: ElementTree.Element, shared: Sequence[str]) -> str:
    value = element.find("{*}v")
    kind = element.get("t", "n")
    if kind == "inlineStr":
        return _text(element)
    if value is None or not (value.text or "").strip():
        return ""
    text = (value.text or "").strip()
    return shared[int(text)] if kind == "s" else text


def _text(element: ElementTree.Element) -> str:
    text = "".join(each.text or "" for each in element.iter() if each.tag.rpartition("}")[2] == "t")
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def _letters(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place
