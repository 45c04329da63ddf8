"""Other spellings of the same text, as SQL: full width, the guards that keep a spreadsheet's cell a text, keys typed in another width."""

from __future__ import annotations

from collections.abc import Sequence

from dagster_project.contracts import NUMBER_TYPES, Column, Contract
from dagster_project.ingestion.sql import literal, literals

BLANKS = " \t\r\n\u3000\u00a0\ufeff"
HALF_WIDTH = "".join(chr(code) for code in range(0x21, 0x7F)) + " "
FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000"
TO_FULL_WIDTH, TO_HALF_WIDTH = str.maketrans(HALF_WIDTH, FULL_WIDTH), str.maketrans(FULL_WIDTH, HALF_WIDTH)
HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63"
"""What a word processor or an input method writes for the hyphen of an id."""
ID_ENDINGS = ("_no", "_code", "_id", "_number")
WIDE = f"[{FULL_WIDTH[0]}-{FULL_WIDTH[-2]}{FULL_WIDTH[-1]}]"
GUARD = "(?s)=[\"](.*)[\"]|='([^'].*[^']|[^']?)'?|'([^'].*[^']|[^']?)"
"""``="00123"``, ``='00123`` or ``'00123``. A text that ends in an apostrophe too is quoted, and stays as it is."""

VALUE_GUARD = '^=?\'|^="|"$'
"""The guard of a value that is no text: what stands before and behind it."""
EMPTY_GUARD = '=""'
"""An empty text under its guard; a lone apostrophe is one too."""
NULL_WORDS = (
    "null",
    "(null)",
    "[null]",
    "<null>",
    "{null}",
    "nil",
    "none",
    "nan",
    "nat",
    "<na>",
    "<nil>",
    "\\n",
    "&nbsp;",
)
"""What databases, programs and web pages write where they have no value, in small letters. N/A is none: it says why there is none."""
NO_NUMBER = "nan"
"""In a column of numbers it is no word for no value: it may be what a computation gave that failed."""
LONGEST_NULL_WORD = max(map(len, NULL_WORDS))
DITTOS = ("同上", "同前", "仝上", "〃", "〞", "″", '"', "”", "“", "ditto", "do.")
"""What a person writes for the text of the row above."""
WEB_CODE = "(?i)&([a-z]{2,8}|#[0-9]{1,7}|#x[0-9a-f]{1,6});|</?(br|p|div|span|font|td|tr|b|i|u|a)(\\s[^<>]*)?/?>"
"""A character or a tag as the source of a web page has it: ``&amp;``, ``&#39;``, ``<br/>``."""


def half_width(text: str) -> str:
    """The text with full-width letters, digits and signs made half-width; few texts have any, and to replace them costs a lot."""
    translated = f"translate({text}, {literal(FULL_WIDTH)}, {literal(HALF_WIDTH)})"
    return f"case when regexp_matches({text}, '{WIDE}') then {translated} else {text} end"


def simple(text: str) -> str:
    """A cell of a number, date or code in half width and without its text guard."""
    translated = f"translate({text}, {literal(FULL_WIDTH)}, {literal(HALF_WIDTH)})"
    bare = f"regexp_replace({translated}, {literal(VALUE_GUARD)}, '', 'g')"
    return f"case when regexp_matches({text}, {literal(f'{WIDE}|^[=]|^[' + chr(39) + ']')}) then {bare} else {text} end"


def only_where(likely: str, condition: str) -> str:
    """A condition that is asked only where a cheaper one holds, else null: of an `and` DuckDB may ask the costly part first."""
    return f"(case when {likely} then {condition} end)"


def has_text_guard(cell: str) -> str:
    """Whether a cell begins with a text guard, as SQL; most cells are told from one by their first letter."""
    starts = f"prefix({cell}, '=') or prefix({cell}, '''')"
    return only_where(starts, f"regexp_full_match({cell}, {literal(GUARD)})")


def unguarded(cell: str) -> str:
    """The text behind its guard, an empty one where there is none; a text without a guard as it is."""
    bare = f"regexp_replace({cell}, {literal(f'^(?:{GUARD})$')}, '\\1\\2\\3')"
    return f"replace(trim({bare}, {literal(BLANKS)}), '\"\"', '\"')"


def is_null_word(cell: str, column: Column) -> str:
    """Whether a cell is a word for no value, as SQL; most texts are longer than each."""
    return _is_short_word(cell, [word for word in NULL_WORDS if word != NO_NUMBER or column.type not in NUMBER_TYPES])


def is_ditto(cell: str) -> str:
    """Whether a text stands for that of the row above it and says nothing of its own, as SQL; most texts are longer."""
    return _is_short_word(cell, DITTOS)


def says_nothing(cell: str) -> str:
    """Whether a text is a word for no value or stands for that of another row, asked at once: of hardly any."""
    return _is_short_word(cell, [*NULL_WORDS, *DITTOS])


def _is_short_word(cell: str, words: Sequence[str]) -> str:
    return only_where(f"strlen({cell}) <= {LONGEST_NULL_WORD}", f"lower({cell}) in ({literals(words)})")


def has_web_code(cell: str) -> str:
    """Whether a text holds the code of a web page in place of a character, as SQL; hardly any has one of its signs."""
    return only_where(f"contains({cell}, '&') or contains({cell}, '<')", f"regexp_matches({cell}, {literal(WEB_CODE)})")


def is_id(column: Column) -> bool:
    """Whether a column holds numbers of documents, people or things, as its name says."""
    return column.type == "text" and column.name.endswith(ID_ENDINGS)


def is_key(column: Column, contract: Contract) -> bool:
    """Whether other rows are found by a text of this column: an id, or a part of the key."""
    return is_id(column) or (column.type == "text" and column.name in contract.key)


def has_full_width(cell: str, column: Column) -> str:
    """Whether an id or a part of a key holds a letter, digit or sign that :func:`narrowed` would replace, as SQL."""
    wide, _ = key_letters(column)
    return only_where(f"strlen({cell}) <> length({cell})", f"regexp_matches({cell}, {literal(f'[{wide}]')})")


def narrowed(cell: str, column: Column) -> str:
    """An id with half-width letters, digits and signs, so that it is the same key however it was typed.

    The brackets of an id become ``()`` and its dashes ``-``, since other ledgers hold them in either width and every id is
    treated alike. A key that is a name (a campaign, a kind of asset) keeps the punctuation of its language.
    """
    wide, narrow = key_letters(column)
    return f"translate({cell}, {literal(wide)}, {literal(narrow)})"


def key_letters(column: Column) -> tuple[str, str]:
    """The letters of a key that are replaced, and those that replace them, in the same order."""
    if is_id(column):
        return FULL_WIDTH[:-1] + HYPHENS, HALF_WIDTH[:-1] + "-" * len(HYPHENS)
    pairs = [
        (wide, narrow)
        for wide, narrow in zip(FULL_WIDTH, HALF_WIDTH, strict=True)
        if narrow.isalnum() or narrow in "-_"
    ]
    return "".join(wide for wide, _ in pairs), "".join(narrow for _, narrow in pairs)
