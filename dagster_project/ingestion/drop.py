"""The drop folder: which of its files belong to which ledger, and which nothing reads, and why."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.answering import submission_answered
from dagster_project.ingestion.file_names import LEAVES_ZH, OWN_FILES, decoded, fits, folded, leaves, shown
from dagster_project.ingestion.receipts import RECEIVED_FILE
from dagster_project.ingestion.unread import DropError, Unread, in_words

NOT_LEDGERS = {RECEIVED_FILE, "accepted.csv", "sources.md"}
"""Files at the top of the drop that are about it."""
MAGIC = set("*?[")
FORMATS = {"csv": "CSV 文本", "workbook": "Excel 工作簿", "jsonl": "JSON Lines 文本"}


@dataclass(frozen=True)
class DroppedFile:
    """A file of the drop and the contract that claims it; ``name`` is its path below the drop, as a text that can be shown.

    ``layouts`` are those of the contract whose pattern it fits, in the order of the contract. ``elsewhere`` names the sheets
    of the file that other contracts read. ``answers`` is the submission whose rejected rows it mends.
    """

    path: Path
    name: str
    contract: Contract
    layouts: tuple[FileLayout, ...]
    elsewhere: tuple[str, ...] = ()
    answers: str = ""

    @property
    def layout(self) -> FileLayout:
        """The first layout that claims the file."""
        return self.layouts[0]


@dataclass(frozen=True)
class DroppedAnswer:
    """A workbook of the drop that answers a submission; ``name`` is its path below the drop, as a text that can be shown."""

    path: Path
    name: str
    submission_id: str


def scan_drop(
    raw_dir: Path, contracts: Mapping[str, Contract], answers: list[DroppedAnswer] | None = None
) -> tuple[list[DroppedFile], list[Unread]]:
    """The files that contracts claim, in order of ledger and name, and those that none does, each with the reason.

    Answers are none of these, wherever they lie and whatever they are called; they are left in ``answers``.

    Raises:
        DropError: there is no such folder.
    """
    if not raw_dir.is_dir():
        raise DropError(f"找不到原始数据文件夹 {raw_dir};请检查 JIXIAO_RAW_DIR")
    claimed: list[DroppedFile] = []
    unread: list[Unread] = []
    claims = _Claims(contracts)
    found = [(path.relative_to(raw_dir).as_posix(), path, fault) for path, fault in _walk(raw_dir, set(), raw_dir)]
    everything = {written for written, _, _ in found}
    for written, path, fault in sorted(found, key=lambda each: os.fsencode(each[0])):
        said = decoded(written)
        # The same name may lie there twice, in UTF-8 and in the bytes of Windows.
        name = shown(written if said != written and said in everything else said)
        if _is_about_the_drop(name):
            continue
        if not fault and (submission := submission_answered(path)):
            if answers is not None:
                answers.append(DroppedAnswer(path, name, submission))
        elif fault:
            unread.append(Unread(name, fault, "请检查该文件或文件夹的权限和链接,或重新放入"))
        elif owners := list(claims.of(said)):
            sheets = {contract.ledger: {each.sheet for each in layouts if each.sheet} for contract, layouts in owners}
            for contract, layouts in owners:
                elsewhere = set().union(*(taken for ledger, taken in sheets.items() if ledger != contract.ledger))
                claimed.append(DroppedFile(path, name, contract, layouts, tuple(sorted(elsewhere))))
        else:
            unread.append(claims.why_none(name, said))
    order = {ledger: place for place, ledger in enumerate(contracts)}
    return sorted(claimed, key=lambda file: order[file.contract.ledger]), unread


def dropped_as(path: Path, name: str, ledger: str, contracts: Mapping[str, Contract]) -> DroppedFile | None:
    """A copy of a file that lay in the drop under this name, as the ledger claims it; None where it does so no more."""
    owners = list(_Claims(contracts).of(name))
    elsewhere = {
        each.sheet for contract, layouts in owners for each in layouts if each.sheet and contract.ledger != ledger
    }
    for contract, layouts in owners:
        if contract.ledger == ledger:
            return DroppedFile(path, name, contract, layouts, tuple(sorted(elsewhere)))
    return None


def _walk(folder: Path, above: set[tuple[int, int]], raw_dir: Path) -> Iterator[tuple[Path, str]]:
    """Every file below a folder, through links that stay in the drop, each with why it cannot be read, if so."""
    here = folder.stat()
    if (here.st_dev, here.st_ino) in above:
        return  # a link to a folder that holds it
    above = above | {(here.st_dev, here.st_ino)}
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        yield folder, f"文件夹打不开({in_words(error)}),其中的文件都未读取"
        return
    for entry in entries:
        path = folder / entry.name
        if entry.is_symlink() and leaves(path, raw_dir):
            yield path, LEAVES_ZH
        elif entry.is_dir():
            yield from _walk(path, above, raw_dir)
        elif entry.name.startswith((".", "~$")) or entry.name.lower() in OWN_FILES:
            continue
        elif entry.is_file():
            yield path, ""
        else:
            yield path, "链接指向的文件不存在" if entry.is_symlink() else "不是普通文件"


def _is_about_the_drop(name: str) -> bool:
    return name.casefold() in NOT_LEDGERS


class _Claims:
    """The patterns of all contracts, by their first folder where it is written out."""

    def __init__(self, contracts: Mapping[str, Contract]):
        self._by_folder: dict[str, list[Contract]] = {}
        for contract in contracts.values():
            for first in sorted({_first_folder(layout.pattern) for layout in contract.files}):
                self._by_folder.setdefault(first, []).append(contract)
        self._contracts = list(contracts.values())

    def of(self, name: str) -> Iterator[tuple[Contract, tuple[FileLayout, ...]]]:
        """Each contract that claims a file, with the layouts whose pattern fits."""
        first = folded(name).split("/")[0]
        for contract in _once([*self._by_folder.get(first, ()), *self._by_folder.get("", ())]):
            if layouts := tuple(layout for layout in contract.files if fits(name, layout.pattern)):
                yield contract, layouts

    def why_none(self, name: str, said: str) -> Unread:
        """Why no contract claims a file: what the nearest pattern wants instead."""
        *folders, file_name = said.split("/")
        if not folders:
            return Unread(name, "没有放在台账文件夹中", self._where_to(Path(name).stem))
        neighbours = self._by_folder.get(folded(folders[0]), [])
        if not neighbours:
            return Unread(name, f"没有台账使用文件夹“{folders[0]}”", self._where_to(folders[0]))
        layouts = [(contract, layout) for contract in neighbours for layout in contract.files]
        depth = len(folders) + 1
        contract, layout = max(
            layouts, key=lambda pair: (pair[1].pattern.count("/") + 1 == depth, _nearness(said, pair[1].pattern))
        )
        patterns = "、".join(dict.fromkeys(layout.pattern for _, layout in layouts))
        wanted = layout.pattern.split("/")
        title = f"台账“{contract.title.zh}”的约定({patterns})"
        if "**" not in wanted and depth != len(wanted):
            way = "缺少一级文件夹(如年度)" if depth < len(wanted) else "文件夹层级过深"
            example = "/".join([*wanted[:1], *("2023" if part == "*" else part for part in wanted[1:-1])])
            return Unread(name, f"放的位置不合{title}:{way}", f"请移到如 {example}/ 的文件夹中", contract.ledger)
        if not fits(file_name, wanted[-1]):
            kinds = "、".join(dict.fromkeys(FORMATS[layout.format] for _, layout in layouts))
            kind = f"后缀“{Path(name).suffix or '(无)'}”或文件名"
            return Unread(name, f"{kind}不合{title}", f"请另存为 {kinds}(文件名合 {wanted[-1]})后放回", contract.ledger)
        return Unread(name, f"文件夹不合{title}", "请放到约定的文件夹", contract.ledger)

    def _where_to(self, words: str) -> str:
        """The remedy for a file in a folder that no ledger uses: the ledger it may have meant."""
        names = {folded(text): c for c in self._contracts for text in (c.title.zh, c.ledger)}
        near = [names[hit] for hit in difflib.get_close_matches(folded(words), names, n=1, cutoff=0.5)]
        near = near or [c for text, c in names.items() if text and (text in folded(words) or folded(words) in text)]
        if near and words:
            return f"是否为台账“{near[0].title.zh}”?请按 {near[0].files[0].pattern} 放置;否则请通知数据管理员新增约定"
        return "请放到约定的台账文件夹,或通知数据管理员新增约定"


def _first_folder(pattern: str) -> str:
    """The first folder of a pattern as names are compared; empty where it is a wildcard."""
    first, *rest = pattern.split("/")
    return folded(first) if rest and not MAGIC & set(first) else ""


def _once(contracts: Iterable[Contract]) -> list[Contract]:
    """The contracts without repetition, in order of ledger."""
    return sorted({contract.ledger: contract for contract in contracts}.values(), key=lambda c: c.ledger)


def _nearness(name: str, pattern: str) -> tuple[bool, bool]:
    parts, wanted = name.split("/"), pattern.split("/")
    return fits(parts[-1], wanted[-1]), len(parts) == len(wanted)
