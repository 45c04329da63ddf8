"""Put a file into the drop as a person would: its line in received.csv, then the file, under a name that nobody has yet."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dagster_project.contracts import Contract
from dagster_project.formula_safe import safe
from dagster_project.hashing import sha256_of
from dagster_project.ingestion.answering import layouts_of
from dagster_project.ingestion.file_names import folded
from dagster_project.ingestion.hand_kept import columns_of, decoded_lines, header_place, missing_columns
from dagster_project.ingestion.receipts import HEADERS, RECEIVED_FILE, REQUIRED, read_receipts
from dagster_project.on_disk import sync, turn_at, write_whole
from dagster_project.private_files import PRIVATE_FILE, PRIVATE_FOLDER

LOCK = ".hand_in.lock"
MOST_NAMES = 500
"""Names that are tried before a department is told that there are too many files of that name."""


class HandInFault(ValueError):
    """A file that cannot be handed in; the message says why and what to do."""


@dataclass(frozen=True)
class Line:
    """What received.csv is to say of a file.

    ``confirmed`` is the code of a held file that was looked at, ``rows`` the number of rows that its sender confirmed.
    """

    department: str
    period: str
    received_at: str
    confirmed: str = ""
    rows: str = ""


def hand_in(
    source: Path, sha256: str, wanted: str, line: Line, raw_dir: Path, desk_dir: Path, contract: Contract | None
) -> str:
    """Hand a file in; returns its path below the drop. A kill at any moment leaves the file whole and registered, or not there.

    Args:
        source: the file.
        sha256: of the bytes that were answered; other bytes are not handed in.
        wanted: the path below the drop that a layout of its contract claims.
        line: what is registered.
        raw_dir: the drop.
        desk_dir: holds the lock.
        contract: whose layouts the path must go on fitting; None for an answer, which may lie anywhere.

    Raises:
        HandInFault: the bytes are others, the drop is not there, or its received.csv cannot be continued.
        OSError: the drop cannot be written.
    """
    if not raw_dir.is_dir():
        raise HandInFault("报送文件夹不在;请通知数据管理员检查共享是否连通")
    desk_dir.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    with turn_at(desk_dir / LOCK):  # one hand-in after another, also of two desks
        folder = raw_dir / PurePosixPath(wanted).parent
        folder.mkdir(parents=True, exist_ok=True)
        if not folder.resolve().is_relative_to(raw_dir.resolve()):
            raise HandInFault("报送文件夹中的链接指向别处;请通知数据管理员")
        waiting = folder / f".{os.urandom(8).hex()}.desk"  # names that begin with a dot are not read by the night
        try:
            shutil.copyfile(source, waiting)
            if sha256_of(waiting) != sha256:
                raise HandInFault("文件与试读时不同;请重新上传")
            waiting.chmod(PRIVATE_FILE | 0o040)
            sync(waiting)
            return _in_place(waiting, wanted, line, raw_dir, contract)
        finally:
            waiting.unlink(missing_ok=True)


def _in_place(waiting: Path, wanted: str, line: Line, raw_dir: Path, contract: Contract | None) -> str:
    taken = _registered(raw_dir) | {folded(path.name) for path in waiting.parent.iterdir()}
    for name in candidates(wanted, line.department, contract):
        if folded(name) in taken or folded(PurePosixPath(name).name) in taken:
            continue
        before = _register(raw_dir, name, line)
        try:
            os.link(waiting, raw_dir / name)
        except FileExistsError:  # put there by hand just now
            _take_back(raw_dir, before)
            continue
        except OSError:
            _take_back(raw_dir, before)
            raise
        sync((raw_dir / name).parent)
        return name
    raise HandInFault("报送文件夹中同名的文件太多;请给文件改名后再上传")


def candidates(wanted: str, department: str, contract: Contract | None) -> Iterator[str]:
    """Names of a file in the drop, the wanted one first, all claimed by the contract's layouts that claim the wanted one."""
    path = PurePosixPath(wanted)
    layouts = layouts_of(contract, wanted) if contract else None
    for number in range(1, MOST_NAMES):
        for stem in _stems(path.stem, department, number):
            name = str(path.with_name(f"{stem}{path.suffix}"))
            if contract is None or layouts_of(contract, name) == layouts:
                yield name


def _stems(stem: str, department: str, number: int) -> list[str]:
    if number == 1:
        return [stem]
    mark = f"{department}_{number}"
    return [f"{stem}_{mark}", f"{mark}_{stem}"]


def _registered(raw_dir: Path) -> set[str]:
    """Names that received.csv has a line about, whether or not their files are there: two lines about one file are a fault."""
    path = raw_dir / RECEIVED_FILE
    if not path.is_file():
        return set()
    lines = decoded_lines(path.read_bytes())
    head = header_place(lines)
    places, delimiter = columns_of(lines[head], HEADERS) if lines else ({}, ",")
    found = set()
    for text in lines[head + 1 :]:
        with contextlib.suppress(csv.Error, IndexError, KeyError):
            found.add(folded(next(csv.reader([text], delimiter=delimiter))[places["file"]]))
    return found


def _register(raw_dir: Path, name: str, line: Line) -> bytes | None:
    """Add a line to received.csv, in its own columns, delimiter and encoding; returns what it held before, None where it was not there."""
    path = raw_dir / RECEIVED_FILE
    before = path.read_bytes() if path.is_file() else None
    cells = {"file": name, "department": line.department, "period": line.period, "received_at": line.received_at,
             "confirmed": line.confirmed, "rows": line.rows}  # fmt: skip
    fresh = _continued(before or b"", {key: value for key, value in cells.items() if value})
    write_whole(path, fresh)
    if before is None:
        path.chmod(0o660)
    known = read_receipts(raw_dir, [name]).by_file.get(name)
    said = (known.department_code, known.period, known.confirmed) if known else None
    if said != (line.department, line.period, line.confirmed):
        _take_back(raw_dir, before)
        raise HandInFault(f"{RECEIVED_FILE} 不能续写;请数据管理员核对它的表头和编码")
    return before


def _take_back(raw_dir: Path, before: bytes | None) -> None:
    if before is None:
        (raw_dir / RECEIVED_FILE).unlink(missing_ok=True)
    else:
        write_whole(raw_dir / RECEIVED_FILE, before)


def _continued(before: bytes, cells: Mapping[str, str]) -> bytes:
    """The bytes of received.csv with one line more; a column that it lacks is added to its header."""
    encoding = _encoding(before)
    text = before.decode(encoding) if before else ",".join(REQUIRED) + "\r\n"
    end = "\r\n" if "\r\n" in text else "\n"
    lines = [each for each in re.split(r"\r\n|\r|\n", text)]
    head = header_place(lines)
    places, delimiter = columns_of(lines[head], HEADERS)
    if missing := missing_columns(lines[head], places, HEADERS, REQUIRED):
        raise HandInFault(f"{RECEIVED_FILE}:{missing}")
    width = lines[head].count(delimiter) + 1
    for name in [each for each in cells if each not in places]:
        lines[head] += delimiter + (
            name if lines[head].isascii() else next(n for n in HEADERS[name] if not n.isascii())
        )
        places[name], width = width, width + 1
    row = [""] * width
    for name, value in cells.items():
        row[places[name]] = str(safe(value))
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="").writerow(row)
    while lines and not lines[-1]:
        lines.pop()
    return (end.join([*lines, stream.getvalue()]) + end).encode(encoding)


def _encoding(content: bytes) -> str:
    """The encoding of received.csv as a whole."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise HandInFault(f"{RECEIVED_FILE} 的编码无法识别;请数据管理员另存为 UTF-8")
