"""What an expectation asks of a table, as SQL for the rows that break it or, where it counts and adds, as bounds in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def rows_sql(kind: str, arguments: Mapping[str, Any], table: str) -> str:
    """The query of the rows that break an expectation; empty where it is about the table as a whole.

    Args:
        kind: the type of the expectation, such as ``expect_column_values_to_not_be_null``.
        arguments: its arguments.
        table: the table with its schema, such as ``marts.fct_payments``.
    """
    if kind == "unexpected_rows_expectation":
        return str(arguments["unexpected_rows_query"]).replace("{batch}", table)
    if kind in ("expect_compound_columns_to_be_unique", "expect_column_values_to_be_unique"):
        return _repeated(arguments.get("column_list") or [arguments["column"]], table)
    condition = _condition(kind, arguments)
    return f"select * from {table} where {condition}" if condition else ""


def bounds_zh(arguments: Mapping[str, Any]) -> str:
    """What an expectation about the table as a whole allows, in words."""
    if "value" in arguments:
        return f"应为 {arguments['value']}"
    bounds = [(word, arguments.get(name)) for word, name in (("不小于", "min_value"), ("不大于", "max_value"))]
    return (
        "应" + "、".join(f"{word} {bound}" for word, bound in bounds if bound is not None)
        if any(bound is not None for _, bound in bounds)
        else ""
    )


def _condition(kind: str, arguments: Mapping[str, Any]) -> str:
    column = arguments.get("column", "")
    if kind == "expect_column_values_to_not_be_null":
        return f"{column} is null"
    if kind == "expect_column_values_to_be_null":
        return f"{column} is not null"
    if kind == "expect_column_values_to_be_in_set":
        return f"{column} not in ({_list(arguments['value_set'])})"
    if kind == "expect_column_values_to_not_be_in_set":
        return f"{column} in ({_list(arguments['value_set'])})"
    if kind == "expect_column_values_to_match_regex":
        return f"not regexp_matches({column}::varchar, {_literal(arguments['regex'])})"
    if kind == "expect_column_values_to_be_between":
        return _outside(column, arguments)
    return ""


def _outside(column: str, arguments: Mapping[str, Any]) -> str:
    sides = []
    for name, sign in (("min", "<"), ("max", ">")):
        bound = arguments.get(f"{name}_value")
        if bound is not None:
            strict = "=" if arguments.get(f"strict_{name}") else ""
            sides.append(f"{column} {sign}{strict} {_literal(bound)}")
    return " or ".join(sides)


def _repeated(columns: Sequence[str], table: str) -> str:
    names = ", ".join(columns)
    known = " or ".join(f"{column} is not null" for column in columns)
    return f"select * from {table} where {known} qualify count(*) over (partition by {names}) > 1"


def _list(values: Sequence[Any]) -> str:
    return ", ".join(map(_literal, values))


def _literal(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
