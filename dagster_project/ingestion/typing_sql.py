"""The types of a contract as DuckDB expressions over text, in three steps so that odd spellings cost only where they occur.

``quick`` reads the common spelling of a cell; ``plain`` is the cell in a simpler spelling, for the rows that ``quick`` left
null; ``slow`` reads that. An expression is null where the text is not of its type. `numbers_sql` and `dates_sql` hold the types.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from dagster_project.contracts import Code, Column, DateOrder
from dagster_project.ingestion import dates_sql, numbers_sql
from dagster_project.ingestion.spellings import TO_FULL_WIDTH, simple
from dagster_project.ingestion.sql import literal, literals
from dagster_project.ingestion.text_table import SPREADSHEET_EPOCH

SQL_TYPES = {
    "text": "varchar",
    "code": "varchar",
    "integer": "bigint",
    "money": "decimal(18, 2)",
    "date": "date",
    "month": "date",
    "timestamp": "timestamp",
    "boolean": "boolean",
}
TRUE_WORDS = ("是", "有", "y", "yes", "true", "1", "√")
FALSE_WORDS = ("否", "无", "n", "no", "false", "0", "×")
CODE = "^[\\[(【]?\\s*([^-\\s_/:、#\\])】]+)"
"""The code in ``2010101-行政运行``, ``2010101##行政运行##GUID``, ``[2010101]行政运行``, ``2010101 行政运行`` and ``2010101_行政运行``."""

NAME_BEHIND = "^[\\[(【]?\\s*[^-\\s_/:、#\\])】]+[-\\s_/:、#\\])】]+([^-\\s_/:、#]+)"
"""The name behind the code."""

MORE_BEHIND = "^[\\[(【]?\\s*[^-\\s_/:、#\\])】]+[-\\s_/:、#\\])】]+([^-\\s_/:、#]+[-\\s_/、,;]+[^#]*)"
"""The name and what else stands behind the code, as in ``11-一般公共预算、12-政府性基金``; not the number of a platform behind ``##``."""


def sql_type(column: Column) -> str:
    """The SQL type that a column is landed as."""
    return numbers_sql.decimal_type(column) if column.type == "decimal" else SQL_TYPES[column.type]


def nil_texts(nil_markers: list[str]) -> list[str]:
    """The texts of a cell that holds nothing: empty, a lone guard, a sign for nil in either width."""
    return list(dict.fromkeys(["", "'", *nil_markers, *(marker.translate(TO_FULL_WIDTH) for marker in nil_markers)]))


def clean(text: str, nil_markers: list[str]) -> str:
    """A trimmed cell; null where it is empty or only a sign for nil, in either width.

    What costs least is asked first: most texts are longer than every sign, or sort between the ASCII signs and the others.
    A lone apostrophe is the guard of an empty text.
    """
    nil = nil_texts(nil_markers)
    longest = max(len(marker.encode()) for marker in nil)
    last_ascii = max(marker for marker in nil if marker.isascii())
    first_other = min((marker for marker in nil if not marker.isascii()), default=last_ascii)
    return f"""case
        when {text} = '' then null
        when strlen({text}) > {longest} then {text}
        when {text} > {literal(last_ascii)} and {text} < {literal(first_other)} then {text}
        when {text} not in ({literals(nil)}) then {text}
    end"""


@dataclass(frozen=True)
class Reading:
    """How a column is read: ``quick`` and ``plain`` are over the cleaned cell, ``slow`` is over ``plain``."""

    quick: str
    plain: str
    slow: str


@dataclass(frozen=True)
class SheetTerms:
    """What a sheet says about all its columns of a type: where serials of dates count from, and in which order dates are written."""

    serial_epoch: dt.date = SPREADSHEET_EPOCH
    date_order: DateOrder | None = None


def reading(column: Column, cell: str, plain: str, codes: list[Code], unit: str | None, terms: SheetTerms) -> Reading:
    """The expressions that read a column.

    Args:
        column: whose type applies.
        cell: the name of the cleaned text.
        plain: the name that the plain spelling will have.
        codes: the codes valid in the fiscal year, for columns with a code list.
        unit: the unit that amounts of the column are written in, for money columns.
        terms: what the sheet says.
    """
    half = simple(cell)
    order, epoch = column.date_order or terms.date_order, terms.serial_epoch
    match column.type:
        case "code":
            names = {c.code: c.name_zh for c in codes} or {value: value for value in column.allowed or []}
            return Reading(_quick_code(cell, names), half, _code(plain, names))
        case "integer":
            spelt = numbers_sql.ungrouped(numbers_sql.without_signs(half))
            return Reading(numbers_sql.quick_whole(cell), spelt, numbers_sql.whole(plain))
        case "decimal":
            quick = numbers_sql.quick_decimal(cell, column)
            return Reading(quick, numbers_sql.plain_decimal(half, column), numbers_sql.decimal(plain, column))
        case "money":
            assert unit is not None, "find_header refuses a file whose unit is unknown"
            quick = numbers_sql.quick_amount(cell, unit)
            return Reading(quick, numbers_sql.plain_amount(half), numbers_sql.amount(plain, unit, column))
        case "date":
            return Reading(dates_sql.quick_date(cell), dates_sql.iso_text(half, order), dates_sql.date(plain, epoch))
        case "month":
            iso = dates_sql.iso_text(half, order)
            return Reading("cast(null as date)", iso, dates_sql.month(plain, epoch, order))
        case "timestamp":
            iso = dates_sql.iso_text(half, order)
            return Reading(dates_sql.quick_timestamp(cell), iso, dates_sql.timestamp(plain, epoch))
        case "boolean":
            quick = f"case {cell} when '是' then true when '否' then false end"
            return Reading(quick, f"lower({half})", _boolean(plain))
        case "text":
            raise ValueError("a text is its own value")


def _known(text: str, words: Collection[str]) -> str:
    """The text where it is one of the words. A cast to an enum looks it up by hash; a long `in` list compares one by one."""
    return f"cast(try_cast({text} as enum({literals(words)})) as varchar)" if words else "cast(null as varchar)"


def _quick_code(cell: str, names: Mapping[str, str]) -> str:
    """The code of a cell that is the code alone, or code and name as the list has them; others are looked at twice."""
    named = [f"{code}-{name}" for code, name in names.items() if name != code]
    if not named or any("-" in code for code in names):
        return _known(cell, names)
    common = f"try_cast({cell} as enum({literals([*names, *named])}))"
    return f"case when enum_code({common}) < {len(names)} then {cell} else split_part(cast({common} as varchar), '-', 1) end"


def _code(plain: str, names: Mapping[str, str]) -> str:
    """`2010101-行政运行`, `2010101##行政运行##GUID`, `[2010101]行政运行` or `行政运行` give the code.

    A name, with or without blanks, gives a code only where no other fits; so does a code that lost its leading zeros (``1``
    for ``01``), or that got one where the list has single digits. A code beside another one, or beside its name, gives
    nothing: which of the two is meant, only the department knows.
    """
    if not names:
        return "cast(null as varchar)"
    code = f"regexp_extract({plain}, '{CODE}', 1)"
    known = [_known(code, names)]
    short = _only_ones((each.lstrip("0"), each) for each in names if each.isdigit() and each.strip("0"))
    if padded := {bare: each for bare, each in short.items() if bare != each or len(each) == 1}:
        known.append(_chosen(f"ltrim({code}, '0')", padded))
    by_name = _only_ones(("".join(name.split()), code) for code, name in names.items())
    known.append(_chosen(f"regexp_replace({plain}, '\\s', '', 'g')", by_name))
    value = f"coalesce({', '.join(known)})"

    def others(text: str) -> str:
        return f"coalesce({_known(text, names)}, {_chosen(text, by_name)}, {value}) <> {value}"

    behind = f"regexp_extract({plain}, '{NAME_BEHIND}', 1)"
    more = f"nullif(regexp_extract({plain}, '{MORE_BEHIND}', 1), '')"
    words = f"string_split_regex({more}, '[-\\s_/:、,;\\[\\](【】)]+')"
    is_other = f"list_bool_or([{others('word')} for word in {words}])"
    return f"case when coalesce({others(behind)}, false) or coalesce({is_other}, false) then null else {value} end"


def _only_ones(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The pairs whose first text no other pair has."""
    listed = list(pairs)
    counts = Counter(first for first, _ in listed)
    return {first: second for first, second in listed if counts[first] == 1}


def _chosen(text: str, choices: Mapping[str, str]) -> str:
    """What the text is mapped to, else null."""
    if not choices:
        return "cast(null as varchar)"
    return f"case {text}{''.join(f' when {literal(key)} then {literal(value)}' for key, value in choices.items())} end"


def _boolean(plain: str) -> str:
    return f"case when {plain} in ({literals(TRUE_WORDS)}) then true when {plain} in ({literals(FALSE_WORDS)}) then false end"
