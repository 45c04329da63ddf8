"""Rows that are no data: subtotals, footnotes, heads printed again. How they are told apart, in Python for odd rows and in SQL for the rest."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dagster_project.contracts import Contract
from dagster_project.ingestion.foot_words import foot_of, foot_sql, foot_words, may_be_foot_sql, signs_sql
from dagster_project.ingestion.header_names import normalise
from dagster_project.ingestion.spellings import TO_FULL_WIDTH, TO_HALF_WIDTH, half_width
from dagster_project.ingestion.sql import literal, literals
from dagster_project.ingestion.text_table import HEADS, Header
from dagster_project.ingestion.units import UNIT_STATEMENT

NOTE_STATUSES = (
    "blank", "subtotal", "footnote", "unit", "label", "title", "header", "repeated_header", "unread_sheet", "voided",
)  # fmt: skip
"""What a row is that is no data; `label` is a row of the head of a form, `unread_sheet` one of a sheet without the ledger's header, `voided` one of an answer that is to be reported no more."""
BEFORE_SUBTOTAL = "(?:本?[页月季年日期])?"
"""What may stand before it: ``本页小计``, ``本月合计``."""
BEHIND_SUBTOTAL = "(?:$|[^一-龥]|[数额行元]|金额|万元)"
"""What may stand behind the marker of a subtotal: ``合计(元)``, ``合计数``; but 总计划办 is a name."""
SUM_ENDING = "计"
SUMS = ("合计", "小计", "总计", "累计", "共计")
"""Markers that may stand behind the name of what they sum up: ``3月小计``, ``会议费小计``, ``一季度累计``."""
MOST_MISSING = 3
"""A row that lacks so many required cells, and has one cell or is part of another row, is told once and not for each of them."""
PART_OF = "其中"
NEVER = "a^"
"""Where a contract names no marker of a kind: an empty text would be found everywhere."""
LONGEST_GROUP = 40
"""A longer text that ends with such a word is a sentence."""
CARRIED = "[(【]?(?:承前页|承上页|接前页|接上页|过次页|转次页|转下页|接下页)(?:[^一-龥]|合计|小计|余额|$)"
"""What was carried from the page before, or is to the next one; an amount beside it is a total up to there."""
PAGE_MARK = (
    "(?:本[页表])?共计?[0-9,]+(?:条|笔|行)|总?记录条?数:?[0-9,]+|"
    "第[0-9一二三四五六七八九十百]+页|共[0-9一二三四五六七八九十百]+页|[Pp]age[0-9]+|-[0-9]+-$|[-=_]{3,}$"
    f"|[(【]?以下(?:空白|无正文|无内容|无数据)|{CARRIED}"
)
"""A printed count of rows, the number of a page, what is carried to the next one, a line drawn across it, or that nothing follows."""
PAGE_SIGN = "/"
PAGE_OF = "[0-9]{1,4}/[0-9]{1,4}(?:页)?$"
"""``2/5`` is the number of a page where the row holds nothing else; else it is a value."""
FIRST_CELL = "trim(regexp_extract(list_filter(_raw, cell -> trim(cell) != '')[1], '[^,;|\\t\"]+'))"
"""The first cell of a row that is no data, as SQL: its marker, and nothing personal that may stand behind it."""
DROPPED = re.compile(r"[\s0-9*]")
"""What may differ between a head and the same head on the next page."""


def sum_words(contract: Contract) -> list[str]:
    """The texts that are no name of anything: a marker of a sum, with a blank within or without, and nothing else."""
    words = _sums_of(contract)
    return [*words, *(f"{word[0]}{blank}{word[1]}" for word in words for blank in (" ", "  ", "\u3000"))]


def _sums_of(contract: Contract) -> list[str]:
    """The markers of a contract that may stand behind a name."""
    return [marker for marker in map(normalise, contract.subtotal_markers) if marker in SUMS]


@dataclass(frozen=True)
class Markers:
    """The words with which a row says that it is no data, of one contract, and the head that may be printed again.

    ``several`` are those of the files whose rows are judged together; each row has the heads of its own file in ``_heads``.
    """

    contract: Contract
    header: Header | None = None
    several: tuple[Markers, ...] | None = None
    subtotal: re.Pattern[str] = field(init=False)
    footnote: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        def begins(markers: Sequence[str], behind: str = "") -> str:
            return f"(?:{'|'.join(re.escape(normalise(marker)) for marker in markers) or NEVER}){behind}"

        subtotal = f"(?:{BEFORE_SUBTOTAL}{begins(self.contract.subtotal_markers, BEHIND_SUBTOTAL)})"
        if sums := _sums_of(self.contract):
            behind_name = "(?:数|金额)?(?:[(\\[].*[)\\]])?:?$"
            subtotal = f"(?:{subtotal}|.{{1,{LONGEST_GROUP}}}{begins(sums, behind_name)})"
        footnote = f"(?:{begins(self.contract.footnote_markers)}|{PAGE_MARK})"
        object.__setattr__(self, "subtotal", re.compile("^" + subtotal))
        object.__setattr__(self, "footnote", re.compile("^" + footnote))

    def status(self, filled: Sequence[str]) -> str | None:
        """What the first of the normalised cells of a row makes of it: one of NOTE_STATUSES, or None for data."""
        return self.marked(filled) or foot_of(filled)

    def marked(self, filled: Sequence[str]) -> str | None:
        """The same by the markers of the contract alone."""
        first = filled[0]
        if self.subtotal.search(first):
            return "subtotal"
        if self.footnote.search(first) or (len(filled) == 1 and re.match(PAGE_OF, first)):
            return "footnote"
        return "unit" if UNIT_STATEMENT.search(first) else None

    def is_head(self, cells: Sequence[str | None]) -> bool:
        """Whether a row with all its cells is one of the head, printed again; page numbers and years may differ."""
        signature = _signature(cells)
        heads = self.header.head if self.header else ()
        return bool(signature) and any(
            _signature(row.cells) == signature for row in heads if row.verdict != "above_header"
        )

    def first_letters(self, columns: Sequence[str]) -> set[str]:
        """How notes begin, by the markers and the head of the file or by general words, in either width."""
        return self._letters(columns) | set(foot_words().letters)

    def _letters(self, columns: Sequence[str]) -> set[str]:
        """How markers and the rows of the head begin, in either width."""
        starts = {marker[0] for marker in self._markers()}
        starts |= {text[0] for text, _ in self.heads(columns)}
        return starts | {letter.translate(TO_FULL_WIDTH) for letter in starts if letter.isascii()}

    @property
    def inner_signs(self) -> list[str]:
        """What the first cell of a note that begins otherwise holds: the number of a page, or the name of what it sums up."""
        return [PAGE_SIGN, *([SUM_ENDING] if _sums_of(self.contract) else [])]

    def may_be_note_sql(self, first: str, cells: Sequence[str], columns: Sequence[str]) -> str:
        """Whether the first cell of a row begins like a marker or like a row of the head, or the row may be a foot of the table, as SQL."""
        sums = f" or contains({first}, '{SUM_ENDING}')" if _sums_of(self.contract) else ""
        begins = f"contains({literal(''.join(sorted(self._letters(columns))))}, left({first}, 1))"
        likely = f"{begins} or strlen({first}) < 12 and contains({first}, '{PAGE_SIGN}')"
        foot = may_be_foot_sql(first, dict(zip(columns, cells, strict=True)), self.contract)
        return f"({likely}{sums} or coalesce({foot}, false))"

    def status_sql(self, first: str, cells: Sequence[str], columns: Sequence[str], mark: str | None = None) -> str:
        """One of NOTE_STATUSES for a row by its first cell, else null, as SQL.

        A row is a note only where no column that each row must fill has a value, apart from the cell with the marker itself.

        Args:
            first: the first filled cell of the row.
            cells: the cells of ``columns``, which are the contract columns in the order of the file.
            columns: their names.
            mark: the column that marks the rows that may be notes, where there is one.
        """
        held = dict(zip(columns, cells, strict=True))
        no_key = " and ".join(
            f"({held[name]} is null or {held[name]} = {first} or {signs_sql(held[name])})"
            for name in self._owed()
            if name in held
        )
        text = f"regexp_replace({half_width(first)}, '\\s', '', 'g')"
        return f"""case
            when {first} is null then 'blank'
            when not {mark or self.may_be_note_sql(first, cells, columns)} then null
            when {self._is_head_sql(first, cells, columns)} then 'repeated_header'
            when concat_ws('', {", ".join(cells)}) = {first} and regexp_matches({text}, {literal("^" + PAGE_OF)}) then 'footnote'
            when not ({no_key or "true"}) then null
            when regexp_matches({text}, {literal(self.subtotal.pattern)}) then 'subtotal'
            when regexp_matches({text}, {literal(self.footnote.pattern)}) then 'footnote'
            when regexp_matches({text}, {literal("^(金额)?" + UNIT_STATEMENT.pattern)}) then 'unit'
            else {foot_sql(first, text, held, self.contract)}
        end"""

    def _owed(self) -> list[str]:
        """The columns of which a row of data fills at least one."""
        return self.contract.key or [column.name for column in self.contract.columns if column.required]

    def _markers(self) -> list[str]:
        words = [*self.contract.subtotal_markers, *self.contract.footnote_markers]
        return [
            *map(normalise, words),
            "单位",
            "金额单位",
            *"本页月季年日期",
            "第",
            "共",
            "记",
            "总",
            "Page",
            "page",
            "-",
            "=",
            "_",
            *"(【以承接过转",
        ]

    def heads(self, columns: Sequence[str]) -> list[tuple[str, str]]:
        """Of each row of the head that fills a contract column: the first cell it fills, and its signature."""
        if self.several is not None:
            return [head for each in self.several for head in each.heads(columns)]
        heads = []
        for row in self.header.head if self.header else ():
            if row.verdict == "above_header":
                continue
            places = (self.header.positions[name] for name in columns) if self.header else ()
            cells = [row.cells[place] if place < len(row.cells) else None for place in places]
            first = next((cell for cell in cells if cell), None)
            if first and (signature := _signature(cells)):
                heads.append((first, signature))
        return heads

    def _is_head_sql(self, first: str, cells: Sequence[str], columns: Sequence[str]) -> str:
        heads = self.heads(columns)
        if not heads:
            return "false"
        own = f"[{literals(sorted({s for _, s in heads}))}]" if self.several is None else HEADS
        plain = (f"regexp_replace({half_width(cell)}, '[\\s0-9*]', '', 'g')" for cell in cells)
        # A long row is put together only where its first cell is as long as that of a head.
        shortest = min(len(DROPPED.sub("", text)) for text, _ in heads)
        signature = f"concat_ws('|', {', '.join(plain)})"
        return f"(length({first}) >= {shortest} and list_contains({own}, {signature}))"


def judge_irregular(
    cells: Sequence[str], text_width: int, markers: Markers, *, ends_mid_row: bool
) -> tuple[str | None, Sequence[str] | None]:
    """What a row is whose cells do not fit under the header.

    Args:
        cells: of the row as the parser split it.
        text_width: how many cells the header has.
        markers: of the contract.
        ends_mid_row: whether the file ends with this row, and without the end of a line.

    Returns:
        One of NOTE_STATUSES or ``rule:detail`` and None; or None and the cells, where only empty ones are too many.
    """
    stripped = [cell.strip() for cell in cells]
    filled = [normalise(cell) for cell in stripped if cell]
    if not any(filled):
        return "blank", None
    if markers.is_head(stripped):
        return "repeated_header", None
    if len(cells) < text_width and (status := markers.status([text for text in filled if text])):
        return status, None
    counts = f"应有 {text_width} 个单元格,实有 {len(cells)} 个"
    if len(cells) >= text_width:
        if not any(stripped[text_width:]):
            return None, cells
        return f"too_many_cells:{counts}", None
    return f"truncated_row:{counts}" if ends_mid_row else f"too_few_cells:{counts}", None


def told_once(first: str, cells: Sequence[str], required: Sequence[str]) -> str:
    """What is told, as SQL, of a rejected row in place of each required cell that it lacks; null where each is told.

    Args:
        first: its first cell that is filled.
        cells: all its cells.
        required: those that have to be filled.
    """
    empty = " + ".join(f"cast({cell} is null as integer)" for cell in required) or "0"
    lone = f"when concat_ws('', {', '.join(cells)}) = {first} then 'lone_cell:'"
    part = f"when starts_with({first}, '{PART_OF}') then 'part_of_row:'"
    return f"case when {empty} < {MOST_MISSING} then null {lone} {part} end"


def split_cells(text: str, delimiter: str) -> list[str]:
    """The cells of one line; the whole line where its quotes make no sense."""
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return [text]


def _signature(cells: Sequence[str | None]) -> str:
    """The filled cells of a row without blanks and digits, as the SQL of :meth:`Markers.status_sql` puts them together."""
    plain = (DROPPED.sub("", cell.translate(TO_HALF_WIDTH)) if cell else None for cell in cells)
    return "|".join(text for text in plain if text is not None)
