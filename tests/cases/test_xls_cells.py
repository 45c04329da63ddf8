"""An xls has no checksum: a damaged record is refused where its size, place, order, format or text cannot be, and no cell is lost or moved."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest
from ledger_files import DATA

from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.workbook import open_workbook
from dagster_project.ingestion.xls_cells import shared_texts

SOURCE = DATA / "xlsx_corpus_calamine" / "ok" / "optional_records.xls"
SHARED_TEXT = bytes.fromhex("fd000a00")
ROW, COLUMN, FORMAT, INDEX = 4, 6, 8, 10
"""Where they stand in a cell with a shared text, behind its kind and size."""


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(Refused) as caught:
        open_workbook(path)
    assert caught.value.rule == "damaged_workbook"
    return caught.value.detail


def with_number(content: bytes, at: int, number: int) -> bytes:
    return content[:at] + struct.pack("<H", number) + content[at + 2 :]


def cells(path: Path, content: bytes) -> dict[tuple[str, int, int], str]:
    path.write_bytes(content)
    return {
        (sheet.name, row, place): cell
        for sheet in open_workbook(path).sheets
        for row, texts in enumerate(sheet.rows)
        for place, cell in enumerate(texts)
        if cell
    }


@pytest.mark.parametrize(
    ("at", "number", "said"),
    [
        (ROW, 0, "次序不对或重复"), (COLUMN, 0, "次序不对或重复"), (FORMAT, 4000, "不存在的格式"), (INDEX, 40_000, "不在文字表中"),
        (0, 0x00ED, "不属于这里的记录"), (2, 9, "记录"),
    ],
)  # fmt: skip
def test_a_record_that_is_no_cell_of_its_sheet_is_refused(tmp_path: Path, at: int, number: int, said: str) -> None:
    content = SOURCE.read_bytes()
    places = [n for n in range(len(content)) if content.startswith(SHARED_TEXT, n)]
    place = places[len(places) // 2]
    assert said in refusal(tmp_path / "a.xls", with_number(content, place + at, number))


def test_the_texts_of_a_workbook_are_counted_over_records_that_continue_them() -> None:
    name = struct.pack("<HB", 3, 1) + "甲乙丙".encode("utf-16-le")
    with_runs = struct.pack("<HBH", 2, 0x08, 1) + b"ab" + bytes(4)
    head = struct.pack("<II", 9, 9)
    assert shared_texts([head + name + with_runs]).count == 2
    assert shared_texts([head + name[:5], b"\x01" + name[5:] + with_runs[:7], with_runs[7:] + name]).count == 3
    assert shared_texts([]).count == 0


def test_whatever_bit_is_changed_no_cell_is_lost_or_moved_in_silence(tmp_path: Path) -> None:
    """A changed letter or digit cannot be seen; a cell that is gone or stands elsewhere would be."""
    content, chance = SOURCE.read_bytes(), random.Random(6)
    sound = cells(tmp_path / "a.xls", content)
    refused = lost = 0
    for _ in range(400):
        damaged = bytearray(content)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        try:
            found = cells(tmp_path / "a.xls", bytes(damaged))
        except Refused:
            refused += 1
        else:
            lost += (
                len({name for name, *_ in found}) == len({name for name, *_ in sound}) and found.keys() != sound.keys()
            )
    print(f"400 bits: {refused} refused, {lost} with other cells")
    assert refused > 40 and lost <= 4
