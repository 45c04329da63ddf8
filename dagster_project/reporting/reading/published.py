"""How everything in reporting reads a published version: rows by column name, figures with their definitions, files of submissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb

from dagster_project.ingestion.sql import named_rows

Row = dict[str, Any]
OF_THE_YEAR = "department_code = $department and fiscal_year = $year"
"""The condition of rows of one department and year."""
EDITIONS = ("public", "internal")
SUBMISSION_FILES = """(
    select
        submission_id,
        max_by(ledger, log_no) as ledger,
        max_by(file, log_no) as file,
        max_by(sha256, log_no) as sha256
    from quality.submissions
    group by submission_id
)"""
"""The ledger, file and hash of each submission; its last name where it came under several. Evidence of the scheme has none."""


def rows_of(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any] | Sequence[Any]
) -> list[Row]:
    """The rows of a query, by column name."""
    return named_rows(connection.execute(query, parameters))


def tells(connection: duckdb.DuckDBPyConnection, table: str, column: str = "department_code") -> bool:
    """Whether a version tells something: versions of older releases lack tables and columns.

    Args:
        connection: to a published version.
        table: with its schema, such as ``marts.books_reconciliation``.
        column: one of its columns.
    """
    asked = "select 1 from information_schema.columns where table_schema || '.' || table_name = ? and column_name = ?"
    return connection.execute(asked, [table, column]).fetchone() is not None


def figures_of(connection: duckdb.DuckDBPyConnection, fiscal_year: int, department_code: str) -> dict[str, Row]:
    """The figures of a year and department with the definitions in force that year, by figure id."""
    rows = rows_of(
        connection,
        """
        select figures.*, definitions.* exclude (figure_id, label_zh, label_en, unit, scope, exactness)
        from evaluation.figures as figures join evaluation.figure_definitions as definitions using (figure_id)
        where figures.fiscal_year = $year and figures.department_code = $department
            and figures.fiscal_year between definitions.valid_from and coalesce(definitions.valid_to, 9999)
        order by figure_id
        """,
        {"year": fiscal_year, "department": department_code},
    )
    return {row["figure_id"]: row for row in rows}


def plain_number(value: Decimal | int, decimals: int | None = None) -> str:
    """A number with thousands separators; without ``decimals``, all places but idle zeros. Rounds half up, once."""
    number = Decimal(value)
    if decimals is not None:
        return f"{number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


WITHOUT_VALUE_ZH = {"MISSING": "缺数据", "NOT_APPLICABLE": "不适用", "NOT_COMPARABLE": "不可比"}
"""What stands in place of a figure that has no value, by its status."""


def amount_text(figure: Row) -> str:
    """A figure with its unit, such as 3次; in words where it has no value."""
    if figure["value"] is None:
        return WITHOUT_VALUE_ZH[figure["status"]]
    decimals = None if figure["value"] == int(figure["value"]) else 2
    lacks = "(数据不全)" if figure["status"] == "PARTIAL" else ""
    return f"{plain_number(figure['value'], decimals)}{figure['unit']}{lacks}"
