"""received.csv: who handed a file in, for which period, and when."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.ingestion.file_names import LEAVES_ZH, folded, leaves, plain, shown
from dagster_project.ingestion.hand_kept import BLANK, columns_of, decoded_lines, missing_columns
from dagster_project.ingestion.periods import local_iso, period_in_name
from dagster_project.ingestion.receipt import LineFault, Receipt, read_receipt
from dagster_project.ingestion.unread import DropError, Unread

RECEIVED_FILE = "received.csv"
SHOWN_WITHOUT_FILE = 10
"""So many lines that match no file are told one by one; hundreds mean that files were tidied away or a folder is missing."""
HEADERS = {
    "file": ("file", "文件", "文件名", "文件名称", "文件路径"),
    "department": ("department", "部门", "部门编码", "部门代码", "报送部门", "单位", "单位编码", "预算单位"),
    "period": ("period", "期间", "所属期间", "报送期间", "所属期"),
    "received_at": ("received_at", "收到时间", "收件时间", "接收时间", "报送时间"),
    "rows": ("rows", "records", "行数", "明细行数", "条数", "记录数", "笔数"),
    "total": ("total", "control_total", "金额合计", "合计金额", "合计", "控制总数"),
    "replaces": ("replaces", "替换", "替换文件", "替代文件"),
    "confirmed": ("confirmed", "确认", "确认码"),
    "withdrawn": ("withdrawn", "撤回", "撤回时间", "是否撤回"),
    "reason": ("reason", "原因", "撤回原因", "说明", "备注"),
}
"""The columns and what their headers may be called."""
REQUIRED = ("file", "department", "period", "received_at")
DAMAGED = "\ufffd"
"""Stands for bytes that are no character in any of the encodings."""


@dataclass(frozen=True)
class Line:
    """One line of received.csv: the file it is about, and its receipt, or what is wrong with it."""

    number: int
    file: str
    receipt: Receipt | None
    fault: str = ""


@dataclass(frozen=True)
class Receipts:
    """What received.csv says of the files of a drop.

    ``by_file`` holds the receipt of each file by its name; ``faults`` why the line of a file cannot be used; ``notes``
    what is to be told of lines that are about no file.
    """

    by_file: Mapping[str, Receipt] = field(default_factory=dict)
    faults: Mapping[str, Unread] = field(default_factory=dict)
    notes: tuple[Unread, ...] = ()


def read_receipts(
    raw_dir: Path, names: Iterable[str], known: Iterable[str] = (), now: dt.datetime | None = None
) -> Receipts:
    """What received.csv says of the files of these names; nothing where the drop has none.

    A faulty line concerns its own file only.

    Args:
        raw_dir: the drop.
        names: of its files.
        known: names of files that lay there once: a line about one of them is no mistake.
        now: no file can have been received later.

    Raises:
        DropError: a column is missing.
    """
    paths = [path for path in raw_dir.iterdir() if path.name.casefold() == RECEIVED_FILE and path.is_file()]
    if outside := [path.name for path in paths if leaves(path, raw_dir)]:
        raise DropError(f"{outside[0]}: {LEAVES_ZH};请把收件登记本身放入报送文件夹")
    if len(paths) > 1:
        raise DropError(
            f"{'、'.join(sorted(path.name for path in paths))}: 只能有一份收件登记,请合并为 {RECEIVED_FILE}"
        )
    if not paths:
        return Receipts()
    lines = _lines(paths[0].read_bytes(), now or dt.datetime.now().astimezone())
    return _assigned(lines, list(names), list(known))


def _alike(names: Iterable[str]) -> dict[str, list[str]]:
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(folded(name), []).append(name)
    return alike


def _assigned(lines: Iterable[Line], names: list[str], known: list[str]) -> Receipts:
    """Find the file of each line: its very name, or the one name that people would take for the same."""
    exact, alike = {*names, *known}, _alike(names)
    alike_before = _alike(set(known) - set(names))
    by_file: dict[str, Line] = {}
    faults: dict[str, Unread] = {}
    notes: list[Unread] = []
    without_file: list[int] = []
    for line in lines:
        place = f"{RECEIVED_FILE} 第 {line.number} 行"
        said = folded(line.file)
        targets = [line.file] if line.file in exact else _meant(said, alike) or _meant(said, alike_before)
        if len(set(targets)) != 1:
            why = line.fault or ("有几个文件名相近,分不清是哪一个" if targets else "没有这个文件")
            if not (line.fault or targets):
                without_file.append(line.number)
                if len(without_file) > SHOWN_WITHOUT_FILE:
                    continue
            notes.append(Unread(place, f"“{shown(line.file)}”{why}", "请核对文件路径(相对于原始数据文件夹)"))
            continue
        name, earlier = targets[0], by_file.get(targets[0])
        if line.fault:
            faults[name] = Unread(name, f"{place}:{line.fault}", f"请更正 {RECEIVED_FILE} 该行")
        elif earlier is not None and earlier.receipt != line.receipt:
            why = f"{RECEIVED_FILE} 第 {earlier.number} 行和第 {line.number} 行都登记了这个文件,内容不同"
            faults[name] = Unread(name, why, "请只保留正确的一行")
        by_file[name] = line
    if more := without_file[SHOWN_WITHOUT_FILE:]:
        place = f"{RECEIVED_FILE} 另有 {len(more):,} 行(第 {more[0]} 至 {more[-1]} 行之间)"
        notes.append(Unread(place, "也没有对应的文件", "请核对报送文件夹是否完整,或删除不再需要的行"))
    good = {name: line.receipt for name, line in by_file.items() if name not in faults and line.receipt is not None}
    return Receipts(good, faults, tuple(notes))


def _meant(said: str, alike: Mapping[str, list[str]]) -> list[str]:
    """The files that a path may mean: of that path, or, where there is none, those of which it is the name or the whole path."""
    if said in alike or not said:
        return alike.get(said, [])
    return [
        name
        for path, names in alike.items()
        if path.endswith(f"/{said}") or said.endswith(f"/{path}")
        for name in names
    ]


def _lines(content: bytes, now: dt.datetime) -> Iterator[Line]:
    """Every line below the header, each judged by itself: a quote that never closes ends with its line.

    Raises:
        DropError: a required column is missing.
    """
    texts = [text.strip("\r\n\x1a\ufeff") for text in decoded_lines(content)]
    numbered = [(number, text) for number, text in enumerate(texts, start=1) if text.strip(BLANK)]
    if not numbered:
        return
    places, delimiter = columns_of(numbered[0][1], HEADERS)
    if missing := missing_columns(numbered[0][1], places, HEADERS, REQUIRED):
        raise DropError(f"{RECEIVED_FILE}: {missing}")
    width = numbered[0][1].count(delimiter) + 1
    for number, text in numbered[1:]:
        try:
            cells = next(csv.reader([text], delimiter=delimiter, strict=True))
        except csv.Error:
            first = text.split(delimiter)[places["file"]] if text.count(delimiter) >= places["file"] else text
            yield Line(number, first.strip(' "'), None, "引号没有成对")
            continue
        values = {name: plain(cells[at]).strip() if at < len(cells) else "" for name, at in places.items()}
        file = cells[places["file"]].strip().lstrip("'") if places["file"] < len(cells) else ""
        name = re.sub(r"^(\./)+", "", re.sub(r"[\\/]+", "/", file))
        if DAMAGED in text or any(cell.strip() for cell in cells[width:]):
            yield Line(number, name, None, "该行的编码无法识别" if DAMAGED in text else "该行的单元格多于表头")
            continue
        try:
            yield Line(number, name, read_receipt(values, now))
        except LineFault as fault:
            yield Line(number, name, None, str(fault))


def receipt_for(name: str, receipts: Mapping[str, Receipt], department_code: str, now: dt.datetime) -> Receipt:
    """The receipt of a file; without one, the default department, the period its name states, and the moment of landing.

    Raises:
        DropError: neither received.csv nor the name states a period.
    """
    return receipts.get(name) or Receipt(department_code, period_in_name(name), local_iso(now), is_registered=False)
