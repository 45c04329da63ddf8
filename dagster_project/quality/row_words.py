"""Columns and values of rows in doubt in the words of those who read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

RULE_COLUMNS = Path(__file__).with_name("rule_columns.yaml")
BEHIND_NAME = re.compile("[（(:：;；,，。]")
"""Where the name of a column ends in its description."""


@cache
def rule_columns() -> Mapping[str, str]:
    """What columns are called that rules compute beside those of their table."""
    from dagster_project.contracts.faults import read_yaml

    columns: Mapping[str, str] = read_yaml(RULE_COLUMNS)
    return columns


def column_words(name: str, described: str) -> str:
    """A column as ``支付金额(amount_yuan)``, by its description or by the rules; its name alone where neither names it.

    A description that begins with a list of values names nothing.
    """
    word = BEHIND_NAME.split(described)[0].strip()
    if not word or "、" in word:
        word = rule_columns().get(name, "")
    return f"{word}({name})" if word else name


def value_words(value: Any) -> str:
    """A value as a person writes it: 是, 否, (空), else as it is."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return "(空)" if value is None else str(value)
