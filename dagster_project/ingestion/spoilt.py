"""Cells that a spreadsheet program spoilt before they were handed in, as SQL: errors, display signs, lost digits, ids made dates.

Every condition asks first what costs least, since hardly any cell is spoilt.
"""

from __future__ import annotations

from dagster_project.ingestion.spellings import LONGEST_NULL_WORD, only_where
from dagster_project.ingestion.sql import literal

NO_CACHED_VALUE = "#无缓存值!"
"""How the readers give a formula whose result the file does not hold."""
ERROR = (
    "(?i)[#\uff03](N/A|REF!|DIV/0!|VALUE!|NAME[?]|NULL!|NUM!|GETTING_DATA|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|BUSY!"
    "|EXTERNAL!|PYTHON!|无缓存值!|[#\uff03]+)|Err:[0-9]{3}"
)
"""Errors of formulas, the signs of a column too narrow for its values, an error of LibreOffice."""
WIDE_HASH = "\uff03"
FIRST_WIDE = "\uff00"
"""Full-width letters and signs begin here."""
SCIENTIFIC = "[+-]?[0-9]+([.][0-9]*)?[Ee][+-]?[0-9]+"
SCIENTIFIC_TEXT = "[+-]?[0-9]([.][0-9]+)?[Ee][+][0-9]+|[+-]?[0-9][.][0-9]+[Ee]-?[0-9]+"
"""In a text: ``1.2E8`` and ``6E+18``, but ``2E3`` and ``1E-05`` may be the number of a room."""
SCIENTIFIC_LENGTH = 14
"""A program that shows a long number in a narrow column needs no more letters; where it writes more, it writes a plus."""
FLOAT = "[0-9]{3,}[.]0+"
"""Shorter ones are numbers of chapters and versions."""
MONTHS = "jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec"
TIME = "([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?([.][0-9]+)?)?"
YEAR = "(19|20)[0-9]{2}"
WHOLE_DATE = (
    f"(?i)({YEAR}[-/][0-9]{{1,2}}[-/][0-9]{{1,2}}{TIME}|[0-9]{{1,2}}/[0-9]{{1,2}}/({YEAR}|[0-9]{{2}}){TIME}"
    f"|({YEAR}年)?[0-9]{{1,2}}月[0-9]{{1,2}}日{TIME}|({YEAR})年[0-9]{{1,2}}月"
    f"|({MONTHS})-([0-9]{{2}}|{YEAR})|[0-9]{{1,2}}-({MONTHS})(-([0-9]{{2}}|{YEAR}))?)"
)
"""A date as a spreadsheet shows it. ``2023-3`` is none: that is how the id was typed."""

LONGEST_DATE, LONGEST_SHORT_DATE = 11, len("Mar-2023")
"""A date without a time and without hanzi has so many bytes at most; one that begins with the name of a month is looked for in shorter texts."""


def is_in_lines(cell: str) -> str:
    """Whether a text goes on in another line or behind a tab."""
    return f"(contains({cell}, chr(10)) or contains({cell}, chr(13)) or contains({cell}, chr(9)))"


def is_sound_text(cell: str) -> str:
    """Whether a text can be no error, number, guard or word for no value: it begins with a hanzi or a letter behind E, and is long enough."""
    return f"({cell} >= 'F' and {cell} < '{FIRST_WIDE}' and strlen({cell}) > {LONGEST_NULL_WORD})"


def is_error(cell: str) -> str:
    """Whether a text is the error of a formula or a sign that a value could not be shown."""
    starts = f"prefix({cell}, '#') or prefix({cell}, '{WIDE_HASH}') or prefix({cell}, 'Err:')"
    return only_where(starts, f"regexp_full_match({cell}, {literal(ERROR)})")


def lacks_value(cell: str) -> str:
    """Whether the cell is a formula without its result."""
    return only_where(f"prefix({cell}, '#')", f"{cell} = {literal(NO_CACHED_VALUE)}")


def is_scientific(cell: str) -> str:
    """Whether a cell of a number column is in scientific notation: what a narrow column shows has lost its digits."""
    return f"regexp_full_match({cell}, {literal(SCIENTIFIC)})"


def is_scientific_text(cell: str) -> str:
    """Whether a text is a number in scientific notation."""
    return only_where(f"{cell} < ':'", _is_scientific_of_digits(cell))


def is_spoilt_text(cell: str) -> str:
    """Whether a text is an error, lacks its value, or is a number in scientific notation."""
    error = f"regexp_full_match({cell}, {literal(ERROR)})"
    return f"""(case
        when {cell} >= 'F' and {cell} < '{FIRST_WIDE}' then false
        when {cell} < ':' then case when prefix({cell}, '#') then {error} else {_is_scientific_of_digits(cell)} end
        when prefix({cell}, '{WIDE_HASH}') or prefix({cell}, 'Err:') then {error}
    end)"""


def _is_scientific_of_digits(cell: str) -> str:
    has_sign = f"contains({cell}, 'E') or contains({cell}, 'e')"
    likely = f"({has_sign}) and (contains({cell}, '+') or strlen({cell}) <= {SCIENTIFIC_LENGTH})"
    return only_where(likely, f"regexp_full_match({cell}, {literal(SCIENTIFIC_TEXT)})")


def is_float(cell: str) -> str:
    """Whether an id is a number with nothing behind its point: a program took it for an amount (``440100.0``)."""
    return only_where(f"suffix({cell}, '.0') or suffix({cell}, '.00')", f"regexp_full_match({cell}, {literal(FLOAT)})")


def is_date(cell: str) -> str:
    """Whether an id is wholly a date: one begins with a digit, or is as short as ``Mar-23``."""
    digits = f"{cell} < ':' and (strlen({cell}) <= {LONGEST_DATE} or contains({cell}, ':') or contains({cell}, '月'))"
    likely = f"strlen({cell}) <= {LONGEST_SHORT_DATE} or {digits}"
    is_parted = f"contains({cell}, '-') or contains({cell}, '/') or contains({cell}, '月')"
    return only_where(likely, only_where(is_parted, f"regexp_full_match({cell}, {literal(WHOLE_DATE)})"))
