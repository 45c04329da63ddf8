"""Whether the cells of an xls sheet can be as they are written: there is no checksum, but records have sizes, an order and places."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dagster_project.ingestion.rules import Refused

FORMULA, BLANK, NUMBER, TEXT, BOOL_OR_ERROR, RK = 0x06, 0x201, 0x203, 0x204, 0x205, 0x27E
MANY_BLANKS, MANY_RK, RICH_TEXT, SHARED_TEXT = 0xBE, 0xBD, 0xD6, 0xFD
SIZES = {BLANK: 6, NUMBER: 14, BOOL_OR_ERROR: 8, RK: 10, SHARED_TEXT: 10}
CELLS = frozenset({*SIZES, FORMULA, TEXT, RICH_TEXT, MANY_BLANKS, MANY_RK})
ROW, STRING, ARRAY, DATA_TABLE, SHARED_FORMULA, BLOCK_INDEX, CONTINUE = 0x208, 0x207, 0x221, 0x236, 0x4BC, 0xD7, 0x3C
AMONG_CELLS = frozenset({*CELLS, ROW, STRING, ARRAY, DATA_TABLE, SHARED_FORMULA, BLOCK_INDEX, CONTINUE})
"""Records that may stand between the first and the last cell of a sheet."""
FORMULA_HEAD = 22
TABLE_HEAD = 8
IS_WIDE, HAS_PHONETICS, HAS_RUNS = 0x01, 0x04, 0x08
MANY_HEAD = 6
RUN_BYTES = 4


@dataclass
class CellTable:
    """The cells of one sheet as they come by: ``add`` each record in turn.

    ``styles`` is how many formats of cells the workbook has, ``strings`` how many shared texts, ``is_biff8`` whether it is of 1997 or later. Raises Refused where a record is no cell of this sheet:
    it has another size than its kind, an unknown format, or stands before the cell that came before it or at its place.
    """

    styles: int
    strings: int
    is_biff8: bool = True
    last: tuple[int, int] = (-1, -1)
    strange: int | None = None

    def add(self, kind: int, data: bytes) -> None:
        """Look at the next record."""
        if kind not in AMONG_CELLS:
            # older programs wrote anything; of no matter before the first cell and behind the last one
            if self.is_biff8 and self.last != (-1, -1) and self.strange is None:
                self.strange = kind
            return
        if kind not in CELLS:
            return
        if self.strange is not None:
            raise _damaged(f"单元格之间有不属于这里的记录(0x{self.strange:X})")
        row, column, style = struct.unpack_from("<HHH", data)
        end = column
        if kind in (MANY_RK, MANY_BLANKS):
            width = 6 if kind == MANY_RK else 2
            count, rest = divmod(len(data) - MANY_HEAD, width)
            (end,) = struct.unpack_from("<H", data, len(data) - 2)
            if rest or count < 1 or end != column + count - 1:
                raise _damaged(f"第 {row + 1} 行的一组单元格长度不符")
            style = max(struct.unpack_from("<H", data, 4 + width * n)[0] for n in range(count))
        elif kind == FORMULA:
            if len(data) < FORMULA_HEAD or FORMULA_HEAD + struct.unpack_from("<H", data, 20)[0] > len(data):
                raise _damaged(f"第 {row + 1} 行的公式长度不符")
        elif len(data) != SIZES.get(kind, len(data)):
            raise _damaged(f"第 {row + 1} 行的单元格长度不符")
        elif kind == SHARED_TEXT and struct.unpack_from("<I", data, 6)[0] >= self.strings:
            raise _damaged(f"第 {row + 1} 行的文字不在文字表中")
        if style >= self.styles:
            raise _damaged(f"第 {row + 1} 行的单元格用了不存在的格式")
        if self.is_biff8 and (row, column) <= self.last:
            raise _damaged(f"第 {row + 1} 行的单元格次序不对或重复")
        self.last = (row, end)


@dataclass(frozen=True)
class SharedTexts:
    """The table of texts of a workbook: how many, and of each with stretches in fonts of their own where these begin, by its number."""

    count: int
    rich: Mapping[int, tuple[str, Sequence[tuple[int, int]]]]


def shared_texts(pieces: Sequence[bytes]) -> SharedTexts:
    """Walk through the shared texts of a workbook: what the table says of itself may be wrong.

    Args:
        pieces: its record and those that continue it. A text that goes on in the next piece begins there with its width.
    """
    rich: dict[int, tuple[str, Sequence[tuple[int, int]]]] = {}
    count, place, piece = 0, TABLE_HEAD, 0
    while piece < len(pieces) and (place < len(pieces[piece]) or piece + 1 < len(pieces)):
        if place >= len(pieces[piece]):
            piece, place = piece + 1, place - len(pieces[piece])
            continue
        data = pieces[piece]
        letters, flags = struct.unpack_from("<HB", data, place)
        place += 3
        behind, runs, text = 0, 0, ""
        if flags & HAS_RUNS:
            runs = struct.unpack_from("<H", data, place)[0]
            behind += RUN_BYTES * runs
            place += 2
        if flags & HAS_PHONETICS:
            behind += struct.unpack_from("<I", data, place)[0]
            place += 4
        while letters:
            width = 2 if flags & IS_WIDE else 1
            taken = min(letters, (len(pieces[piece]) - place) // width)
            if runs:
                written = pieces[piece][place : place + taken * width]
                text += written.decode("utf-16-le" if flags & IS_WIDE else "latin-1", "replace")
            letters, place = letters - taken, place + taken * width
            if letters:
                piece, place = piece + 1, 1
                flags = pieces[piece][0]
        if runs:
            following = b"".join([pieces[piece][place:], *pieces[piece + 1 : piece + 2]])[: RUN_BYTES * runs]
            rich[count] = text, list(struct.iter_unpack("<HH", following[: len(following) // RUN_BYTES * RUN_BYTES]))
        place += behind
        while piece < len(pieces) and place > len(pieces[piece]):
            place, piece = place - len(pieces[piece]), piece + 1
        count += 1
    return SharedTexts(count, rich)


def _damaged(detail: str) -> Refused:
    return Refused("damaged_workbook", detail=f"内部的记录有误:{detail}")
