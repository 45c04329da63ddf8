"""Proof that the cells of an xlsx sheet say where they stand and which shared text they hold, each place once."""

from __future__ import annotations

import re
from collections import Counter
from xml.parsers import expat

from dagster_project.ingestion.rules import Refused

ROW_NUMBER = re.compile(r"\s*[1-9][0-9]{0,6}\s*")
CELL_REFERENCE = re.compile(r"[A-Za-z]{1,3}[1-9][0-9]{0,6}")
WHOLE_NUMBER = re.compile(r"\s*[0-9]*\s*")


class References:
    """Proves the rows of one sheet, piece by piece: the cell reader takes a damaged number for another one, without a word.

    A piece as spreadsheet programs write it is proved by patterns alone; any other is parsed.
    """

    def __init__(self, prefix: bytes):
        self.cell = b"<" + prefix + b"c"
        self.references = re.compile(self.cell + rb' r="([A-Z]{1,3}[1-9][0-9]{0,6})"').findall
        self.shared_texts = re.compile(rb't="s"[^<>]*><' + prefix + rb"v>[0-9]+<").findall
        self.seen: set[bytes] = set()

    def prove(self, piece: bytes) -> None:
        """Look at whole rows.

        Raises:
            Refused: a row number, a reference or the number of a shared text is damaged, or two cells stand in one place.
        """
        places = self.references(piece)
        is_plain = len(places) == piece.count(self.cell) and len(self.shared_texts(piece)) == piece.count(b't="s"')
        if not is_plain:
            places = _Proof().places_in(piece)
        is_once = len(set(places)) == len(places) and self.seen.isdisjoint(places)
        if not is_once:
            counts = Counter([*places, *self.seen.intersection(places)])
            twice = counts.most_common(1)[0][0].decode()
            raise Refused("damaged_workbook", detail=f"单元格 {twice} 在工作表中出现两次")
        self.seen.update(places)


class _Proof:
    """One piece of a sheet as a parser meets it."""

    def __init__(self) -> None:
        self.places: list[bytes] = []
        self.reference = ""
        self.is_shared = False
        self.value: list[str] | None = None
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def places_in(self, piece: bytes) -> list[bytes]:
        """The references of the cells that have one."""
        try:
            self.parser.Parse(b"<x>" + piece + b"</x>", True)
        except expat.ExpatError as error:
            raise Refused("damaged_workbook", detail="工作表的 XML 有误") from error
        return self.places

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        reference = attributes.get("r")
        if name == "row" and reference is not None and not ROW_NUMBER.fullmatch(reference):
            raise Refused("damaged_workbook", detail=f"行号写作“{reference}”")
        if name == "c":
            self.reference, self.is_shared, self.value = reference or "", attributes.get("t") == "s", None
            if reference is not None:
                if not CELL_REFERENCE.fullmatch(reference):
                    raise Refused("damaged_workbook", detail=f"单元格的位置写作“{reference}”")
                self.places.append(reference.upper().encode())
        elif name == "v" and self.is_shared:
            self.value = []

    def text(self, text: str) -> None:
        if self.value is not None:
            self.value.append(text)

    def end(self, name: str) -> None:
        if self.value is not None and name.rpartition(":")[2] == "v":
            value, self.value = "".join(self.value), None
            if not WHOLE_NUMBER.fullmatch(value):
                raise Refused("damaged_workbook", detail=f"单元格 {self.reference} 的文本序号写作“{value}”")
