"""The types of a contract as DuckDB expressions over text, in three steps so that odd spellings cost only where they occur.

``quick`` reads the common spelling of a cell; ``plain`` is the cell in a simpler spelling, for the rows that ``quick`` left
null; ``slow`` reads that. An expression is null where the text is not of its type: nothing is rounded or cut to make it fit.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dagster_project.contracts import Code, Column
from dagster_project.ingestion.sql import literal, literals

UNIT_IN_YUAN = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}
UNITS = "|".join(sorted(UNIT_IN_YUAN, key=len, reverse=True))
BLANKS = " \t\r\n\u3000\u00a0\ufeff"
HALF_WIDTH = "".join(chr(code) for code in range(0x21, 0x7F)) + " "
FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000"
SQL_TYPES = {
    "text": "varchar",
    "code": "varchar",
    "integer": "bigint",
    "decimal": "decimal(18, 8)",
    "money": "decimal(18, 2)",
    "date": "date",
    "month": "date",
    "timestamp": "timestamp",
    "boolean": "boolean",
}
YEAR = "(19[0-9]{2}|20[0-9]{2}|2100)"
"""The years that a date of a ledger may have; a pattern asks for less time than a function of every date."""
GROUPED = "[0-9]{1,3}(,[0-9]{3})+"
LAST_SERIAL = 73_415
SHANGHAI_MINUTES = 8 * 60
DATE_END = "[-/][0-9]{1,2}[-/][0-9]{1,2}"
DATE = f"{YEAR}{DATE_END}"
TIME = "[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?"
OFFSET = "(Z|[+-][0-9]{2}:?[0-9]{2})"
TRUE_WORDS = ("是", "有", "y", "yes", "true", "1", "√")
FALSE_WORDS = ("否", "无", "n", "no", "false", "0", "×")
ERROR_VALUES = ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA")


def half_width(text: str) -> str:
    """The text with full-width letters, digits and signs made half-width; few texts have any, and to replace them costs a lot."""
    translated = f"translate({text}, {literal(FULL_WIDTH)}, {literal(HALF_WIDTH)})"
    return f"case when regexp_matches({text}, '[{FULL_WIDTH[0]}-{FULL_WIDTH[-2]}{FULL_WIDTH[-1]}]') then {translated} else {text} end"


def clean(text: str, nil_markers: list[str]) -> str:
    """A trimmed cell; null where it is empty or only a sign for nil, in either width.

    What costs least is asked first: most texts are longer than every sign, or sort between the ASCII signs and the others.
    """
    full = str.maketrans(HALF_WIDTH, FULL_WIDTH)
    nil = dict.fromkeys(["", *nil_markers, *(marker.translate(full) for marker in nil_markers)])
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


def reading(column: Column, cell: str, plain: str, codes: list[Code], unit: str | None) -> Reading:
    """The expressions that read a column.

    Args:
        column: whose type applies.
        cell: the name of the cleaned text.
        plain: the name that the plain spelling will have.
        codes: the codes valid in the fiscal year, for columns with a code list.
        unit: the unit that amounts of the column are written in, for money columns.
    """
    half = half_width(cell)
    match column.type:
        case "code":
            names = {c.code: c.name_zh for c in codes} or {value: value for value in column.allowed or []}
            return Reading(_known(f"split_part({cell}, '-', 1)", names), half, _code(plain, names))
        case "integer":
            quick = f"case when regexp_full_match({cell}, '-?[0-9]+') then try_cast({cell} as bigint) end"
            return Reading(quick, _ungrouped(half), _whole(plain))
        case "decimal":
            return Reading(_exact(cell, 8), _without_idle_zeros(_ungrouped(half)), _exact(plain, 8))
        case "money":
            assert unit is not None, "find_header refuses a file whose unit is unknown"
            grouped = (
                f"case when regexp_full_match({cell}, '-?{GROUPED}([.][0-9]*)?') then replace({cell}, ',', '') end"
            )
            quick = f"coalesce({_in_yuan(cell, unit)}, {_in_yuan(f'({grouped})', unit)})"
            return Reading(quick, _plain_amount(half), _amount(plain, unit))
        case "date":
            return Reading(_common_date(cell), _iso_text(half), _date(plain))
        case "month":
            first_day = f"cast(date_trunc('month', {_date(plain)}) as date)"
            return Reading("cast(null as date)", _iso_text(half), f"coalesce({first_day}, {_month(plain)})")
        case "timestamp":
            return Reading(_common_timestamp(cell), _iso_text(half), _timestamp(plain))
        case "boolean":
            return Reading(
                f"case {cell} when '是' then true when '否' then false end", f"lower({half})", _boolean(plain)
            )
        case "text":
            raise ValueError("a text is its own value")


def _known(text: str, words: Collection[str]) -> str:
    """The text where it is one of the words. A cast to an enum looks it up by hash; a long `in` list compares one by one."""
    return f"cast(try_cast({text} as enum({literals(words)})) as varchar)" if words else "cast(null as varchar)"


def _code(plain: str, names: dict[str, str]) -> str:
    """`2010101-行政运行`, `2010101##行政运行##GUID` or `行政运行` give the code."""
    by_name = "".join(f" when {literal(name)} then {literal(code)}" for code, name in names.items())
    code = f"split_part(split_part({plain}, '-', 1), '##', 1)"
    return f"coalesce({_known(code, names)}, case {plain}{by_name} end)" if names else "cast(null as varchar)"


def _ungrouped(half: str) -> str:
    """Half-width text without thousands separators; a comma anywhere else makes it null, since `1,2` may mean 1.2."""
    grouped = f"[(]?[^0-9]*{GROUPED}([^0-9,][^,]*)?"
    return f"case when not contains({half}, ',') or regexp_full_match({half}, '{grouped}') then replace({half}, ',', '') end"


def _whole(plain: str) -> str:
    return f"case when regexp_full_match({plain}, '[+-]?[0-9]+([.]0*)?') then try_cast(split_part({plain}, '.', 1) as bigint) end"


def _exact(text: str, digits: int) -> str:
    """A decimal of at most so many digits after the point; null where there are more, so that nothing is rounded.

    The pattern keeps out what a cast would round (`1e-3`) or read as a number (`1_000`), and spares it the costly failures.
    """
    pattern = f"[+-]?([0-9]+([.][0-9]{{0,{digits}}})?|[.][0-9]{{1,{digits}}})([eE][+]?[0-9]+)?"
    return f"case when regexp_full_match({text}, '{pattern}') then try_cast({text} as decimal(18, {digits})) end"


def _without_idle_zeros(text: str) -> str:
    """`1.500` as `1.5`, also before a unit."""
    return f"regexp_replace({text}, '^([^.eE]*[.][0-9]*?)0+({UNITS})?$', '\\1\\2')"


def _in_yuan(text: str, unit: str) -> str:
    factor = UNIT_IN_YUAN[unit]
    digits = len(str(factor)) - 1 + 2
    exact = _exact(text, digits)
    # Eighteen digits times the factor need more than eighteen: the product is made in the widest decimal.
    return (
        exact
        if factor == 1
        else f"cast(cast({exact} as decimal(28, {digits})) * cast({factor} as decimal(9, 0)) as decimal(18, 2))"
    )


def _plain_amount(half: str) -> str:
    """`1,234.50`, `(1,234.50)` for negative, `¥12`, `12.5 万元` as a plain number with its own unit behind it.

    A blank between digits makes it null: `12 34` may be two numbers.
    """
    whole = f"case when not regexp_matches({half}, '[0-9.]\\s+[0-9.]') then {_ungrouped(half)} end"
    bare = f"regexp_replace({whole}, '[¥\u00a5\\s]', '', 'g')"
    return _without_idle_zeros(f"regexp_replace({bare}, '^[(]([0-9.]+)({UNITS})?[)]$', '-\\1\\2')")


def _amount(plain: str, unit: str) -> str:
    """A plain number in the column's unit, or in its own where one stands behind it; in yuan."""
    number = f"regexp_extract({plain}, '^(.*?)({UNITS})$', 1)"
    own = "".join(f" when {literal(name)} then {_in_yuan(number, name)}" for name in UNIT_IN_YUAN)
    return f"case regexp_extract({plain}, '({UNITS})$', 1){own} else {_in_yuan(plain, unit)} end"


def _when(text: str, pattern: str, value: str) -> str:
    """A branch of a case: the value where the whole text has the pattern; casts alone overlook what stands behind a date."""
    return f"when regexp_full_match({text}, {literal(pattern)}) then {value}"


def _common_date(cell: str) -> str:
    """`2023-01-05` or `2023/1/5`."""
    return f"case {_when(cell, DATE, f'try_cast({cell} as date)')} end"


def _common_timestamp(cell: str) -> str:
    """`2023-01-05 09:30:00`, also as `2023-01-05T09:30:00+08:00`."""
    pattern = f"{DATE}[ T][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}([+]08:00)?"
    local = f"split_part({cell}, '+', 1)"
    return f"case {_when(cell, pattern, f'try_cast({local} as timestamp)')} end"


def _iso_text(half: str) -> str:
    """`2023年1月5日`, `2023.1.5`, `2023年1月` with hyphens between the parts of the date."""
    day = f"regexp_replace({half}, '^([0-9]{{4}})[年./]([0-9]{{1,2}})[月./]([0-9]{{1,2}})日?', '\\1-\\2-\\3')"
    month = f"regexp_replace({day}, '^([0-9]{{4}})[年./]([0-9]{{1,2}})月?$', '\\1-\\2')"
    return f"replace({month}, 'T', ' ')"


def _date(iso: str) -> str:
    """An ISO date, `20230105` or a spreadsheet serial; a time of day is left out."""
    serial = f"try_cast(split_part({iso}, '.', 1) as integer)"
    return f"""case
        {_when(iso, f"{DATE}( {TIME})?", f"try_cast(split_part({iso}, ' ', 1) as date)")}
        {_when(iso, f"{YEAR}[0-9]{{4}}", f"try_cast(try_strptime({iso}, '%Y%m%d') as date)")}
        {_when(iso, "[0-9]{5}([.]0+)?", f"case when {serial} <= {LAST_SERIAL} then date '1899-12-30' + {serial} end")}
    end"""


def _month(iso: str) -> str:
    """`2023-03` or `202303`: the first day of that month."""
    return f"""case
        {_when(iso, f"{YEAR}-[0-9]{{1,2}}", f"try_cast({iso} || '-01' as date)")}
        {_when(iso, f"{YEAR}[0-9]{{2}}", f"try_cast(try_strptime({iso} || '01', '%Y%m%d') as date)")}
    end"""


def _timestamp(iso: str) -> str:
    """A date with or without a time; an offset from UTC is turned into Asia/Shanghai, which has no summer time."""
    local = f"regexp_replace({iso}, '{OFFSET}$', '')"
    hours = f"regexp_replace({local}, ' ([0-9]):', ' 0\\1:')"
    padded = f"try_cast(regexp_replace({hours}, ' ([0-9]{{2}}:[0-9]{{2}})$', ' \\1:00') as timestamp)"
    minutes = f"""(case when right({iso}, 1) = 'Z' then 0 else
        cast(regexp_extract({iso}, '([+-][0-9]{{2}}):?[0-9]{{2}}$', 1) as integer) * 60
        + cast(regexp_extract({iso}, '([+-])[0-9]{{2}}:?[0-9]{{2}}$', 1) || right({iso}, 2) as integer) end)"""
    return f"""case
        {_when(iso, f"{DATE} {TIME}", padded)}
        {_when(iso, f"{DATE} {TIME}{OFFSET}", f"{padded} + to_minutes({SHANGHAI_MINUTES} - {minutes})")}
        when not contains({iso}, ':') then cast({_date(iso)} as timestamp)
    end"""


def _boolean(plain: str) -> str:
    return f"case when {plain} in ({literals(TRUE_WORDS)}) then true when {plain} in ({literals(FALSE_WORDS)}) then false end"
