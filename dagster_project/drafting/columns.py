"""The columns of a draft: what each is called, its type, whether it is mandatory, and the unit of its money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from dagster_project.drafting.code_lists import CodeLists
from dagster_project.drafting.find_table import half_width, unit_in_header
from dagster_project.drafting.gather import SeenColumn, SeenLedger
from dagster_project.drafting.guess import TypeGuess, guess_type
from dagster_project.drafting.names import Name, Names
from dagster_project.drafting.profile import Profile, Rows

MONEY_END = "_yuan"


@dataclass
class DraftColumn:
    """A column as the draft will say it; ``place`` is its number among the columns that were seen."""

    place: int
    name: str
    described: Name
    headers: list[str]
    guess: TypeGuess
    profile: Profile
    required: bool
    is_label: bool = False
    reasons: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def draft_columns(ledger: SeenLedger, rows: Rows, names: Names, lists: CodeLists, name: str) -> list[DraftColumn]:
    """The columns that have a header, in the order of the latest file."""
    drafts: list[DraftColumn] = []
    taken: set[str] = set()
    stated = any(table.found.units for table in ledger.tables)
    for place, seen in enumerate(ledger.columns):
        headers = [header for header, _ in sorted(seen.headers.items(), key=lambda item: -item[1]) if header]
        # The current header comes first, whatever was usual before.
        first = next(iter(seen.headers))
        headers = list(dict.fromkeys([first, *headers])) if first else headers
        # A header belongs to one column: where a file has it twice, the first is described and landing refuses the file.
        headers = [header for header in headers if half_width(header) not in taken]
        if not headers:
            continue
        taken.update(map(half_width, headers))
        profile = rows.profile(place, sorted(seen.places))
        guess = guess_type(headers[0], profile, stated or any(map(unit_in_header, headers)), lists)
        described = names.name(headers[0], place + 1, name)
        everywhere = len(seen.places) == len(ledger.tables)
        draft = DraftColumn(
            place, described.name, described, headers, guess, profile, everywhere and profile.is_complete, seen.is_label
        )
        _explain(draft, seen, ledger, everywhere)
        drafts.append(draft)
    _settle_names(drafts)
    require_one(drafts)
    return drafts


def require_one(drafts: Sequence[DraftColumn]) -> None:
    """Make the fullest column of the table mandatory where none is: a header is found by its mandatory columns."""
    table = [draft for draft in drafts if not draft.is_label]
    if not table or any(draft.required for draft in table):
        return
    fullest = max(table, key=lambda draft: (draft.profile.filled, -draft.place))
    fullest.required = True
    fullest.doubts.append("没有一列是从不空白的;表头要靠必填列来找,先把这一列设为必填,空白的行会被退回")


def _explain(draft: DraftColumn, seen: SeenColumn, ledger: SeenLedger, everywhere: bool) -> None:
    draft.reasons += draft.guess.reasons
    draft.doubts += draft.guess.doubts
    draft.doubts += seen.matched
    empty = draft.profile.rows - draft.profile.filled
    if not everywhere:
        draft.reasons.append(f"{len(ledger.tables)} 张表中 {len(seen.places)} 张有此列,选填")
    elif draft.required:
        draft.reasons.append("从未空白")
    elif draft.profile.filled:
        draft.reasons.append(f"{empty:,} 行空白")
    if draft.described.source is None:
        draft.doubts.append("请改名")


def _settle_names(drafts: Sequence[DraftColumn]) -> None:
    """Money columns end in ``_yuan`` and no others; a name is used once."""
    used: set[str] = set()
    for draft in drafts:
        name = draft.name.removesuffix(MONEY_END)
        end = MONEY_END if draft.guess.type == "money" else ""
        number = 1
        while (unique := f"{name}{f'_{number}' if number > 1 else ''}{end}") in used:
            number += 1
        draft.name = unique
        used.add(unique)


def repeated(ledger: SeenLedger) -> list[str]:
    """What to say of header texts that one table has on several columns."""
    told: dict[str, None] = {}
    for table in ledger.tables:
        counts = Counter(half_width(text) for text in table.texts if text)
        told |= dict.fromkeys(
            f"{table.file.path.name} 的表头“{text}”出现 {count} 次:只起草了第一列,请改名,否则文件会被退回"
            for text, count in counts.items()
            if count > 1
        )
    return list(told)


def nameless(ledger: SeenLedger, rows: Rows) -> list[str]:
    """What to say of columns that hold values under no header."""
    told = []
    for place, seen in enumerate(ledger.columns):
        if any(seen.headers):
            continue
        count = rows.profile(place, sorted(seen.places)).filled
        if count:
            told.append(f"第 {next(iter(seen.places.values())) + 1} 列没有表头,却有 {count:,} 个值:请在文件中补上表头")
    return told
