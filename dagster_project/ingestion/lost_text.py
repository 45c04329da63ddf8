"""Texts that a program spoilt before the file was written: signs that stand for lost characters, and UTF-8 that was taken for Windows-1252."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from dagster_project.ingestion.code_pages import texts_of
from dagster_project.ingestion.fingerprint import PRIVATE_USE
from dagster_project.ingestion.invisible import holds, may_hold_private_use
from dagster_project.ingestion.text_table import Tally

SIGNS = tuple(map(str.encode, ("\ufffd", "锟斤拷", "??")))
"""What some of such texts hold in UTF-8."""
ACCENT = b"\xc3"
"""The first byte of accented letters in UTF-8, which texts hold that were taken for Windows-1252."""
REPLACED = re.compile(
    "锟斤拷|\ufffd(?=.*[\u3400-\u9fff])|[\u3400-\u9fff].*\ufffd|^[^0-9A-Za-z]*\ufffd[^0-9A-Za-z]*$", re.S
)
"""A sign for a lost character, in a Chinese text or where nothing else is left; of a sign of degrees (37�36) the rest still says what it was."""
ONLY_MARKS = re.compile(r"\s*\?{2,}\s*")


def may_hold_lost_text(data: bytes) -> bool:
    """Whether UTF-8 may hold spoilt text; a few searches that nearly always answer no."""
    return ACCENT in data or any(holds(data, sign) for sign in SIGNS)


def lost_text(text: str) -> str | None:
    """What is wrong with a text, as ``rule:detail`` without its place; None for a sound one.

    A single question mark, or one behind words, is what somebody wrote.
    """
    if text.isascii():
        return f"lost_text:“{text.strip()}”" if ONLY_MARKS.fullmatch(text) else None
    if REPLACED.search(text):
        return f"lost_text:“{text.strip()}”"
    meant = _taken_for_western(text)
    return f"another_code_page:“{text.strip()}”像是 UTF-8 编码的“{meant}”" if meant else None


def lost_in_line(line: str, delimiter: str) -> str | None:
    """The verdict on a line by the first spoilt text in it, with its place; None for a sound one."""
    for start, text in texts_of(line):
        if found := lost_text(text):
            rule, _, detail = found.partition(":")
            return f"{rule}:第{line[:start].count(delimiter) + 1}列{detail}".replace(";", ",")
    return None


def lost_in_column(cells: pa.Array, place: str) -> dict[int, str]:
    """The verdicts on rows by the spoilt texts of one column."""
    buffer = cells.buffers()[2] if len(cells) else None
    if buffer is None or not may_hold_lost_text(buffer.to_pybytes()):
        return {}
    found = {}
    for n, text in enumerate(cells.to_pylist()):
        if text and (verdict := lost_text(text)):
            rule, _, detail = verdict.partition(":")
            found[n] = f"{rule}:{place}{detail}"
    return found


def count_private_use(cells: pa.Array, place: str, first_row: int, tally: Tally) -> None:
    """Count the cells of a column with characters that no standard defines."""
    buffer = cells.buffers()[2] if len(cells) else None
    data = buffer.to_pybytes() if buffer is not None else b""
    if data.isascii() or not may_hold_private_use(data, np.frombuffer(data, np.uint8)):
        return
    for n, text in enumerate(cells.to_pylist(), start=first_row):
        if text and (found := PRIVATE_USE.search(text)):
            tally.add_private_use(f"第 {n} 行{place}", found[0])


def lost_lines(block: bytes) -> np.ndarray:
    """Where in a block of UTF-8 signs of spoilt text stand."""
    places = [match.start() for match in re.finditer(b"|".join(map(re.escape, [*SIGNS, ACCENT])), block)]
    return np.asarray(places, np.int64)


def _taken_for_western(text: str) -> str | None:
    """What a text in Latin letters says as UTF-8, if its letters are the bytes of other ones: ``ä¼šè®®`` is 会议."""
    data = bytearray()
    for letter in text:
        if ord(letter) < 0x100:
            data.append(ord(letter))
            continue
        try:
            data += letter.encode("cp1252")
        except UnicodeEncodeError:
            return None
    try:
        meant = data.decode()
    except UnicodeDecodeError:
        return None
    return meant.strip() if meant != text and meant.isprintable() else None
