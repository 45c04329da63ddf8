"""A ledger that the warehouse knows, as another office writes it: its contract with further header texts and layouts."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dagster_project.contracts import Column, Contract, FileLayout
from dagster_project.drafting.columns import DraftColumn
from dagster_project.drafting.draft import DraftLedger
from dagster_project.drafting.find_table import UNIT_IN_HEADER, half_width
from dagster_project.drafting.layouts import DraftLayout

ALIKE = 0.5
"""How alike two header texts must be to be the same column where nothing else says so."""


@dataclass
class Extended:
    """The contract as it has to be for the files, and what changed: by column name, about layouts, and what a person must settle."""

    contract: Contract
    headers: dict[str, list[str]] = field(default_factory=dict)
    layouts: dict[int, str] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    known: int = 0


def extend(contract: Contract, draft: DraftLedger) -> Extended:
    """Match the columns of a draft to those of a contract and add what the contract does not know yet."""
    by_header = {half_width(header): column for column in contract.columns for header in column.headers}
    matched: dict[int, Column] = {}
    for place, own in enumerate(draft.columns):
        for header in own.headers:
            text = half_width(header)
            column = by_header.get(text) or by_header.get(UNIT_IN_HEADER.sub("", text))
            if column is not None and column not in matched.values():
                matched[place] = column
                break
    extended = Extended(contract, known=len(matched))
    # What the texts tell makes new anchors, between which further columns may be told by their place.
    steps = (_between_anchors, _by_text, _between_anchors)
    reasons = {place: why for step in steps for place, why in step(contract, draft, matched).items()}
    new_headers = {column.name: _new_headers(draft.columns[place], column) for place, column in matched.items()}
    columns = [
        column.model_copy(update={"headers": [*column.headers, *new_headers.get(column.name, [])]})
        for column in contract.columns
    ]
    for place, column in matched.items():
        if added := new_headers[column.name]:
            why = reasons.get(place, "只差单位或写法")
            extended.headers[column.name] = [f"“{header}”:{why}" for header in added]
    for place, own in enumerate(draft.columns):
        if place not in matched:
            extended.doubts.append(
                f"表头“{own.headers[0]}”({own.guess.type},{own.profile.filled:,} 个值)没有对应的列:"
                "请加到某一列的 headers,否则该列不载入"
            )
    present = {column.name for column in matched.values()}
    across = {name for layout in contract.files if layout.matrix for name in layout.matrix.across}
    for column in contract.columns:
        if column.required and column.name not in present | across:
            extended.doubts.append(
                f"必填列“{column.headers[0]}”({column.name})在文件里没有找到:请找到它的表头,否则文件会被退回"
            )
    files = list(contract.files)
    for layout in draft.layouts:
        _add_layout(files, layout, extended)
    extended.contract = Contract.model_validate(
        contract.model_dump() | {"columns": [c.model_dump() for c in columns], "files": [f.model_dump() for f in files]}
    )
    return extended


def _new_headers(own: DraftColumn, column: Column) -> list[str]:
    """Header texts that the contract would not recognise; landing takes off a unit in brackets by itself."""
    known = {half_width(header) for header in column.headers}
    return [
        header
        for header in own.headers
        if half_width(header) not in known and UNIT_IN_HEADER.sub("", half_width(header)) not in known
    ]


def _between_anchors(contract: Contract, draft: DraftLedger, matched: dict[int, Column]) -> dict[int, str]:
    """Match runs of unknown headers between known ones, where the contract has as many columns there, in their order."""
    order = {column.name: place for place, column in enumerate(contract.columns)}
    anchors = [(-1, -1), *((place, order[matched[place].name]) for place in sorted(matched))]
    anchors.append((len(draft.columns), len(contract.columns)))
    taken = {column.name for column in matched.values()}
    reasons: dict[int, str] = {}
    for (place, spot), (next_place, next_spot) in itertools.pairwise(anchors):
        own = range(place + 1, next_place)
        free = [c for c in contract.columns[spot + 1 : next_spot] if c.name not in taken] if spot < next_spot else []
        if not own or len(own) != len(free):
            continue
        if not all(_fits(draft.columns[p], column) for p, column in zip(own, free, strict=True)):
            continue
        for p, column in zip(own, free, strict=True):
            matched[p] = column
            taken.add(column.name)
            reasons[p] = f"前后各列都已认出,此处正是“{column.headers[0]}”的位置,类型也相同,请核对"
    return reasons


def _by_text(contract: Contract, draft: DraftLedger, matched: dict[int, Column]) -> dict[int, str]:
    """Match what is left by the likeness of the header texts, the likeliest first."""
    free = [column for column in contract.columns if column not in matched.values()]
    pairs = sorted(
        (
            (_likeness(own, column), place, number)
            for place, own in enumerate(draft.columns)
            if place not in matched
            for number, column in enumerate(free)
            if _fits(own, column)
        ),
        reverse=True,
    )
    reasons: dict[int, str] = {}
    used: set[int] = set()
    for likeness, place, number in pairs:
        if likeness < ALIKE or place in matched or number in used:
            continue
        matched[place] = free[number]
        used.add(number)
        reasons[place] = f"与“{free[number].headers[0]}”字面相近({likeness:.2f}),类型相同,请核对"
    return reasons


def _likeness(own: DraftColumn, column: Column) -> float:
    return max(
        difflib.SequenceMatcher(None, UNIT_IN_HEADER.sub("", half_width(a)), half_width(b)).ratio()
        for a in own.headers
        for b in column.headers
    )


def _fits(own: DraftColumn, column: Column) -> bool:
    """Whether the values that were seen could be of that column."""
    guess = own.guess
    if not own.profile.filled or guess.type == column.type == "text":
        return True
    if column.type == "code":
        words = {value for value, _ in own.profile.values}
        return guess.codes == column.codes if column.codes else words <= set(column.allowed or ())
    if column.type == "text":
        return guess.type in ("code", "integer", "text")
    return guess.type == column.type or (guess.type, column.type) == ("integer", "decimal")


def _add_layout(files: list[FileLayout], draft: DraftLayout, extended: Extended) -> None:
    """Add a layout unless one reads such files already; where only the name of the sheet differs, the sheet is found by its header."""
    wanted = {key: value for key, value in draft.fields.items() if key != "unit"}
    same_kind = [number for number, known in enumerate(files) if _same_kind(known, wanted)]
    sheet = wanted.get("sheet")
    for number in same_kind:
        known = files[number]
        if known.header_rows != wanted.get("header_rows", 1) or known.delimiter != wanted.get("delimiter", ","):
            continue
        if sheet and known.sheet not in (sheet, None) and known.is_plain:
            files[number] = known.model_copy(update={"sheet": None})
            extended.layouts[number] = f"工作表名原为“{known.sheet}”,文件中是“{sheet}”:不写工作表名,按表头找"
        if missing := [
            e for e in _texts(wanted.get("encodings")) if known.format == "csv" and e not in known.encodings
        ]:
            files[number] = known.model_copy(update={"encodings": [*known.encodings, *missing]})
            extended.layouts[number] = f"文件的编码是 {'、'.join(missing)}"
        return
    declared = next((known.unit for known in files if known.unit), None)
    fields = wanted | (
        {"unit": draft.fields["unit"]} if draft.fields.get("unit") else {"unit": declared} if declared else {}
    )
    files.append(FileLayout.model_validate(fields))
    extended.layouts[len(files) - 1] = f"新的布局:{';'.join(draft.reasons)}"
    if same_kind:
        extended.doubts.append(f"两种布局的 pattern 相同({wanted['pattern']}):请改 pattern 使一个文件只归一种布局")
    extended.doubts += draft.doubts


def _same_kind(known: FileLayout, wanted: Mapping[str, object]) -> bool:
    return known.format == wanted["format"] and known.pattern == wanted["pattern"]


def _texts(value: object) -> Sequence[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
