"""The rows of a file as a department handed it in: delimited text and xlsx, by the standard library, each cell as its text."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    Cells = dict[int, dict[int, str]]

SHEET_XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
FIRST_SERIAL = dt.date(1899, 12, 30)
MOST_INFLATED = 400_000_000
"""Bytes of one part of a workbook that are still read; the largest real ledger is a tenth of that."""


class NotRead(Exception):
    """A file of a kind that is not read here; the message says which."""


def rows_of_file(content: bytes, suffix: str, sheet: str) -> Cells:
    """The cells with something in them of each row: by the row's number as spreadsheets count, then by column from 0.

    Raises:
        NotRead: it is no delimited text and no xlsx, or is damaged.
    """
    if suffix in (".csv", ".tsv", ".txt"):
        return _text_rows(content)
    if suffix in (".xlsx", ".xlsm"):
        try:
            return _workbook_rows(content, sheet)
        except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, ValueError, IndexError) as error:
            raise NotRead(f"工作簿读不出来({error})") from error
    raise NotRead(f"{suffix} 格式不在此读取")


def _text_rows(content: bytes) -> Cells:
    text = None
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None:
        raise NotRead("编码不是 UTF-8、UTF-16 或 GB18030")
    mark = max(",\t;|", key=text[:20000].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    rows: Cells = {}
    line = 1
    try:
        for cells in reader:
            rows[line] = {place: cell.strip() for place, cell in enumerate(cells) if cell.strip()}
            line = reader.line_num + 1
    except csv.Error as error:
        raise NotRead(f"引号或换行有误({error})") from error
    return rows


def _workbook_rows(content: bytes, sheet: str) -> Cells:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        links = {link.get("Id"): link.get("Target") for link in _part(book, "xl/_rels/workbook.xml.rels")}
        sheets = {
            e.get("name"): links[e.get(LINK_ID)] for e in _part(book, "xl/workbook.xml").iter(f"{SHEET_XML}sheet")
        }
        target = str(sheets[sheet] if sheet else next(iter(sheets.values())))
        texts = []
        if "xl/sharedStrings.xml" in book.namelist():
            for item in _part(book, "xl/sharedStrings.xml").iter(f"{SHEET_XML}si"):
                texts.append("".join(t.text or "" for t in _shown_texts(item)))
        rows: Cells = {}
        number = 0
        for row in _part(book, target.lstrip("/") if target.startswith("/") else f"xl/{target}").iter(
            f"{SHEET_XML}row"
        ):
            number = int(row.get("r") or number + 1)
            cells = {}
            for place, cell in enumerate(row.iter(f"{SHEET_XML}c")):
                text = _cell_text(cell, texts).strip()
                if text:
                    cells[_column(cell.get("r"), place)] = text
            rows[number] = cells
        return rows


def _part(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    if book.getinfo(name).file_size > MOST_INFLATED:
        raise NotRead(f"{name} 展开后超过 {MOST_INFLATED} 字节")
    content = book.read(name)
    if b"<!DOCTYPE" in content[:1000]:
        raise NotRead(f"{name} 含文档类型声明")
    return ElementTree.fromstring(content)  # noqa: S314 - size is bound and entities are refused above


def _shown_texts(item: ElementTree.Element) -> list[ElementTree.Element]:
    """The texts of a string, without the reading aids beside them."""
    return [t for part in item if part.tag != f"{SHEET_XML}rPh" for t in part.iter(f"{SHEET_XML}t")]


def _column(reference: str | None, place: int) -> int:
    """The column of a reference such as AB12, from 0; the place in the row where there is none."""
    letters = (reference or "").rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1 if letters else place


def _cell_text(cell: ElementTree.Element, texts: list[str]) -> str:
    kind, value = cell.get("t"), cell.find(f"{SHEET_XML}v")
    if kind == "inlineStr":
        return "".join(t.text or "" for t in cell.iter(f"{SHEET_XML}t"))
    if value is None or value.text is None:
        return ""
    return texts[int(value.text)] if kind == "s" else value.text


def amounts(texts: Iterable[str]) -> set[Decimal]:
    """The numbers of a row, as they stand and as ten thousands, whatever their sign."""
    found = set()
    for text in texts:
        plain = narrow(text).strip("()¥元万").replace(",", "")
        try:
            value = abs(Decimal(plain))
        except InvalidOperation:
            continue
        if value.is_finite() and value < MOST:
            found |= {to_cents(value), to_cents(value * 10000)}
    return found


@lru_cache(maxsize=1 << 17)
def narrow(text: str) -> str:
    """A text in narrow characters without blanks, as contracts read numbers of things."""
    return "".join(text.translate(FULL_WIDTH).split())


def to_cents(value: Decimal) -> Decimal:
    """A number at two places, so that 0.1 + 0.2 of a spreadsheet is 0.30."""
    return value.quantize(Decimal("0.01"))


@lru_cache(maxsize=1 << 17)
def day_of(text: str) -> str:
    """The date of a cell as an ISO day, written in any usual way or as a spreadsheet's serial number; else empty."""
    plain = narrow(text)
    match = DATE.match(plain) or COMPACT_DATE.fullmatch(plain)
    try:
        if match:
            return dt.date(*map(int, match.groups())).isoformat()
    except ValueError:
        return ""
    return (FIRST_SERIAL + dt.timedelta(days=int(plain.split(".")[0]))).isoformat() if SERIAL.fullmatch(plain) else ""


MOST = Decimal(10) ** 15
"""No amount of a budget is larger; longer numbers are accounts and codes."""
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)")
COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
SERIAL = re.compile(r"[2-6]\d{4}([.]\d+)?")
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""The wide forms of ASCII, as Chinese input methods write them."""
