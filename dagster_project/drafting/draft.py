"""Draft contracts from files: open, find tables, put them together, and say of each guess why it was made."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.contracts import Contract
from dagster_project.drafting.code_lists import CodeLists
from dagster_project.drafting.columns import DraftColumn, draft_columns, nameless, repeated
from dagster_project.drafting.find_table import find_table, half_width
from dagster_project.drafting.gather import SeenLedger, all_rows, gather, titles_of, year_of
from dagster_project.drafting.keys import KeyGuess, guess_key
from dagster_project.drafting.layouts import DraftLayout, draft_layouts
from dagster_project.drafting.names import Names
from dagster_project.drafting.open_any import open_any
from dagster_project.drafting.opened import CannotOpen, OpenedFile
from dagster_project.drafting.profile import RowCounts, Rows
from dagster_project.drafting.seen import SeenTable, see_table

if TYPE_CHECKING:
    from dagster_project.drafting.extend import Extended

LEDGER_NAME = re.compile(r"[a-z][a-z0-9_]*")
UPDATES = re.compile(r"更新|更正|补报|增量|追加")
LIKE_SHIPPED = 0.5


@dataclass
class DraftLedger:
    """Everything that one drafted contract says, with reasons and doubts; ``folder`` is where its files lie in the drop."""

    name: str
    folder: str
    domain: str
    title: str
    files: list[OpenedFile]
    layouts: list[DraftLayout]
    columns: list[DraftColumn]
    key: KeyGuess
    supersede: str
    supersede_reason: str
    counts: RowCounts
    subtotal_words: list[str]
    reasons: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    like: str | None = None
    extended: Extended | None = None

    @property
    def key_names(self) -> list[str]:
        """Names of the key columns."""
        return [column.name for place in self.key.places for column in self.columns if column.place == place]


@dataclass
class Drafts:
    """What came of a call: the ledgers, the files that could not be opened, and sheets that hold no table, with the reason."""

    ledgers: list[DraftLedger]
    not_opened: dict[Path, str]
    no_table: list[str]
    notes: list[str]


def draft_files(
    paths: Iterable[Path], contracts: Mapping[str, Contract], glossary: Mapping[str, tuple[str, str]], ledger: str = ""
) -> Drafts:
    """Draft one contract for each ledger that the files hold.

    Args:
        paths: the files, in any order; several years of one ledger together give one contract.
        contracts: known contracts, whose header texts give names and descriptions, never types.
        glossary: header text to name and English text, as :func:`names.read_glossary` gives it.
        ledger: name of the ledger; given, all files belong to it.
    """
    drafts = Drafts([], {}, [], [])
    tables: list[SeenTable] = []
    for path in paths:
        try:
            file = open_any(path)
        except CannotOpen as error:
            drafts.not_opened[path] = str(error)
            continue
        tables += _tables(file, drafts)
        drafts.notes += [f"{path.name}:{note}" for note in file.notes]
    names, lists = Names(contracts.values(), glossary), CodeLists()
    for number, seen in enumerate(gather(tables, one_ledger=bool(ledger)), 1):
        name = _ledger_name(seen, ledger, number, {drafted.name for drafted in drafts.ledgers})
        # Sheets of one workbook are several ledgers, and the workbook lies in the folder of the first.
        same_file = (drafted for drafted in drafts.ledgers if any(file in drafted.files for file in seen.files))
        first = next(same_file, None)
        drafts.ledgers.append(_draft(seen, name, first.folder if first else name, contracts, names, lists))
    return drafts


def _tables(file: OpenedFile, drafts: Drafts) -> list[SeenTable]:
    found: list[SeenTable] = []
    for sheet in file.sheets:
        where = f"{file.path.name} 工作表“{sheet.name}”" if sheet.name else file.path.name
        if not sheet.is_visible:
            drafts.no_table.append(f"{where} 是隐藏的,没有看")
            continue
        if not any(any(row) for row in sheet.head):
            drafts.no_table.append(f"{where} 是空的")
            continue
        table = find_table(sheet)
        if table is None:
            drafts.no_table.append(f"{where} 找不到表头行,不是一张表(像说明、表单或图)")
            continue
        found.append(see_table(file, sheet, table))
    return found


def _ledger_name(seen: SeenLedger, given: str, number: int, used: set[str]) -> str:
    """The name that was given, that of the folder above the year, or of an ASCII file name; else a number."""
    path = seen.tables[0].file.path
    folders = [path.parent.parent.name, path.parent.name]
    stem = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_") if path.stem.isascii() else ""
    candidates = [given, folders[0] if re.fullmatch(r"(19|20)\d\d", folders[1]) else "", stem]
    name = next((text for text in candidates if LEDGER_NAME.fullmatch(text)), f"ledger_{number}")
    unique, count = name, 1
    while unique in used:
        count += 1
        unique = f"{name}_{count}"
    return unique


def _draft(
    seen: SeenLedger, name: str, folder: str, contracts: Mapping[str, Contract], names: Names, lists: CodeLists
) -> DraftLedger:
    headers = [[header for header in column.headers if header] for column in seen.columns]
    rows = Rows(all_rows(seen), headers)
    columns = draft_columns(seen, rows, names, lists, name)
    key = guess_key(columns, rows)
    like, shared = _most_like(columns, contracts)
    supersede, why = _guess_supersede(seen, rows, key)
    titles = titles_of(seen.tables)
    title = re.sub(
        r"(19|20)\d\d年?(度|末)?|[(\uff08].*?[)\uff09]", "", titles[0] if titles else seen.tables[0].file.path.stem
    )
    draft = DraftLedger(
        name=name,
        folder=folder,
        domain=contracts[like].domain if like else "budget",
        title=title.strip(" _-") or name,
        files=seen.files,
        layouts=draft_layouts(seen, columns, folder),
        columns=columns,
        key=key,
        supersede=supersede,
        supersede_reason=why,
        counts=rows.counts(),
        subtotal_words=rows.subtotal_words(),
        like=like if like and shared >= LIKE_SHIPPED else None,
    )
    draft.doubts += [*nameless(seen, rows), *repeated(seen)]
    if draft.like:
        draft.reasons.append(f"{shared:.0%} 的表头与现有台账“{contracts[draft.like].title.zh}”({draft.like})相同")
    else:
        draft.doubts.append("请核对 domain(所属领域)、owner(牵头处室)和 grain(每行是什么)")
    return draft


def _most_like(columns: Sequence[DraftColumn], contracts: Mapping[str, Contract]) -> tuple[str | None, float]:
    """The contract that knows most of the headers, and which part of them."""
    own = {half_width(header) for column in columns for header in column.headers}
    shares = Counter(
        {
            name: len(own & {half_width(header) for column in contract.columns for header in column.headers})
            for name, contract in contracts.items()
        }
    )
    if not shares or not own:
        return None, 0.0
    name, count = shares.most_common(1)[0]
    return (name, count / len(columns)) if count else (None, 0.0)


def _guess_supersede(seen: SeenLedger, rows: Rows, key: KeyGuess) -> tuple[str, str]:
    """Whether a later file replaces all of its period, or single rows."""
    names = [table.file.path.stem for table in seen.tables]
    if any(UPDATES.search(name) for name in names):
        return "upsert", "文件名写有更新、更正或补报:后来的文件只更正其中的行"
    if not key.is_unique:
        return "replace", "没有可靠的主键,后来的文件整体代替同一期间的文件"
    years = Counter(year_of(file.path) for file in seen.files)
    if max(years.values()) > 1 and (shared := rows.shared_keys(key.places)):
        return "upsert", f"{shared:,} 个主键在不止一个文件中出现,后来的行更正先前的行"
    return "replace", "每个期间一个文件,重报时整体代替"
