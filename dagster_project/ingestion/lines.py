"""The lines of a text file as UTF-8 for the parser; lines that are damaged, and records of several lines, are set apart."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.ingestion.decoded import DAMAGED, MARKED, decoded, without_lost_text
from dagster_project.ingestion.fingerprint import PRIVATE_USE, is_utf8
from dagster_project.ingestion.invisible import holds, may_hold_invisible, may_hold_private_use, without_invisible
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.text_table import Tally

BLOCK_BYTES = 4 * 1024 * 1024
"""So much is read at a time: of larger blocks each step would touch memory that the processor has not at hand any more."""
PARSED_BYTES = 16 * 1024 * 1024
"""The longest record that the parser takes, and the block of a file whose lines end as no reader of lines knows."""
LONGEST_LINE_BYTES = 64 * 1024 * 1024
MOST_LINES_OF_A_RECORD = 500
TOLERATED_ODD_LINES = 10_000
LINE_END = re.compile(rb"\r\n|\r|\n")
WIDE = 8
"""A line with as many cells as a table of this width has is a record, whatever its cells hold."""


@dataclass(frozen=True)
class OddLine:
    """A record that the parser does not get: ``before`` records that it does get stand above it in the file.

    ``cells`` is a sound record of several lines; ``verdict`` says what is wrong with a damaged one, ``text`` holds it.
    """

    before: int
    text: str
    cells: Sequence[str] | None = None
    verdict: str | None = None


@dataclass
class TextLines:
    """A file below its header as a stream of UTF-8 in which each line is a record.

    ``width`` is how many cells a record has, ``is_record`` tells whether a line, read with its quotes as text, looks like one.
    What is set apart is in ``odd``, in the order of the file. ``lines`` counts the physical lines that went by.
    """

    path: Path
    encoding: str
    delimiter: str
    width: int
    has_quotes: bool
    is_record: Callable[[Sequence[str]], bool]
    skipped_lines: int = 0
    is_damaged: bool = False
    has_carriage_returns_only: bool = False
    tally: Tally = field(default_factory=Tally)
    odd: list[OddLine] = field(default_factory=list)
    passed: int = 0
    lines: int = 0

    def __post_init__(self) -> None:
        d = {"\t": "\\t", "|": "\\|"}.get(self.delimiter, self.delimiter)
        cell = f'(?:"(?:[^"]|"")*"|[^"{d}\\r\\n][^{d}\\r\\n]*|)'
        self._sound_line = f"^{cell}(?:{d}{cell})*\\r?\\n?$"
        self._sound_record = re.compile(self._sound_line.replace('(?:[^"]|"")*', '[^"]*(?:""[^"]*)*'))
        self._blocks = self._utf8_blocks()
        self._rest = self._unfinished = b""
        self._to_skip = self.skipped_lines
        self._lines_before = 0

    # The stream as Arrow reads it

    closed = False

    def read(self, size: int = -1) -> bytes:
        """The next bytes, whole lines where they fit into ``size``; empty at the end."""
        while not self._rest:
            block = next(self._blocks, None)
            if block is None and not self._unfinished:
                return b""
            whole = self._unfinished + (self._prepared(block) if block else b"")
            self._unfinished = b""
            self._rest = self._sound_lines(whole, is_last=block is None)
        if size < 0 or size >= len(self._rest):
            piece, self._rest = self._rest, b""
        else:
            piece, self._rest = self._rest[:size], self._rest[size:]
        return piece

    def readable(self) -> bool:
        """Arrow asks."""
        return True

    def writable(self) -> bool:
        """Arrow asks."""
        return False

    def seekable(self) -> bool:
        """Arrow asks."""
        return False

    def close(self) -> None:
        """Arrow calls it at the end; the file is closed when its last block was read."""

    # From bytes of the file to blocks of UTF-8 that end with a line

    def _utf8_blocks(self) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(self.encoding)() if self.encoding.startswith("utf-16") else None
        carried = b""
        with self.path.open("rb") as stream:
            if self.encoding == "utf-8" and stream.read(3) != codecs.BOM_UTF8:
                stream.seek(0)
            while raw := stream.read(PARSED_BYTES if self.has_carriage_returns_only else BLOCK_BYTES):
                if decoder is not None:
                    carried += self._wide(decoder, raw)
                    cut = carried.rfind(b"\n") + 1
                    block, carried = carried[:cut], carried[cut:]
                else:
                    if not self.has_carriage_returns_only:
                        raw += stream.readline(LONGEST_LINE_BYTES)
                    is_sound = self.encoding == "utf-8" and (not self.is_damaged or is_utf8(raw))
                    block = raw if is_sound else decoded(raw, self.encoding, self.delimiter)
                if len(carried) + len(raw) > 2 * LONGEST_LINE_BYTES:
                    raise Refused("bad_structure", detail=f"一行超过 {LONGEST_LINE_BYTES >> 20} MB,没有换行")
                if block:
                    yield without_lost_text(self._ended(block), self.delimiter)
            if decoder is not None and (block := carried + self._wide(decoder, b"", final=True)):
                yield without_lost_text(self._ended(block), self.delimiter)

    def _ended(self, block: bytes) -> bytes:
        return block.replace(b"\r", b"\n") if self.has_carriage_returns_only else block

    def _wide(self, decoder: codecs.IncrementalDecoder, raw: bytes, final: bool = False) -> bytes:
        try:
            text = decoder.decode(raw, final)
        except UnicodeDecodeError as error:
            raise Refused("unknown_encoding", detail=f"UTF-16 编码在第 {self.lines + 1} 行之后损坏") from error
        return text.removeprefix("\ufeff").encode("utf-8", "replace")

    # From blocks to sound lines

    def _prepared(self, block: bytes) -> bytes:
        """The block without invisible characters, and without the lines of the head."""
        array = np.frombuffer(block, np.uint8)
        if may_hold_private_use(block, array):
            for n, line in enumerate(block.decode("utf-8", "replace").split("\n"), start=self._lines_before + 1):
                if found := PRIVATE_USE.search(line):
                    self.tally.add_private_use(f"文本第 {n} 行", found[0])
        self._lines_before += int(np.count_nonzero(array == 0x0A))
        if may_hold_invisible(block, array):
            is_marked = holds(block, DAMAGED)
            block, count = without_invisible(block.replace(DAMAGED, MARKED) if is_marked else block)
            self.tally.invisible += count
            block = block.replace(MARKED, DAMAGED) if is_marked else block
        if self._to_skip:
            ends = list(itertools.islice(LINE_END.finditer(block), self._to_skip))
            is_beyond = self._to_skip > len(ends)
            self._to_skip -= len(ends)
            block = b"" if is_beyond else block[ends[-1].end() :]
        return block

    def _sound_lines(self, block: bytes, is_last: bool) -> bytes:
        array = np.frombuffer(block, np.uint8)
        ends = _line_ends(block, array)
        if (not self.has_quotes or self._quotes_are_sound(array, ends)) and not holds(block, DAMAGED):
            count = len(ends) + bool(block and not _ends_with_line(block))
            self.passed += count
            self.lines += count
            return block
        return self._without_odd_lines(block, ends, is_last)

    def _quotes_are_sound(self, array: np.ndarray, ends: np.ndarray) -> bool:
        """Whether quotes stand only around whole cells of one line: the usual case, and cheap to prove."""
        quotes = np.flatnonzero(array == 0x22)
        if len(quotes) % 2:
            return False
        first, last = quotes[0::2], quotes[1::2]
        edges = np.frombuffer(f'{self.delimiter}"\r\n'.encode(), np.uint8)
        before = np.where(first > 0, array[first - 1], 0x0A)
        behind = np.where(last + 1 < len(array), array[np.minimum(last + 1, len(array) - 1)], 0x0A)
        return bool(
            np.isin(before, edges).all()
            and np.isin(behind, edges).all()
            and (np.searchsorted(ends, first) == np.searchsorted(ends, last)).all()
        )

    def _without_odd_lines(self, block: bytes, ends: np.ndarray, is_last: bool) -> bytes:
        """The lines that are records by themselves; the others go to ``odd``, with the lines that belong to them."""
        has_end = bool(block) and _ends_with_line(block)
        bounds = np.concatenate([[0], ends + 1, [] if has_end else [len(block)]]).astype(np.int32)
        lines = pa.Array.from_buffers(pa.string(), len(bounds) - 1, [None, pa.py_buffer(bounds), pa.py_buffer(block)])
        sound = pc.invert(pc.starts_with(lines, DAMAGED.decode()))
        if self.has_quotes:
            is_plain = pc.invert(pc.match_substring(lines, '"'))
            sound = pc.and_(sound, pc.or_(is_plain, pc.match_substring_regex(lines, self._sound_line)))
        odd = np.flatnonzero(~sound.to_numpy(zero_copy_only=False)).tolist()
        kept: list[bytes] = []
        at = 0  # the first line that is not dealt with
        while (place := bisect_left(odd, at)) < len(odd):
            number = odd[place]
            kept.append(self._kept(block, bounds, at, number))
            taken = self._set_apart(lines, number, is_last)
            if not taken:
                self._unfinished = block[bounds[number] :]
                return b"".join(kept)
            self.lines += taken
            at = number + taken
        kept.append(self._kept(block, bounds, at, len(lines)))
        return b"".join(kept)

    def _kept(self, block: bytes, bounds: np.ndarray, start: int, stop: int) -> bytes:
        self.passed += stop - start
        self.lines += stop - start
        return block[bounds[start] : bounds[stop]]

    def _set_apart(self, lines: pa.Array, number: int, is_last: bool) -> int:
        """Take one odd record out; returns of how many lines it is, 0 where it may end in the next block."""
        text = lines[number].as_py()
        if text.startswith(DAMAGED.decode()):
            verdict, _, text = text.removeprefix(DAMAGED.decode()).partition(";")
            self._odd(text.rstrip("\n"), verdict=verdict)
            return 1
        joined = text
        for last in range(number + 1, min(number + MOST_LINES_OF_A_RECORD, len(lines))):
            line = lines[last].as_py()
            if line.startswith(DAMAGED.decode()):
                break
            joined += line
            if '"' in line and self._sound_record.fullmatch(joined):
                cells = self._cells(joined)
                if len(cells) < self.width or self._swallows(lines, number, last):
                    break
                self._odd(joined.rstrip("\r\n"), cells=cells)
                return last - number + 1
        else:
            if number + MOST_LINES_OF_A_RECORD > len(lines) and not is_last:
                return 0
        where = f"文本第 {self.skipped_lines + self.lines + 1} 行"
        why = "引号没有闭合" if text.count('"') % 2 else "闭合的引号之后还有文字"
        self._odd(text.rstrip("\r\n"), verdict=f"damaged_quotes:{where},{why}")
        return 1

    def _swallows(self, lines: pa.Array, first: int, last: int) -> bool:
        """Whether a record of several lines holds lines that are records by themselves: a stray quote, and not a long text."""

        def is_whole(number: int) -> bool:
            cells = lines[number].as_py().rstrip("\r\n").split(self.delimiter)
            # A long text hardly holds as many delimiters as a wide table has; of a narrow one the cells must fit, too.
            return len(cells) == self.width and (self.width >= WIDE or self.is_record(cells))

        return any(map(is_whole, range(first + 1, last))) or (is_whole(last) and is_whole(first))

    def _cells(self, text: str) -> list[str]:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter))

    def _odd(self, text: str, cells: Sequence[str] | None = None, verdict: str | None = None) -> None:
        if verdict and len(self.odd) > max(TOLERATED_ODD_LINES, self.passed):
            raise Refused("bad_structure", detail=f"已有 {len(self.odd)} 行损坏,首先是{verdict.partition(':')[2]}")
        self.odd.append(OddLine(self.passed, text, cells, verdict))


def _line_ends(block: bytes, array: np.ndarray) -> np.ndarray:
    """Where the lines of a block end: line feeds, and carriage returns that stand alone."""
    ends = np.flatnonzero(array == 0x0A)
    if b"\r" not in block:
        return ends
    returns = np.flatnonzero(array == 0x0D)
    behind = np.where(returns + 1 < len(array), array[np.minimum(returns + 1, len(array) - 1)], 0)
    alone = returns[behind != 0x0A]
    return np.sort(np.concatenate([ends, alone])) if len(alone) else ends


def _ends_with_line(block: bytes) -> bool:
    return block.endswith((b"\n", b"\r"))
