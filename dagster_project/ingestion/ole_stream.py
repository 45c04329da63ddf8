"""One stream out of an OLE compound file (the shell of xls workbooks and of encrypted ones)."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from dagster_project.ingestion.rules import Refused

ENTRY_BYTES = 128
STREAM, ROOT = 2, 5
LAST_SECTOR, END_OF_CHAIN = 0xFFFFFFFA, 0xFFFFFFFE
"""Sector numbers from here on are marks, such as the end of a chain."""


class OleFile:
    """A compound file that is held in memory.

    Raises:
        Refused: its directory is damaged.
    """

    def __init__(self, content: bytes):
        self.content = content
        try:
            self._read_directory()
        except (struct.error, IndexError, ValueError) as error:
            raise Refused("damaged_workbook", detail="文件的目录有误,多半是没有传完") from error

    def _read_directory(self) -> None:
        shift, mini_shift = struct.unpack_from("<HH", self.content, 30)
        if shift not in (9, 12) or mini_shift > shift:
            raise ValueError("sector size")
        self.sector, self.mini_sector = 1 << shift, 1 << mini_shift
        fat_sectors, start = struct.unpack_from("<II", self.content, 44)
        self.cutoff, mini_start, _, more, more_count = struct.unpack_from("<IIIII", self.content, 56)
        tables = list(struct.unpack_from("<109I", self.content, 76))
        for _ in range(min(more_count, len(self.content) // self.sector)):
            *numbers, more = self._numbers([more])
            tables += numbers
        self.table = self._numbers(tables[:fat_sectors])
        self.mini_table = self._numbers(self._chain(mini_start, self.table))
        directory = b"".join(map(self._sector, self._chain(start, self.table)))
        self.entries: dict[str, tuple[int, int]] = {}
        self.mini_stream = b""
        for place in range(0, len(directory) - ENTRY_BYTES + 1, ENTRY_BYTES):
            length, kind = struct.unpack_from("<HB", directory, place + 64)
            first, size = struct.unpack_from("<II", directory, place + 116)
            name = directory[place : place + max(length - 2, 0)].decode("utf-16-le", "replace")
            if kind == ROOT:
                self.mini_stream = b"".join(map(self._sector, self._chain(first, self.table)))
            elif kind == STREAM:
                self.entries[name.lower()] = (first, size)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.sector
        if start >= len(self.content):
            raise ValueError("sector beyond the end")
        return self.content[start : start + self.sector]

    def _numbers(self, sectors: Iterable[int]) -> list[int]:
        joined = b"".join(self._sector(number) for number in sectors if number < LAST_SECTOR)
        return list(struct.unpack(f"<{len(joined) // 4}I", joined[: len(joined) // 4 * 4]))

    def _chain(self, first: int, table: list[int]) -> list[int]:
        chain = []
        while first < LAST_SECTOR:
            chain.append(first)
            first = table[first]
            if len(chain) > len(table):
                raise ValueError("sectors in a circle")
        if chain and first != END_OF_CHAIN:
            raise ValueError("a chain without its end")
        return chain

    def stream(self, *names: str) -> bytes | None:
        """The first stream that has one of these names, in any case.

        Raises:
            Refused: the file ends before the stream does.
        """
        found = next((self.entries[name.lower()] for name in names if name.lower() in self.entries), None)
        if found is None:
            return None
        first, size = found
        try:
            is_large = size >= self.cutoff
            chain = self._chain(first, self.table if is_large else self.mini_table)
            width, held = self.mini_sector, self.mini_stream
            pieces = map(self._sector, chain) if is_large else (held[n * width : (n + 1) * width] for n in chain)
            content = b"".join(pieces)
        except (IndexError, ValueError) as error:
            raise Refused("damaged_workbook", detail="文件没有传完,或内部的链有误") from error
        if len(content) < size:
            raise Refused("damaged_workbook", detail="文件没有传完")
        if len(chain) > -(-size // (self.sector if is_large else width)):
            raise Refused("damaged_workbook", detail="内部的链比内容长")
        return content[:size]
