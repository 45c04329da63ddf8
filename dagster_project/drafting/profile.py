"""Count what the cells of a column are: one query over all its values, no loop over rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from dagster_project.ingestion.sql import literal, literals

FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000"
HALF_WIDTH = "".join(chr(code) for code in range(0x21, 0x7F)) + " "
NIL = ("-", "--", "—", "——", "–", "/", "-", "/")
SUBTOTALS = ("合计", "小计", "总计", "累计", "本页合计", "本月合计", "本年累计")
FOOTNOTES = ("注:", "备注:", "说明:", "制表人", "填报人", "审核人", "制表", "填表", "负责人")
SHOWN_VALUES = 60

YEAR = "(19|20)[0-9]{2}"
MONTH_DAY = "(0?[1-9]|1[0-2])[-/.月](0?[1-9]|[12][0-9]|3[01])日?"
TIME = "[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?"
OFFSET = "(Z|[+-][0-9]{2}:?[0-9]{2})?"
WHOLE = "([0-9]{1,3}(,[0-9]{3})+|[0-9]+)"
NUMBER = f"{WHOLE}([.][0-9]+)?"
DIGIT_DATE = f"{YEAR}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
KINDS = {
    "integer": f"[-+]?{WHOLE}([.]0+)?",
    "number": f"[-+]?[(]?({NUMBER}|[.][0-9]+)[)]?([eE][-+]?[0-9]+)?",
    "money_sign": f"[-+]?[(]?[¥￥]?[-+]?{NUMBER}(亿元|万元|千元|元)?[)]?",
    "percent": f"[-+]?{NUMBER}%",
    "date": f"{YEAR}[-/.年]{MONTH_DAY}|{DIGIT_DATE}",
    "serial": "[2-6][0-9]{4}([.]0+)?",
    "day_first": "(0?[1-9]|[12][0-9]|3[01])[-/.](0?[1-9]|1[0-2])[-/.]([0-9]{4}|[0-9]{2})",
    "month_first": "(0?[1-9]|1[0-2])[-/.](0?[1-9]|[12][0-9]|3[01])[-/.]([0-9]{4}|[0-9]{2})",
    "month": f"{YEAR}[-/.年](0?[1-9]|1[0-2])月?",
    "digit_month": f"{YEAR}(0[1-9]|1[0-2])",
    "timestamp": f"{YEAR}[-/.年]{MONTH_DAY}[ T]{TIME}{OFFSET}",
    "boolean": "是|否|有|无|[yYnN]|[yY]es|[nN]o|YES|NO|true|false|TRUE|FALSE|True|False|√|×",
    "bit": "0|1",
    "long_number": "[0-9]{12,}",
    "letter_code": "[A-Za-z]{1,4}[0-9]{3,}",
    "zero_first": "0[0-9]+",
    "fen": f"[-+]?{WHOLE}[.][0-9]*[1-9][0-9]{{0,1}}|[-+]?{WHOLE}[.][0-9]{{2}}",
    "beyond_fen": f"[-+]?{WHOLE}[.][0-9]{{3,}}",
    "id_card": "[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])[0-9]{3}[0-9Xx]",
    "mobile": "(1[0-9]{10}|[+]?86-?1[0-9]{10})",
}
"""What a value may be, as patterns over half-width text; a value may be several of these."""


@dataclass(frozen=True)
class Profile:
    """A column in numbers: rows in tables that have the column, cells with a value, how many are of each kind, common values."""

    rows: int
    filled: int
    distinct: int
    longest: int
    kinds: dict[str, int]
    values: tuple[tuple[str, int], ...]

    def share(self, *kinds: str) -> float:
        """Which part of the filled cells is of one of these kinds, counted as if no cell were of two."""
        return sum(self.kinds[kind] for kind in kinds) / self.filled if self.filled else 0.0

    @property
    def is_complete(self) -> bool:
        """Whether no cell is empty."""
        return self.rows > 0 and self.filled == self.rows


@dataclass(frozen=True)
class RowCounts:
    """What the rows below the headers are."""

    seen: int
    blank: int
    subtotals: int
    footnotes: int
    headers_again: int

    @property
    def data(self) -> int:
        """Rows that hold data."""
        return self.seen - self.blank - self.subtotals - self.footnotes - self.headers_again


class Rows:
    """All rows of a ledger in DuckDB; columns are ``k0`` …, the rows that hold data are the table ``facts``."""

    def __init__(self, cells: pa.Table, headers: Sequence[Sequence[str]]):
        self.connection = duckdb.connect()
        self.connection.execute("set enable_progress_bar = false")
        self.width = len(headers)
        self.connection.register("cells", cells)
        names = [f"k{place}" for place in range(self.width)]
        empty = literals(("", *NIL))
        filled = " + ".join(f"cast({name} is not null and {name} not in ({empty}) as integer)" for name in names)
        cleaned = [f"case when {name} not in ({empty}) then {name} end as {name}" for name in names]
        first = f"replace(replace(coalesce({', '.join(f'nullif({name}, {chr(39) * 2})' for name in names)}, ''), ' ', ''), '：', ':')"
        again = " and ".join(
            f"{name} in ({literals(texts)})" for name, texts in zip(names[:2], headers[:2], strict=True) if any(texts)
        )
        few = max(1, self.width // 2)
        self.connection.execute(f"""
            create temp table judged as
            select *, case
                when filled = 0 then 'blank'
                when {again or "false"} then 'header'
                when {_begins(first, SUBTOTALS)} and filled <= {few + 1} then 'subtotal'
                when ({_begins(first, FOOTNOTES)} and filled <= {few}) or ({self.width} > 3 and filled = 1) then 'footnote'
                else 'data' end as kind
            from (select *, {filled} as filled, {first} as first_cell from cells)
        """)
        self.connection.execute(
            f"create temp table facts as select _table, _file, {', '.join(cleaned)} from judged where kind = 'data'"
        )

    def counts(self) -> RowCounts:
        """How many rows are what."""
        found = dict(self.connection.execute("select kind, count(*) from judged group by kind").fetchall())
        return RowCounts(
            sum(found.values()), *(found.get(kind, 0) for kind in ("blank", "subtotal", "footnote", "header"))
        )

    def subtotal_words(self) -> list[str]:
        """How rows with a total begin."""
        query = "select left(first_cell, 8), count(*) from judged where kind = 'subtotal' group by 1 order by 2 desc limit 5"
        return [word for word, _ in self.connection.execute(query).fetchall()]

    def profile(self, place: int, tables: Sequence[int]) -> Profile:
        """Count the values of a column, in the tables that have it."""
        name = f"k{place}"
        within = f"_table in ({', '.join(map(str, tables))})"
        self.connection.execute(f"""
            create or replace temp table valued as
            select translate({name}, {literal(FULL_WIDTH)}, {literal(HALF_WIDTH)}) as value, count(*) as n
            from facts where {within} group by 1
        """)
        kinds = ", ".join(
            f"coalesce(sum(n) filter (where regexp_full_match(value, {literal(pattern)})), 0)"
            for pattern in KINDS.values()
        )
        row = self.connection.execute(f"""
            select coalesce(sum(n), 0), coalesce(sum(n) filter (where value is not null), 0), count(value),
                coalesce(max(length(value)), 0), {kinds}
            from valued
        """).fetchone()
        assert row is not None, "an aggregate has a row"
        values = self.connection.execute(
            f"select value, n from valued where value is not null order by n desc, value limit {SHOWN_VALUES}"
        ).fetchall()
        rows, filled, distinct, longest, *counts = map(int, row)
        return Profile(rows, filled, distinct, longest, dict(zip(KINDS, counts, strict=True)), tuple(values))

    def is_unique(self, places: Sequence[int], dates: Collection[int] = ()) -> bool:
        """Whether no two rows of one file have the same values in these columns; a date is the same however it is written."""
        names = ", ".join(_day(f"k{place}") if place in dates else f"k{place}" for place in places)
        query = f"select 1 from facts group by _file, {names} having count(*) > 1 limit 1"
        return self.connection.execute(query).fetchone() is None

    def shared_keys(self, places: Sequence[int]) -> int:
        """How many key values stand in more than one file."""
        names = ", ".join(f"k{place}" for place in places)
        query = f"select count(*) from (select 1 from facts group by {names} having count(distinct _file) > 1)"
        row = self.connection.execute(query).fetchone()
        return int(row[0]) if row else 0


def _day(name: str) -> str:
    """A date in one spelling; what cannot be read stays as it is."""
    dashes = f"regexp_replace(regexp_replace({name}, '日$', ''), '[年月./]', '-', 'g')"
    digits = f"try_cast(try_strptime({name}, '%Y%m%d') as date)"
    return f"coalesce(cast(coalesce(try_cast({dashes} as date), {digits}) as varchar), {name})"


def _begins(text: str, words: Sequence[str]) -> str:
    return "(" + " or ".join(f"starts_with({text}, {literal(word)})" for word in words) + ")"
