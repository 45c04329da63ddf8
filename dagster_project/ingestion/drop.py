"""The drop folder: which file belongs to which ledger, who handed it in, for which period, and when."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dagster_project.contracts import Contract, FileLayout

RECEIVED_FILE = "received.csv"
NOT_LEDGERS = {RECEIVED_FILE, "SOURCES.md"}
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


class DropError(ValueError):
    """The drop folder or its received.csv cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Receipt:
    """Who handed a file in, for which period (``2023``, ``2023-06``, ``2023H1``, ``2023Q4``), and when (ISO 8601)."""

    department_code: str
    period: str
    received_at: str

    @property
    def fiscal_year(self) -> int:
        """The year the period belongs to."""
        return int(self.period[:4])


@dataclass(frozen=True)
class DroppedFile:
    """A file of the drop, with the contract and the layout that claim it; ``name`` is its path below the drop."""

    path: Path
    name: str
    contract: Contract
    layout: FileLayout

    @property
    def layouts(self) -> tuple[FileLayout, ...]:
        return (self.layout,)


def scan_drop(raw_dir: Path, contracts: Mapping[str, Contract]) -> tuple[list[DroppedFile], list[str]]:
    """The files that contracts claim, in order of ledger and name, and the names of those that none does."""
    if not raw_dir.is_dir():
        raise DropError(f"找不到原始数据文件夹 {raw_dir};请检查 JIXIAO_RAW_DIR")
    claimed: list[DroppedFile] = []
    for contract in contracts.values():
        for layout in contract.files:
            for path in sorted(raw_dir.glob(layout.pattern)):
                if _is_ledger_file(path):
                    claimed.append(DroppedFile(path, path.relative_to(raw_dir).as_posix(), contract, layout))
    names = {file.name for file in claimed}
    everything = (path for path in sorted(raw_dir.rglob("*")) if _is_ledger_file(path))
    return claimed, [name for path in everything if (name := path.relative_to(raw_dir).as_posix()) not in names]


def _is_ledger_file(path: Path) -> bool:
    return path.is_file() and path.name not in NOT_LEDGERS and not path.name.startswith((".", "~$"))


def read_receipts(raw_dir: Path) -> dict[str, Receipt]:
    """What received.csv says of each file; empty where the drop has none.

    Raises:
        DropError: a column is missing, or a period or time cannot be read; names the line.
    """
    path = raw_dir / RECEIVED_FILE
    if not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DropError(f"{RECEIVED_FILE}: 不是 UTF-8 编码,请另存为 UTF-8") from error
    receipts: dict[str, Receipt] = {}
    with io.StringIO(text, newline="") as stream:
        reader = csv.DictReader(stream, restval="")
        missing = {"file", "department", "period", "received_at"} - set(reader.fieldnames or ())
        if missing:
            raise DropError(f"{RECEIVED_FILE}: 缺少列 {'、'.join(sorted(missing))}")
        for row in reader:
            if not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])|H[12]|Q[1-4])?", row["period"]):
                raise DropError(
                    f"{RECEIVED_FILE} 第 {reader.line_num} 行:期间“{row['period']}”应如 2023、2023-06、2023H1、2023Q4"
                )
            receipts[row["file"]] = Receipt(
                row["department"], row["period"], _local_time(row["received_at"], reader.line_num)
            )
    return receipts


def _local_time(text: str, line: int) -> str:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise DropError(f"{RECEIVED_FILE} 第 {line} 行:时间“{text}”应如 2023-07-03T09:12:00+08:00") from error
    return local_iso(moment)


def local_iso(moment: dt.datetime) -> str:
    """A moment in Asia/Shanghai as ISO text without an offset, to the microsecond; naive moments are taken as local."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(SHANGHAI)
    return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def receipt_for(name: str, receipts: Mapping[str, Receipt], department_code: str, now: dt.datetime) -> Receipt:
    """The receipt of a file; without one, the default department, the period its name states, and the moment of landing."""
    return receipts.get(name) or Receipt(department_code, period_in_name(name), local_iso(now))


def period_in_name(name: str) -> str:
    """The period that a file name or its year folder states.

    Raises:
        DropError: neither states a year.
    """
    stem = Path(name).stem
    if match := re.search(r"(20\d\d)[-_.年]?(0[1-9]|1[0-2])(?!\d)月?|(20\d\d)年([1-9])月", stem):
        year, month = match.group(1) or match.group(3), match.group(2) or match.group(4)
        return f"{year}-{int(month):02d}"
    if match := re.search(r"(20\d\d)年?第?([一二三四1-4])季度|(20\d\d)Q([1-4])", stem):
        year, quarter = match.group(1) or match.group(3), match.group(2) or match.group(4)
        return f"{year}Q{QUARTERS.get(quarter, quarter)}"
    if match := re.search(r"(20\d\d)年?(上|下)半年|(20\d\d)H([12])", stem):
        year, half = match.group(1) or match.group(3), match.group(4) or {"上": "1", "下": "2"}[match.group(2)]
        return f"{year}H{half}"
    if match := re.search(r"(20\d\d)", stem) or re.search(r"(?:^|/)(20\d\d)(?=/)", name):
        return match.group(1)
    raise DropError(f"{name}: 文件名和文件夹都没有写明年度,请在 {RECEIVED_FILE} 中登记期间")
