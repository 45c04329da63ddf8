"""From all rows that break a check to the rows of files they stand on, as one query that DuckDB runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dagster_project.quality.row_places import EVIDENCE, FIGURE_COLUMNS

if TYPE_CHECKING:
    from dagster_project.quality.broken_rows import Table

PLACED = {"submission_id", "row_number"}
NUMBER_COLUMNS = ("business_key", "named")
"""Columns in which tests over several ledgers name a row by its number there."""
OF_ANY_TABLE = {"department_code", "fiscal_year", "scheme_id"}
"""Key columns that do not tell rows of a department and year apart."""
SAID_BY_TESTS = {"ledger", "what", "fact", "row_count"}
"""Columns of tests that are of no table: which ledger, what is wrong, how many rows."""
GENERATIONS = 4
"""How far up a table is followed to the rows that it counts together."""


def places_sql(
    columns: Sequence[str],
    tables: Sequence[str],
    known: Mapping[str, Table],
    columns_of: Mapping[str, set[str]],
) -> str:
    """The query of ``issue_no, submission_id, sheet, row_number`` for the rows of ``broken``; empty where no way leads there.

    Args:
        columns: of ``broken``, besides ``issue_no``.
        tables: the rows are of, or made from, the nearest first.
        known: key and parents of each table.
        columns_of: the columns of each table of the warehouse.
    """
    if set(columns) >= PLACED:
        sheet = "coalesce(sheet, '')" if "sheet" in columns else "''"
        return f"""
            select issue_no, submission_id, {sheet} as sheet, row_number
            from broken where submission_id is not null and row_number is not null
        """
    if figures := [name for name in FIGURE_COLUMNS if name in columns]:
        return _of_figures(columns, figures)
    placed = [table for table in known if PLACED <= columns_of.get(table, set())]
    for table in tables:
        key = known[table].key if table in known else ()
        if table in placed and key and set(key) <= set(columns):
            by_key, alike = _joined(table, [(name, name) for name in key]), _alike(columns, tables, placed, columns_of)
            return _or_else(by_key, alike) if alike else by_key
    numbered = [name for name in NUMBER_COLUMNS if name in columns]
    if numbered and (found := list(_numbered(columns, numbered[0], tables, known, placed))):
        return " union ".join(found)
    return _alike(columns, tables, placed, columns_of) or _counted_together(columns, tables, known, columns_of, placed)


def _of_figures(columns: Sequence[str], figures: Sequence[str]) -> str:
    same = "".join(
        f" and evidence.{name} = broken.{name}"
        for name in ("fiscal_year", "department_code", "fact_key")
        if name in columns
    )
    named = ", ".join(f"broken.{name}" for name in figures)
    return f"""
        select broken.issue_no, evidence.submission_id, coalesce(evidence.sheet, '') as sheet, evidence.row_number
        from broken
        inner join evaluation.figure_definitions as definitions on definitions.figure_id in ({named})
        inner join {EVIDENCE} as evidence
            on evidence.figure_id in (definitions.figure_id, definitions.numerator_figure, definitions.denominator_figure)
            {same}
    """


def _alike(
    columns: Sequence[str], tables: Sequence[str], placed: Sequence[str], columns_of: Mapping[str, set[str]]
) -> str:
    """The rows of the tables that have all of what a broken row says, and agree with it; empty where no table has."""
    own = set(columns) - OF_ANY_TABLE - SAID_BY_TESTS
    alike = [table for table in tables if own and table in placed and own <= columns_of[table]]
    shared = [name for name in columns if name not in SAID_BY_TESTS]
    return " union ".join(
        _joined(table, [(name, name) for name in shared if name in columns_of[table]]) for table in alike
    )


def _or_else(query: str, otherwise: str) -> str:
    """What a query finds, and of issues for which it finds nothing what another one does: a number that its register lacks stands in the row that names it."""
    return f"""
        select * from ({query}) as found union all
        select * from ({otherwise}) as others where issue_no not in (select issue_no from ({query}) as known)
    """


def _joined(table: str, pairs: Sequence[tuple[str, str]]) -> str:
    """The rows of a table that agree with broken rows; a part of a key that is not known agrees with one that is not."""
    same = " and ".join(f"source.{there} is not distinct from broken.{here}" for there, here in pairs)
    return f"""
        select distinct broken.issue_no, source.submission_id, coalesce(source.sheet, '') as sheet, source.row_number
        from broken inner join {table} as source on {same}
        where source.submission_id is not null
    """


def _numbered(
    columns: Sequence[str], number: str, tables: Sequence[str], known: Mapping[str, Table], placed: Sequence[str]
) -> Iterator[str]:
    """Of each table that is told apart by one number of a department, or of a department and year."""
    for table in tables:
        own = [name for name in known[table].key if name not in OF_ANY_TABLE] if table in known else []
        if table in placed and len(own) == 1:
            shared = [name for name in known[table].key if name in OF_ANY_TABLE and name in columns]
            yield _joined(table, [*((name, name) for name in shared), (f"{own[0]}::varchar", f"{number}::varchar")])


def _counted_together(
    columns: Sequence[str],
    tables: Sequence[str],
    known: Mapping[str, Table],
    columns_of: Mapping[str, set[str]],
    placed: Sequence[str],
) -> str:
    """The rows that a row was counted together from: those of the nearest tables above that have all of its key."""
    first = next((table for table in tables if table in known), None)
    key = [name for name in known[first].key if name in columns] if first else []
    if first is None or not set(key) - OF_ANY_TABLE:
        return ""
    generation = [first]
    for _ in range(GENERATIONS):
        generation = list(
            dict.fromkeys(parent for table in generation if table in known for parent in known[table].made_from)
        )
        found = [t for t in generation if t in placed and set(key) <= columns_of[t]]
        if found:
            return " union ".join(_joined(table, [(name, name) for name in key]) for table in found)
    return ""
