"""Whole numbers, decimals, percentages and amounts of money as DuckDB expressions over text. Never through a float."""

from __future__ import annotations

from dagster_project.contracts import Column
from dagster_project.ingestion.units import UNIT_IN_YUAN, UNITS

GROUPED = "[1-9][0-9]{0,2}(,[0-9]{3})+"
"""No number begins its groups with a nought: `0,500` is one half where the comma is a point."""
LANDED_DIGITS = 8
WIDEST = 38
MINUS_SIGNS = "\u2212\ufe63"
YUAN_SIGNS = "\u00a5\uffe5"
YUAN_WORDS = f"RMB|CNY|人民币|[{YUAN_SIGNS}]"
FOREIGN = "(?i)(US|HK|NT|A|C)?[$]|[€£]|USD|HKD|EUR|GBP|JPY|MOP|[美港欧日澳加]元|美金|港币|澳门元|英镑|卢布"
"""A sign or word of another currency than yuan."""
DUST_FROM = 10
"""From so many digits behind the point on an amount is what a float makes of a fen: 0.1 + 0.2 = 0.30000000000000004."""


def decimal_type(column: Column) -> str:
    """The SQL type of a decimal column; it holds eight digits behind the point, or more where the contract says so."""
    return f"decimal(18, {LANDED_DIGITS})" if column.digits <= LANDED_DIGITS else f"decimal({WIDEST}, {column.digits})"


def without_signs(half: str) -> str:
    """Half-width text with a plain minus sign, which may stand behind the number too: ``12.50-``."""
    return f"regexp_replace(translate({half}, '{MINUS_SIGNS}', '--'), '^([0-9][0-9,.]*)-$', '-\\1')"


def ungrouped(half: str) -> str:
    """Half-width text without thousands separators; a comma anywhere else makes it null: `1,2` may mean 1.2."""
    grouped = f"[(]?[^0-9]*{GROUPED}([^0-9,][^,]*)?"
    return f"case when not contains({half}, ',') or regexp_full_match({half}, '{grouped}') then replace({half}, ',', '') end"


def quick_whole(cell: str) -> str:
    """`123`."""
    return f"case when regexp_full_match({cell}, '-?[0-9]+') then try_cast({cell} as bigint) end"


def whole(plain: str) -> str:
    """`+123` or `123.0`."""
    return f"case when regexp_full_match({plain}, '[+-]?[0-9]+([.]0*)?') then try_cast(split_part({plain}, '.', 1) as bigint) end"


def exact(text: str, digits: int) -> str:
    """A decimal of at most so many digits after the point; null where there are more, so that nothing is rounded.

    The pattern keeps out what a cast would round (`1e-3`) or read as a number (`1_000`), and spares it the costly failures.
    """
    return _number(text, f"[0-9]{{0,{digits}}}", f"{{1,{digits}}}", f"decimal(18, {digits})")


def rounded(text: str, kind: str) -> str:
    """A decimal of any number of digits, rounded half up to those of the type: a cast of a text counts in tens, not in floats."""
    return _number(text, "[0-9]*", "+", kind)


def _number(text: str, after: str, only_after: str, kind: str) -> str:
    pattern = f"[+-]?([0-9]+([.]{after})?|[.][0-9]{only_after})"
    return f"case when regexp_full_match({text}, '{pattern}') then try_cast({text} as {kind}) end"


def quick_decimal(cell: str, column: Column) -> str:
    """The common spelling of a decimal, with no more digits than the column keeps."""
    kind = decimal_type(column)
    return _number(cell, f"[0-9]{{0,{column.digits}}}", f"{{1,{max(column.digits, 1)}}}", kind)


def plain_decimal(half: str, column: Column) -> str:
    """A decimal without separators and idle zeros, and without its per cent sign where the column is per cent."""
    number = without_idle_zeros(ungrouped(without_signs(half)))
    return f"regexp_replace({number}, '\\s*%$', '')" if column.percent else number


def decimal(plain: str, column: Column) -> str:
    """A decimal, rounded to the digits that the column keeps unless its contract refuses that."""
    kind = decimal_type(column)
    if column.rounding == "reject":
        return quick_decimal(plain, column)
    if column.digits >= LANDED_DIGITS:
        return rounded(plain, kind)
    return f"try_cast({rounded(plain, f'decimal(18, {column.digits})')} as {kind})"


def needs_rounding(plain: str, digits: int) -> str:
    """Whether a number without a unit has more digits behind the point than are kept, so that its value was rounded."""
    return f"regexp_matches({plain}, '[.][0-9]{{{digits}}}[0-9]+$')"


def without_idle_zeros(text: str) -> str:
    """`1.500` as `1.5`, also before a unit."""
    return f"regexp_replace({text}, '^([^.eE]*[.][0-9]*?)0+({UNITS})?$', '\\1\\2')"


def fen_digits(unit: str) -> int:
    """How many digits behind the point an amount in this unit has when it is exact to the fen."""
    return len(str(UNIT_IN_YUAN[unit])) - 1 + 2


def quick_amount(cell: str, unit: str) -> str:
    """`1234.50` or `1,234.50`."""
    grouped = f"case when regexp_full_match({cell}, '-?{GROUPED}([.][0-9]*)?') then replace({cell}, ',', '') end"
    return f"coalesce({_in_yuan(cell, unit)}, {_in_yuan(f'({grouped})', unit)})"


def plain_amount(half: str) -> str:
    """`1,234.50`, `(1,234.50)` and `12.50-` for negative, `¥12`, `人民币12.5万元` as a plain number with its own unit behind it.

    A blank between digits makes it null: `12 34` may be two numbers.
    """
    whole_text = f"case when not regexp_matches({half}, '[0-9.]\\s+[0-9.]') then {ungrouped(without_signs(half))} end"
    no_blanks = f"regexp_replace({whole_text}, '\\s', '', 'g')"
    bare = f"regexp_replace({no_blanks}, '^([(]?[+-]?)(?:{YUAN_WORDS})+', '\\1')"
    negative = f"regexp_replace({bare}, '^[(]([0-9.]+)({UNITS})?[)]$', '-\\1\\2')"
    yuan = f"regexp_replace({negative}, '^([-+]?[0-9.]+)(元整|元正|RMB|CNY|人民币)$', '\\1元')"
    return without_idle_zeros(yuan)


def amount(plain: str, unit: str, column: Column) -> str:
    """A plain number in the column's unit, or in its own where one stands behind it; in yuan."""
    number = f"regexp_extract({plain}, '^(.*?)({UNITS})$', 1)"
    own = "".join(f" when '{name}' then {_in_yuan(number, name, column.rounding)}" for name in UNIT_IN_YUAN)
    return f"case regexp_extract({plain}, '({UNITS})$', 1){own} else {_in_yuan(plain, unit, column.rounding)} end"


def _in_yuan(text: str, unit: str, rounding: str | None = "reject") -> str:
    """In yuan: exact to the fen, without a rule for more digits also with what a float leaves behind the fen, or rounded."""
    factor = UNIT_IN_YUAN[unit]
    digits = fen_digits(unit)
    kind = f"decimal(18, {digits})"
    if rounding == "reject":
        number = exact(text, digits)
    elif rounding == "half_up":
        number = rounded(text, kind)
    else:
        number = _number(text, f"([0-9]{{0,{digits}}}|[0-9]{{{digits}}}{_dust(digits)})", f"{{1,{digits}}}", kind)
    # Eighteen digits times the factor need more than eighteen: the product is made in the widest decimal.
    return (
        number
        if factor == 1
        else f"cast(cast({number} as decimal(28, {digits})) * cast({factor} as decimal(9, 0)) as decimal(18, 2))"
    )


def _dust(digits: int) -> str:
    """The trace of a float behind the fen: a run of zeros or nines, so that there are ten digits behind the point or more."""
    run = max(DUST_FROM - 1 - digits, 3)
    return f"(0{{{run},}}|9{{{run},}})[0-9]+"
