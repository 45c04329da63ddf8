"""The whole answer on one file before it is handed in: it is really landed, but in a folder that is gone afterwards."""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from dagster_project.contracts import Contract, load_contracts
from dagster_project.drafting.answer import Answer, read_answer
from dagster_project.drafting.beside_what_counts import beside_what_counts
from dagster_project.drafting.find_table import find_table, half_width, unit_in_header
from dagster_project.drafting.open_any import open_any
from dagster_project.drafting.opened import CannotOpen
from dagster_project.ingestion.landing import land_drop
from dagster_project.ingestion.periods import period_in_name
from dagster_project.ingestion.receipts import RECEIVED_FILE
from dagster_project.ingestion.unread import DropError
from dagster_project.private_files import keep_private, work_folder
from dagster_project.settings import Settings

PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2])|H[12]|Q[1-4])?")
FITS = 0.5
"""Part of the mandatory headers that must be there for a ledger to be worth trying."""


class CheckError(ValueError):
    """A request that cannot be carried out; the message says why, in Chinese."""


@dataclass
class Checked:
    """What was found: one answer for each ledger that was tried, and why these were."""

    path: Path
    period: str
    answers: list[Answer]
    why: str
    notes: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether some ledger took the file, nothing was rejected or refused, and it would not be held."""
        return bool(self.answers) and all(answer.is_clean for answer in self.answers)


def check_file(path: Path, settings: Settings, ledger: str = "", department: str = "", period: str = "") -> Checked:
    """Land one file into a temporary folder and say what came of it.

    Args:
        path: the file, in the drop or anywhere else.
        settings: where contracts lie, and the department of files that name none.
        ledger: its ledger; without it, those whose pattern or header fits are tried.
        department: who hands it in.
        period: such as ``2023``, ``2023-06``, ``2023H1``, ``2023Q4``; without it, what the name of the file states.

    Raises:
        CheckError: there is no such file, ledger or period, or no ledger fits.
        ContractError: a contract is faulty.
    """
    if not path.is_file():
        raise CheckError(f"没有文件 {path}")
    contracts = load_contracts(settings.contracts_dir)
    if ledger and ledger not in contracts:
        raise CheckError(f"没有台账 {ledger} 的约定;已有:{'、'.join(contracts)}")
    if period and not PERIOD.fullmatch(period):
        raise CheckError(f"期间“{period}”应如 2023、2023-06、2023H1、2023Q4")
    notes: list[str] = []
    period = period or _period(path, notes)
    if ledger:
        names, why = [ledger], f"按指定的台账 {ledger}"
    else:
        names, why = fitting_ledgers(path, settings.raw_dir, contracts)
    if not names:
        raise CheckError(why)
    answers = [
        _land_once(path, contracts[name], contracts, department or settings.department_code, period, notes, settings)
        for name in names
    ]
    return Checked(path, period, answers, why, notes)


def _period(path: Path, notes: list[str]) -> str:
    try:
        return period_in_name("/".join(path.parts[-3:]))
    except DropError:
        year = str(dt.date.today().year)
        notes.append(f"文件名和文件夹都没有写明年度,按 {year} 年试读;请用 --period 写明期间")
        return year


def fitting_ledgers(path: Path, raw_dir: Path, contracts: Mapping[str, Contract]) -> tuple[list[str], str]:
    """The ledgers to try and why: those whose pattern claims the file in the drop, else those whose header it has."""
    place = path.resolve()
    if place.is_relative_to(raw_dir.resolve()):
        name = place.relative_to(raw_dir.resolve())
        claimed = [
            key for key, contract in contracts.items() if any(name.match(layout.pattern) for layout in contract.files)
        ]
        if claimed:
            return claimed, f"文件在 {raw_dir.name} 中的位置符合约定:{'、'.join(claimed)}"
    try:
        seen = _headers(path)
    except CannotOpen as error:
        return [], f"{path.name}:{error}"
    shares = {key: share for key, contract in contracts.items() if (share := _share(contract, seen)) >= FITS}
    whole = [key for key, share in shares.items() if share == 1]
    if whole:
        most = {key: _known(contracts[key], seen) for key in whole}
        # Of ledgers on the same sheet only the one that knows most headers is meant.
        best = [
            key
            for key in whole
            if not any(_is_within(contracts[key], contracts[o], seen) and most[o] > most[key] for o in whole)
        ]
        return best, f"表头齐全的台账:{'、'.join(best)}"
    if shares:
        best_one = max(shares, key=lambda key: (shares[key], _known(contracts[key], seen)))
        return [best_one], f"没有表头齐全的台账;最接近的是 {best_one}(必填表头有 {shares[best_one]:.0%})"
    return [], f"{path.name}:表头不像任何现有台账;请用 jixiao draft 起草约定,或用 --ledger 指定"


def _headers(path: Path) -> list[set[str]]:
    """The header texts of each table of a file, also without their unit."""
    tables = []
    for sheet in open_any(path).sheets:
        if (table := find_table(sheet)) is not None:
            texts = {half_width(text) for text in (*table.texts, *table.labels) if text}
            texts |= {half_width(text)[: -len(unit) - 2] for text in table.texts if (unit := unit_in_header(text))}
            tables.append(texts)
    return tables


def _texts(contract: Contract, only_required: bool) -> list[set[str]]:
    across = {
        name for layout in contract.files if layout.matrix for name in (*layout.matrix.across, layout.matrix.value)
    }
    return [
        {half_width(header) for header in column.headers}
        for column in contract.columns
        if (column.required or not only_required) and column.name not in across
    ]


def _share(contract: Contract, tables: list[set[str]]) -> float:
    """Which part of the mandatory headers the best table of a file has."""
    required = _texts(contract, only_required=True)
    return max((sum(1 for texts in required if texts & table) / len(required) for table in tables), default=0.0)


def _known(contract: Contract, tables: list[set[str]]) -> int:
    texts = _texts(contract, only_required=False)
    return max((sum(1 for each in texts if each & table) for table in tables), default=0)


def _is_within(contract: Contract, other: Contract, tables: list[set[str]]) -> bool:
    """Whether both ledgers would read the same table."""
    return _best_table(contract, tables) == _best_table(other, tables)


def _best_table(contract: Contract, tables: list[set[str]]) -> int:
    return max(range(len(tables)), key=lambda number: _known(contract, [tables[number]]))


def _land_once(
    path: Path,
    contract: Contract,
    contracts: Mapping[str, Contract],
    department: str,
    period: str,
    notes: list[str],
    settings: Settings,
) -> Answer:
    """Put the file where the contract expects it, in a drop of its own, land that, and hold it against what counts."""
    keep_private(settings.work_dir.parent)
    with work_folder(settings.work_dir) as folder:
        raw, landing = folder / "raw", folder / "landing"
        name = place_of(path, contract, period[:4])
        if PurePosixPath(name).name != path.name:
            notes.append(
                f"文件名不合台账 {contract.ledger} 的约定 {'、'.join(x.pattern for x in contract.files)};按 {name} 试读"
            )
        target = raw / name
        target.parent.mkdir(parents=True)
        try:
            os.link(path.resolve(), target)
        except OSError:
            shutil.copyfile(path, target)
        moment = dt.datetime.fromtimestamp(path.stat().st_mtime).isoformat(sep=" ", timespec="seconds")
        with (raw / RECEIVED_FILE).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(
                [["file", "department", "period", "received_at"], [name, department, period, moment]]
            )
        report = land_drop(raw, landing, contracts, department, ledgers={contract.ledger})
        if not report.entries:
            raise CheckError(f"{path.name}:台账 {contract.ledger} 的约定没有一种布局能读这个文件")
        entry, told = beside_what_counts(report.entries[0], contract, landing, settings)
        return replace(read_answer(path, contract, entry, landing), told=told)


def place_of(path: Path, contract: Contract, year: str) -> str:
    """A place below the drop that a layout of the contract claims: the file's own name where it fits, else the pattern's."""
    own = "/".join(path.parts[-3:])
    for layout in contract.files:
        *folders, last = PurePosixPath(layout.pattern).parts
        if PurePosixPath(own).match(layout.pattern) and len(path.parts) >= 3:
            return own
        if fnmatch(path.name, last):
            return "/".join([*_without_stars(folders, year), path.name])
    layout = next((each for each in contract.files if _is_format(path, each.format)), contract.files[0])
    *folders, last = PurePosixPath(layout.pattern).parts
    stem, dot, suffix = last.rpartition(".")
    name = stem.replace("*", path.stem) + dot + suffix.replace("*", "x")
    return "/".join([*_without_stars(folders, year), re.sub(r"[?\[\]]", "_", name)])


def _without_stars(folders: list[str], year: str) -> list[str]:
    return [year if "*" in folder or "?" in folder else folder for folder in folders]


def _is_format(path: Path, form: str) -> bool:
    try:
        return open_any(path).format == form
    except CannotOpen:
        return False
