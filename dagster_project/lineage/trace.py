"""Trace the columns of one query back to the columns of the tables it reads; what cannot be told exactly is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope
from sqlglot.schema import MappingSchema

DIALECT = "duckdb"
Source = tuple[str, str]
"""A table, as ``schema.name``, and a column of it."""


class Untold(Exception):
    """What a column is made of cannot be told exactly."""


class Query:
    """A query whose columns are known.

    Args:
        sql: in DuckDB's dialect; tables are named ``schema.name`` or ``database.schema.name``.
        tables: the columns of each table that it may read, by ``schema.name``, in their order.

    Raises:
        Untold: it cannot be read, or reads a column that no table has.
    """

    def __init__(self, sql: str, tables: Mapping[str, Sequence[str]]):
        schema = MappingSchema(dialect=DIALECT, normalize=False)
        for table, columns in tables.items():
            name = exp.to_table(table, dialect=DIALECT)
            schema.add_table(name, dict.fromkeys(columns, "text"), dialect=DIALECT, normalize=False)
        try:
            parsed = sqlglot.parse_one(sql, dialect=DIALECT)
            for table_node in parsed.find_all(exp.Table):
                table_node.set("catalog", None)
            qualified = qualify(parsed, schema=schema, dialect=DIALECT)
            scope = build_scope(qualified)
        except (SqlglotError, ValueError, KeyError) as error:
            raise Untold(str(error)) from error
        if scope is None or not isinstance(scope.expression, exp.Query):
            raise Untold("no query")
        self._scope = scope
        self._names = list(scope.expression.named_selects)
        self._known: dict[tuple[int, int], frozenset[Source]] = {}
        self._under_way: set[tuple[int, int]] = set()

    @property
    def columns(self) -> list[str]:
        """The names of its columns, in their order."""
        return list(self._names)

    def sources_of(self, number: int) -> frozenset[Source]:
        """The columns that the value of a column is computed from; rows that are only counted, joined or filtered by are none.

        Args:
            number: of the column, from 0.

        Raises:
            Untold: they cannot be told exactly.
        """
        return self._of_column(self._scope, number)

    def _of_column(self, scope: Scope, number: int) -> frozenset[Source]:
        key = (id(scope), number)
        if key in self._under_way:
            raise Untold("a query that reads itself")
        if key not in self._known:
            self._under_way.add(key)
            self._known[key] = frozenset(self._found(scope, number))
            self._under_way.remove(key)
        return self._known[key]

    def _found(self, scope: Scope, number: int) -> Iterator[Source]:
        if isinstance(scope.expression, exp.SetOperation):
            if scope.expression.args.get("by_name"):
                raise Untold("a union by name")
            for part in scope.set_operation_scopes:
                yield from self._of_column(part, number)
        elif isinstance(scope.expression, exp.Select):
            yield from self._of_expression(scope, scope.expression.selects[number])
        else:
            raise Untold(f"a query of the kind {scope.expression.key}")

    def _of_expression(self, scope: Scope, expression: exp.Expr) -> Iterator[Source]:
        if isinstance(expression, exp.Exists | exp.In) and expression.find(exp.Query):
            raise Untold("a condition with a query of its own")
        if isinstance(expression, exp.Query | exp.Subquery):
            inner = expression.unnest()
            own = next((each for each in scope.subquery_scopes if each.expression is inner), None)
            if own is None:
                raise Untold("a query within")
            yield from self._of_column(own, 0)
        elif isinstance(expression, exp.Column):
            yield from self._of_name(scope, expression)
        elif isinstance(expression, exp.Star) and not isinstance(expression.parent, exp.Count):
            raise Untold("a star that was not expanded")
        else:
            for part in expression.iter_expressions():
                yield from self._of_expression(scope, part)

    def _of_name(self, scope: Scope, column: exp.Column) -> Iterator[Source]:
        source = scope.sources.get(column.table)
        if source is None and scope.parent is not None:  # of a query around this one
            yield from self._of_name(scope.parent, column)
        elif isinstance(source, exp.Table):
            yield (f"{source.db}.{source.name}", column.name)
        elif isinstance(source, Scope) and isinstance(source.expression, exp.Query):
            names = list(source.expression.named_selects)
            if names.count(column.name) != 1:
                raise Untold(f"no single column {column.name}")
            yield from self._of_column(source, names.index(column.name))
        else:
            raise Untold(f"neither a table nor a query: {column.sql()}")
