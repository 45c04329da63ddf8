"""Read JSON Lines: one object a line; its keys are the header. A document of records is `read_json_document`'s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import duckdb

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.engine import looking
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.header import find_header
from dagster_project.ingestion.invisible import INVISIBLE_SQL
from dagster_project.ingestion.json_escapes import Escaped, look_at_escapes
from dagster_project.ingestion.json_rules import NESTED, UNKNOWN_KEYS
from dagster_project.ingestion.json_values import HOLDS_NESTED, filled_keys, joined_list, nested_columns, takes_lists
from dagster_project.ingestion.read_csv import DelimitedText
from dagster_project.ingestion.read_json_document import is_document, read_json_document
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.spellings import BLANKS
from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.text_head import allowed_encoding, head_text
from dagster_project.ingestion.text_table import (
    IRREGULAR,
    MOST_WORDS,
    RAW_LINE,
    VERDICT,
    Note,
    TextTable,
    refuse_too_wide,
)
from dagster_project.ingestion.units import names_units

NEVER_IN_TEXT = "\x01"
EXPONENT = '("(?:[^"\\\\]|\\\\.)*"\\s*:\\s*)(-?[0-9]+(?:[.][0-9]+)?)[eE]([+]?|-)([0-9]+)(\\s*[,}])'
"""A key and its number in scientific notation: the engine would write its digits out, and nobody could tell that some were lost."""
IS_OBJECT = f"case when json_valid({RAW_LINE}) then json_type({RAW_LINE}) = 'OBJECT' else false end"


class _Held(NamedTuple):
    """What some lines of a file have: a key twice, escapes in texts, numbers in scientific notation, values within values."""

    repeats: bool
    escapes: bool
    exponents: bool
    nested: bool


def read_jsonl(path: Path, contract: Contract, layout: FileLayout, seen: Fingerprint) -> TextTable:
    """Open a JSON file: one object a line, or one document that holds a list of objects.

    A line that is no object is kept whole for the rejects, and so is one that gives a key twice.

    Raises:
        Refused: the encoding is not allowed or not kept to, a required key is in no line, or a document is broken.
    """
    encoding = allowed_encoding(layout, seen)
    if is_document(head_text(path, encoding, seen), contract, layout):
        return read_json_document(path, encoding, contract, layout)
    lines = DelimitedText(
        path=path,
        encoding=encoding,
        names=[RAW_LINE],
        columns=[RAW_LINE],
        delimiter=NEVER_IN_TEXT,
        seen=seen,
        has_quotes=False,
    )
    keys, held = _keys(lines)
    refuse_too_wide(len(keys))
    if not keys:
        raise Refused("no_records", detail="没有一行是 JSON 对象")
    header = replace(find_header([list(keys)], contract, layout), rows=0, head=())
    written = list(keys)
    at = {name: literal(_pointer(written[place])) for name, place in header.positions.items()}
    paths = ", ".join(at.values())
    refs = {name: f"键 {text}" for name, text in header.texts.items()}
    as_written = {key.strip(): key for key in keys}
    counts = _filled(lines, [as_written[text] for text in header.extra.values()], paths) if header.extra else {}
    unit_words = {key.strip(): _words(lines, key) for key in filter(names_units, counts)}
    notes = tuple(Note("extra_column", header=text.strip(), value=f"{count:,}") for text, count in counts.items())
    escaped = look_at_escapes(lines, {key: _pointer(key) for key in keys}) if held.escapes else Escaped()
    notes = (*notes, *escaped.notes)
    header = replace(header, extra={})
    relation = _relation(at, held, contract, escaped.verdict_sql())
    return TextTable(
        "", header, refs, lines.stream, lines.refusals, relation=relation, tally=lines.tally, notes=notes,
        unit_words=unit_words, has_nested=held.nested,
    )  # fmt: skip


def _relation(at: Mapping[str, str], held: _Held, contract: Contract, of_escapes: str) -> str:
    """The lines as cells of their columns, each line that is no record with its text and what it is.

    Args:
        at: the pointers to the values of the columns, as literals.
        held: what some lines have; what none has is not asked for.
        contract: of the ledger.
        of_escapes: the verdict on a line by its escapes, as SQL.
    """
    paths = ", ".join(at.values())
    cells = ", ".join(
        f"trim({_cell(place, name, at[name], held, contract)}, {literal(BLANKS)}) as {name}"
        for place, name in enumerate(at, start=1)
    )
    quoted = _quoted_exponents() if held.exponents else RAW_LINE
    keys_of = f"json_keys({RAW_LINE})"
    repeats = f"len({keys_of}) <> len(list_distinct({keys_of}))" if held.repeats else "false"
    values = ", ".join(f"nullif({name}, '')" for name in at)
    extracted = f"""(
        select *, case when is_object and not is_repeated then json_extract_string({quoted}, [{paths}]) end as cells
        from (select *, {IS_OBJECT} as is_object, case when {IS_OBJECT} then {repeats} else false end as is_repeated from cells)
    )"""
    own, of_nested = "", ""
    if held.nested:
        kinds = f"case when cells is not null then json_type({RAW_LINE}, [{paths}]) end as kinds"
        nested = nested_columns(RAW_LINE, at, contract)
        extracted = f"(select *, {nested} as nested from (select *, {kinds} from {extracted}))"
        own, of_nested = ", kinds, nested", f"when nested <> '' then '{NESTED}:' || nested"
    named = f"(select {cells}, *, cells is not null as is_record from {extracted})"
    keys = f"case when is_record and coalesce({values}) is null then nullif({filled_keys(RAW_LINE)}, '') end"
    # Queries within queries: the engine would keep the rows of a named one, and give them in any order.
    return f"""(
        select * exclude ({RAW_LINE}, cells, is_object, is_repeated, is_record, unknown{own}) replace (
            case when not is_record or unknown is not null then coalesce({IRREGULAR}, {RAW_LINE}) end as {IRREGULAR},
            case when {VERDICT} is not null then {VERDICT} when is_repeated then 'repeated_json_key:'
                when not is_record then case when trim({RAW_LINE}) = '' then 'blank' else 'bad_json:' end
                when unknown is not null then '{UNKNOWN_KEYS}:' || unknown
                {of_nested} else {of_escapes} end as {VERDICT}
        )
        from (select *, {keys} as unknown from {named})
    )"""


def _cell(place: int, name: str, at: str, held: _Held, contract: Contract) -> str:
    """What stands in one column, before its blanks are taken off: a list of plain values may be a text, what is empty is nothing."""
    text = f"cells[{place}]"
    if held.nested:
        empty = f"when kinds[{place}] in ('OBJECT', 'ARRAY') and {text} in ('{{}}', '[]') then null"
        is_list = f"kinds[{place}] = 'ARRAY' and not list_contains(string_split(nested, ','), '{name}')"
        joined = joined_list(RAW_LINE, at) if takes_lists(contract.column(name), contract) else text
        text = f"case {empty} when {is_list} then {joined} else {text} end"
    return f"regexp_replace({text}, {literal(INVISIBLE_SQL)}, '', 'g')" if held.escapes else text


def _quoted_exponents() -> str:
    """The line with its numbers in scientific notation as texts, each with its sign, so that they are found to be such."""
    text = RAW_LINE
    for sign in ("[+]?", "-"):
        pattern = EXPONENT.replace("([+]?|-)", f"({sign})")
        text = f"regexp_replace({text}, {literal(pattern)}, '\\1\"\\2E{'+' if sign == '[+]?' else '-'}\\4\"\\5', 'g')"
    return text


def _filled(lines: DelimitedText, keys: list[str], known: str) -> dict[str, int]:
    """In how many sound lines each of these keys has a value; keys of records without a ``known`` one are told with the record."""
    values = [f"nullif(trim(json_extract_string({RAW_LINE}, {literal(_pointer(key))})), '')" for key in keys]
    has_known = f"len(list_filter(json_extract_string({RAW_LINE}, [{known}]), lambda each: trim(each) <> '')) > 0"
    counts = ", ".join(f"count({value}), count({value}) filter ({has_known})" for value in values)
    keys_of = f"json_keys({RAW_LINE})"
    is_sound = f"case when {IS_OBJECT} then len({keys_of}) = len(list_distinct({keys_of})) else false end"
    with looking() as connection:
        connection.register("cells", lines.stream())
        found = connection.execute(f"select {counts} from (select {RAW_LINE} from cells where {is_sound})").fetchall()
    pairs = zip(keys, found[0][::2], found[0][1::2], strict=True)
    return {key: beside_known for key, filled, beside_known in pairs if beside_known or not filled}


def _pointer(key: str) -> str:
    """The way to a value as the engine reads it, whatever stands in its key."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _words(lines: DelimitedText, key: str) -> set[str]:
    """Some of the values under a key."""
    pointer = literal(_pointer(key))
    query = (
        f"select distinct json_extract_string({RAW_LINE}, {pointer}) from cells where {IS_OBJECT} limit {MOST_WORDS}"
    )
    with looking() as connection:
        connection.register("cells", lines.stream())
        return {word for (word,) in connection.execute(query).fetchall() if word}


def _keys(lines: DelimitedText) -> tuple[dict[str, int], _Held]:
    """Every key that some line has, in order of name, with the number of lines, and what some lines have."""
    with looking() as connection:
        connection.register("cells", lines.stream())
        query = f"""
            with objects as (
                select
                    json_keys({RAW_LINE}) as keys,
                    contains({RAW_LINE}, '\\u') as has_escape,
                    regexp_matches({RAW_LINE}, {literal(EXPONENT)}) as has_exponent,
                    regexp_matches({RAW_LINE}, {literal(HOLDS_NESTED)}) as has_nested
                from cells where {IS_OBJECT}
            ),
            kinds as (
                select keys, count(*) as lines, bool_or(has_escape) as has_escape, bool_or(has_exponent) as has_exponent,
                    bool_or(has_nested) as has_nested
                from objects group by keys
            )
            select
                (
                    select list({{'key': key, 'lines': lines}} order by key) from (
                        select key, sum(lines) as lines
                        from (select unnest(list_distinct(keys)) as key, lines from kinds) group by key
                    )
                ),
                coalesce(bool_or(len(keys) <> len(list_distinct(keys))), false),
                coalesce(bool_or(has_escape), false),
                coalesce(bool_or(has_exponent), false),
                coalesce(bool_or(has_nested), false)
            from kinds
        """
        try:
            keys, *found = connection.execute(query).fetchall()[0]
        except duckdb.Error as error:
            raise (lines.refusals or [Refused("unreadable_file", detail="不是 JSON")])[0] from error
    return {each["key"]: int(each["lines"]) for each in keys or []}, _Held(*found)
