"""The files of a pack: read from a folder or a zip, and held against the manifest of their hashes."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import error as ZlibError

if TYPE_CHECKING:
    from dagster_project.reporting.pack.verifier.numbers import Table

MANIFEST = "MANIFEST.sha256"
SEAL = "# sha256 of the lines above: "
GUARD = "'"


class Broken(Exception):
    """The pack cannot be read; the message names the file."""


class Pack:
    """The files of a pack: in a folder, in a zip, or at hand by their names."""

    def __init__(self, place: Path | dict[str, bytes]) -> None:
        self._zip: zipfile.ZipFile | None = None
        self._contents = place if isinstance(place, dict) else None
        self._tables: dict[str, Table] = {}
        if isinstance(place, dict):
            self.names = sorted(place)
            return
        self.place = place
        if place.is_dir():
            self.names = sorted(p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file())
            return
        try:
            self._zip = zipfile.ZipFile(str(place))
        except (OSError, zipfile.BadZipFile) as error:
            raise Broken(f"{place.name}:打不开这个压缩包({error})") from error
        self.names = sorted(name for name in self._zip.namelist() if not name.endswith("/"))

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        try:
            if self._contents is not None:
                return self._contents[name]
            return (self.place / name).read_bytes() if self._zip is None else self._zip.read(name)
        except (OSError, KeyError, zipfile.BadZipFile, ZlibError, NotImplementedError, RuntimeError, EOFError) as error:
            raise Broken(f"{name}:读不出来({error})") from error

    def table(self, name: str) -> Table:
        """The rows of a CSV file; the mark that keeps spreadsheets from taking a text for a formula is taken off."""
        if name not in self._tables:
            text = self.read(name).decode("utf-8-sig")
            rows = csv.DictReader(io.StringIO(text, newline=""))
            try:
                self._tables[name] = [
                    {key: value[1:] if value[:1] == GUARD else value for key, value in row.items()} for row in rows
                ]
            except (AttributeError, csv.Error) as error:
                raise Broken(f"{name}:有一行的列数与表头不同,或引号有误") from error
        return self._tables[name]

    def indicator_folders(self) -> list[str]:
        """The folder of each indicator."""
        return [name[: -len("/rows.csv")] for name in self.names if name.endswith("/rows.csv")]


def changed_files(pack: Pack) -> list[str]:
    """What is wrong with the files of a pack, each named; empty where every byte is as it was.

    The manifest seals itself with its last line, so a change of the manifest is told as such and not as one of other files.
    """
    if MANIFEST not in pack.names:
        return [f"{MANIFEST}:清单不在"]
    try:
        content = pack.read(MANIFEST)
    except Broken as error:
        return [str(error)]
    body, mark, seal = content.rpartition(SEAL.encode("ascii"))
    if not mark or seal != (hashlib.sha256(body).hexdigest() + "\n").encode("ascii"):
        return [f"{MANIFEST}:清单本身被改动"]
    expected = {}
    for line in body.decode("utf-8").splitlines():
        digest, name = line.split("  ", 1)
        expected[name] = digest
    wrong = []
    for name in sorted(expected):
        if name not in pack.names:
            wrong.append(f"{name}:文件不在")
            continue
        try:
            if hashlib.sha256(pack.read(name)).hexdigest() != expected[name]:
                wrong.append(f"{name}:内容被改动")
        except Broken as error:
            wrong.append(str(error))
    return wrong + [f"{name}:清单之外的文件" for name in pack.names if name not in expected and name != MANIFEST]
