"""The parts of a zipped workbook: found by any spelling of their names, inflated once, in bounded memory, and proved by checksum."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import unquote

from lxml import etree

from dagster_project.ingestion.limits import MEGABYTE, in_force
from dagster_project.ingestion.rules import Refused

PIECE_BYTES = 256 * 1024
SUSPECT_BYTES = 32 * 1024 * 1024
SUSPECT_RATIO = 200
"""Sheets of real ledgers shrink to a fifth or a thirtieth; a bomb to a thousandth."""
LOCAL_HEADER = 30
ENCRYPTED_FLAG = 0x1
MAIN_PART = "xl/workbook.xml"
"""Where nearly every program puts it."""


class ZipParts:
    """The parts of an open zip. What its directory claims about sizes is not believed: bytes are counted as they come."""

    def __init__(self, stream: BinaryIO):
        self.stream = stream
        self.inflated = self.taken = 0
        try:
            self.entries = zipfile.ZipFile(stream).infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, IndexError) as error:
            raise Refused("damaged_workbook", detail="压缩包的目录缺失,多半是没有传完") from error
        self.by_name = {plain_name(entry.filename): entry for entry in self.entries}

    def __contains__(self, name: str) -> bool:
        return plain_name(name) in self.by_name

    def read(self, name: str) -> bytes:
        """A whole part.

        Raises:
            Refused: it is missing, damaged, encrypted or too big.
        """
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part, piece by piece; its checksum is proved behind the last one.

        Raises:
            Refused: it is missing, damaged, encrypted or too big.
        """
        entry = self.by_name.get(plain_name(name))
        if entry is None:
            raise Refused("damaged_workbook", detail=f"缺少部件“{name}”")
        if entry.flag_bits & ENCRYPTED_FLAG:
            raise Refused("encrypted_workbook")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("damaged_workbook", detail="压缩方式不认识")
        checksum, size = 0, 0
        try:
            for piece in self._inflate(entry, name):
                size += len(piece)
                self._bound(len(piece), size)
                checksum = zlib.crc32(piece, checksum)
                yield piece
        except (zlib.error, OSError, ValueError) as error:
            raise Refused("damaged_workbook", detail=f"部件“{name}”解压出错") from error
        if checksum != entry.CRC:
            raise Refused("damaged_workbook", detail=f"部件“{name}”与校验和不符,内容已被改动或没有传完")

    def _inflate(self, entry: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
        self.stream.seek(entry.header_offset)
        header = self.stream.read(LOCAL_HEADER)
        if len(header) < LOCAL_HEADER or header[:4] != b"PK\x03\x04":
            raise Refused("damaged_workbook", detail=f"部件“{name}”不在目录所说的位置")
        self.stream.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
        left = entry.compress_size
        engine = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
        while left > 0 and (packed := self.stream.read(min(left, PIECE_BYTES))):
            left -= len(packed)
            while packed and engine:
                piece = engine.decompress(packed, PIECE_BYTES)
                packed = engine.unconsumed_tail
                self.taken = entry.compress_size - left - len(packed)
                yield piece
            if packed:
                self.taken = entry.compress_size - left
                yield packed
        if left > 0 or (engine and not engine.eof):
            raise Refused("damaged_workbook", detail=f"部件“{name}”没有传完")

    def _bound(self, more: int, size: int) -> None:
        self.inflated += more
        is_bomb = size > SUSPECT_BYTES and size > SUSPECT_RATIO * self.taken
        if is_bomb or self.inflated > in_force().inflated_mb * MEGABYTE:
            raise Refused("oversized_workbook", detail=f"解压后超过 {self.inflated // 2**20} MB")


def plain_name(name: str) -> str:
    """The name of a part in one spelling: some programs write backslashes, a leading slash, or capitals."""
    return name.replace("\\", "/").lstrip("/").lower()


def part_links(parts: ZipParts, part: str) -> dict[str, tuple[str, str]]:
    """What a part points to, by id: the kind in one word, and the full name of the target."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in parts:
        return {}
    links = {}
    for link in part_xml(parts, rels).iterfind("{*}Relationship"):
        target = unquote(link.get("Target", "")).replace("\\", "/")
        full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        links[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], full)
    return links


def main_part(parts: ZipParts) -> str:
    """The name of the part that lists the sheets."""
    return next((target for of, target in part_links(parts, "").values() if of == "officeDocument"), MAIN_PART)


def part_xml(parts: ZipParts, name: str) -> etree._Element:
    """The root of a small XML part."""
    return parsed_xml(parts.read(name), name)


def parsed_xml(content: bytes, name: str) -> etree._Element:
    """The root of a small XML part that was read already; ``name`` is for the message."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Refused("damaged_workbook", detail=f"部件“{name}”的写法有误") from error
