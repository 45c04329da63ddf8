"""What an xls sheet says outside its cells: notes, text boxes, the head and foot of the printed page, gathered record by record."""

from __future__ import annotations

import struct

from dagster_project.ingestion.sheet_facts import BOX, NOTE, PAGE, Place, SheetFacts
from dagster_project.ingestion.workbook_beside import plain_page
from dagster_project.ingestion.xls_cells import CONTINUE

HEAD, FOOT, NOTE_AT, OBJECT, TEXT_OBJECT = 0x14, 0x15, 0x1C, 0x5D, 0x1B6
PICTURE = 8
OLD_CODE_PAGE = "gb18030"
"""Of workbooks before Unicode, where they say no other: Chinese Windows."""


class TextsBeside:
    """The records of one sheet that hold texts outside its cells; of any other record nothing is done."""

    def __init__(self, is_biff8: bool):
        self.is_biff8 = is_biff8
        self.number = 0
        self.left = 0
        self.texts: dict[int, str] = {}
        self.places: dict[int, Place] = {}
        self.pages: list[str] = []
        self.old_notes: list[tuple[Place, str]] = []
        self.has_picture = False

    def add(self, kind: int, data: bytes) -> None:
        """Look at the next record."""
        if kind == CONTINUE:
            if self.left > 0 and data:
                self._continue(data)
            return
        self.left = 0
        if kind in (HEAD, FOOT):
            self.pages.append(self._page(data))
        elif kind == OBJECT and self.is_biff8 and len(data) >= 8:
            shape, self.number = struct.unpack_from("<HH", data, 4)
            self.has_picture |= shape == PICTURE
        elif kind == TEXT_OBJECT and self.is_biff8 and len(data) >= 12:
            self.left = struct.unpack_from("<H", data, 10)[0]
            self.texts[self.number] = ""
        elif kind == NOTE_AT and len(data) >= 8:
            row, column, size_or_flags, number = struct.unpack_from("<HHHH", data)
            if self.is_biff8:
                self.places[number] = (row, column)
            else:
                self.old_notes.append(((row, column), data[6 : 6 + size_or_flags].decode(OLD_CODE_PAGE, "replace")))

    def _continue(self, data: bytes) -> None:
        """The next piece of a text; one that holds runs of formats comes only behind the last."""
        width = 2 if data[0] & 1 else 1
        piece = data[1 : 1 + self.left * width]
        self.texts[self.number] += piece.decode("utf-16-le" if width == 2 else "latin-1", "replace")
        self.left -= len(piece) // width

    def _page(self, data: bytes) -> str:
        if not data:
            return ""
        if not self.is_biff8:
            return plain_page(data[1 : 1 + data[0]].decode(OLD_CODE_PAGE, "replace")).strip()
        length, flags = struct.unpack_from("<HB", data)
        text = (
            data[3 : 3 + 2 * length].decode("utf-16-le", "replace")
            if flags & 1
            else data[3 : 3 + length].decode("latin-1")
        )
        return plain_page(text).strip()

    def tell(self, facts: SheetFacts) -> None:
        """Put what was found into the facts of the sheet."""
        facts.add_beside(PAGE, " ".join(filter(None, self.pages)))
        for number, text in self.texts.items():
            facts.add_beside(NOTE if number in self.places else BOX, text, self.places.get(number))
        for place, text in self.old_notes:
            facts.add_beside(NOTE, text, place)
        if self.has_picture:
            facts.unread.append("图片")
