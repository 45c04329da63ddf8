"""Texts of a cell that are struck out in part: each stretch of a text may have a font of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from typing import Literal
from xml.parsers import expat

from dagster_project.ingestion.rules import Refused

Strikes = Set[bool | None]
"""Of the stretches of a text that are no blanks, whether they are struck out; None: as the format of the cell says."""
AS_CELL: Strikes = frozenset({None})
"""A text in one font."""
Struck = Literal["no", "partly", "wholly"]
TRUE = ("1", "true", "on")
STRIKE = b"strike"


def struck(strikes: Collection[bool | None], is_cell_struck: bool) -> Struck:
    """How much of a text is struck out, in a cell whose format strikes it out or not; an empty text is not."""
    found = {is_cell_struck if own is None else own for own in strikes}
    return "no" if True not in found else "partly" if False in found else "wholly"


def strikes_of(text: str, runs: Iterable[tuple[int, int]], struck_fonts: Collection[int]) -> Strikes:
    """What the stretches of a text in a binary workbook say: ``runs`` are where they begin, and the number of the font of each."""
    bounds: list[tuple[int, bool | None]] = [(0, None), *((start, font in struck_fonts) for start, font in runs)]
    ends = [place for place, _ in bounds[1:]] + [len(text)]
    return frozenset(own for (start, own), end in zip(bounds, ends, strict=True) if text[start:end].strip())


class Runs:
    """The stretches of one text of an xlsx as a parser meets them."""

    def __init__(self) -> None:
        self.strikes: set[bool | None] = set()
        self.own: bool | None = None
        self.is_text = self.is_reading_aid = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """``name`` has no prefix."""
        if name == "rPr":
            self.own = False
        elif name == "strike":
            self.own = attributes.get("val", "1") in TRUE
        elif name == "rPh":
            self.is_reading_aid = True
        elif name == "t":
            self.is_text = not self.is_reading_aid

    def text(self, text: str) -> None:
        """Letters of the text or of something beside it."""
        if self.is_text and text.strip():
            self.strikes.add(self.own)

    def end(self, name: str) -> None:
        """``name`` has no prefix."""
        if name == "t":
            self.is_text = False
        elif name == "r":
            self.own = None
        elif name == "rPh":
            self.is_reading_aid = False


def shared_strikes(pieces: Iterable[bytes]) -> dict[str, Strikes]:
    """The shared texts of an xlsx of which a stretch is struck out, by their number as cells give it.

    Raises:
        Refused: the XML is damaged.
    """
    found: dict[str, Strikes] = {}
    runs, count = Runs(), 0
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal runs
        name = name.rpartition(":")[2]
        if name == "si":
            runs = Runs()
        runs.start(name, attributes)

    def end(name: str) -> None:
        nonlocal count
        name = name.rpartition(":")[2]
        runs.end(name)
        if name == "si":
            if True in runs.strikes:
                found[str(count)] = runs.strikes
            count += 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda text: runs.text(text)
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("damaged_workbook", detail=f"文字表的 XML 第 {error.lineno} 行有误") from error
    return found


def has_strike(pieces: Iterable[bytes]) -> bool:
    """Whether a part may strike anything out. All its pieces are taken, which proves it: the cell reader looks at no checksum."""
    before, has = b"", False
    for piece in pieces:
        has = has or STRIKE in before + piece
        before = piece[-len(STRIKE) :]
    return has
