"""Values of JSON Lines that are no plain value, and records that have none of the ledger: conditions as SQL over a line."""

from __future__ import annotations

from collections.abc import Mapping

from dagster_project.contracts import Column, Contract
from dagster_project.ingestion.invisible import INVISIBLE_SQL
from dagster_project.ingestion.spellings import BLANKS, is_key
from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.text_table import MOST_NAMED

HOLDS_NESTED = r"[:]\s*[\[{]"
"""A line that may hold a value within a value."""
LIST_MARK = "、"
"""Stands between the values of a list that is read as a text."""


def takes_lists(column: Column, contract: Contract) -> bool:
    """Whether a list of plain values is a value of the column: in a text it is an enumeration, elsewhere nobody knows which one counts."""
    return column.type == "text" and not is_key(column, contract)


def joined_list(line: str, at: str) -> str:
    """The members of the list at a pointer as one text."""
    members = f"cast(json_extract({line}, {at}) as varchar[])"
    return f"array_to_string(list_transform({members}, lambda each: coalesce(each, '')), '{LIST_MARK}')"


def nested_columns(line: str, at: Mapping[str, str], contract: Contract) -> str:
    """The columns whose values are no plain value, parted by commas; ``kinds`` and ``cells`` are those of the line.

    Args:
        line: the column with the line.
        at: the pointers to the columns' values, as literals.
        contract: of the ledger.
    """
    found = []
    for place, name in enumerate(at, start=1):
        inner = f"list_transform(cast(json_extract({line}, {at[name]}) as json[]), lambda each: json_type(each))"
        is_list = f"list_has_any({inner}, ['OBJECT', 'ARRAY'])"
        of_lists = is_list if takes_lists(contract.column(name), contract) else "true"
        is_nested = f"case kinds[{place}] when 'OBJECT' then true when 'ARRAY' then {of_lists} else false end"
        found.append(f"case when {is_nested} and cells[{place}] not in ('{{}}', '[]') then '{name}' end")
    return f"concat_ws(',', {', '.join(found)})"


def filled_keys(line: str) -> str:
    """The keys of a line under which something can be seen, as they are named in a message; empty where there is none."""
    pointer = "'/' || replace(replace(key, '~', '~0'), '/', '~1')"
    text = f"regexp_replace(json_extract_string({line}, {pointer}), {literal(INVISIBLE_SQL)}, '', 'g')"
    seen = f"coalesce(trim({text}, {literal(BLANKS)}), '') not in ('', '{{}}', '[]')"
    keys = f"list_filter(json_keys({line}), lambda key: {seen})"
    more = f"case when len({keys}) > {MOST_NAMED} then '等' else '' end"
    return f"(array_to_string({keys}[1:{MOST_NAMED}], '、') || {more})"
