"""What the published file says of itself, and that nobody who believes it counts anything twice."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from sample_warehouse import Warehouse


@pytest.fixture(scope="module")
def published(sample: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        yield connection


def test_the_catalogue_lists_every_table_with_its_rows(published: duckdb.DuckDBPyConnection) -> None:
    told = published.execute("select schema_name, table_name, row_count from catalogue.tables").fetchall()
    there = published.execute("select schema_name, table_name from duckdb_tables()").fetchall()
    assert sorted(row[:2] for row in told) == sorted(there)
    for schema, table, count in told:
        assert published.execute(f"select count(*) from {schema}.{table}").fetchall() == [(count,)], table


def test_the_catalogue_lists_every_column_in_its_place(published: duckdb.DuckDBPyConnection) -> None:
    differing = published.execute(
        """
        select * from (
            select schema_name, table_name, column_name, position from catalogue.columns
            except select schema_name, table_name, column_name, column_index from duckdb_columns() where not internal
        ) union all (
            select schema_name, table_name, column_name, column_index from duckdb_columns() where not internal
            except select schema_name, table_name, column_name, position from catalogue.columns
        )
        """
    ).fetchall()
    assert differing == []


def test_every_table_and_column_has_a_chinese_name_that_is_its_own(published: duckdb.DuckDBPyConnection) -> None:
    assert published.execute(
        "select table_name from catalogue.tables where not regexp_matches(title_zh, '[一-龥]') or owner = ''"
    ).fetchall() == []  # fmt: skip
    assert published.execute(
        """
        select table_name, label_zh from catalogue.columns group by all
        having count(*) > 1 or not regexp_matches(label_zh, '[一-龥]')
        """
    ).fetchall() == []  # fmt: skip


def test_every_key_of_the_catalogue_tells_rows_apart(published: duckdb.DuckDBPyConnection) -> None:
    keys = published.execute(
        """
        select schema_name || '.' || table_name, key_columns from catalogue.tables where key_columns <> ''
        union all select schema_name || '.' || table_name, surrogate_key from catalogue.tables where surrogate_key is not null
        """
    ).fetchall()
    assert len(keys) > 110
    for table, columns in keys:
        quoted = ", ".join(f'"{column}"' for column in columns.split(", "))
        repeated = published.execute(f"select 1 from {table} group by {quoted} having count(*) > 1").fetchall()
        assert repeated == [], f"{table} ({columns})"


def test_no_declared_join_changes_a_row_count_or_a_sum(published: duckdb.DuckDBPyConnection) -> None:
    joins = published.execute(
        "select schema_name || '.' || table_name, columns, to_schema_name || '.' || to_table_name, to_columns from catalogue.joins"
    ).fetchall()
    assert len(joins) > 300
    for table, columns, to_table, to_columns in joins:
        numbers = published.execute(
            "select column_name from duckdb_columns() where schema_name || '.' || table_name = ? and data_type like 'DECIMAL%'",
            [table],
        ).fetchall()
        told = ", ".join(["count(*)", *(f'sum(facts."{name}")' for (name,) in numbers)])
        pairs = zip(columns.split(", "), to_columns.split(", "), strict=True)
        condition = " and ".join(f'facts."{column}" = found."{to}"' for column, to in pairs)
        alone = published.execute(f"select {told} from {table} as facts").fetchall()
        joined = published.execute(
            f"select {told} from {table} as facts left join {to_table} as found on {condition}"
        ).fetchall()
        assert joined == alone, f"{table} joined with {to_table} on {columns}"


def test_every_fact_joins_every_dimension_that_its_tests_name(published: duckdb.DuckDBPyConnection) -> None:
    told = {
        (row[0], row[1], row[2])
        for row in published.execute("select table_name, columns, to_table_name from catalogue.joins").fetchall()
    }
    assert ("fct_suggestions", "department_code, fiscal_year, lead_deputy_no", "dim_deputy_yearly") in told
    assert ("fct_suggestions", "department_code, lead_deputy_no", "dim_deputy") in told
    assert ("fct_suggestions", "deputy_year_key", "dim_deputy_yearly") in told
    assert ("fct_payments", "department_code, fiscal_year, project_code", "dim_project_yearly") in told
    assert ("fct_payments", "project_year_key", "dim_project_yearly") in told
    assert ("fct_payments", "department_code, project_code", "dim_project") in told
    assert ("fct_payments", "cleared_on", "dim_calendar") in told
    assert ("fct_payments", "department_code, allocation_no", "fct_budget_allocations") in told


def test_every_code_of_a_published_column_is_in_its_list(published: duckdb.DuckDBPyConnection) -> None:
    coded = published.execute(
        "select schema_name || '.' || table_name, column_name, code_list from catalogue.columns where code_list is not null"
    ).fetchall()
    assert len(coded) >= 34
    for table, column, code_list in coded:
        unknown = published.execute(
            f"select distinct {column} from {table} where {column} not in (select code from catalogue.codes where code_list = ?)",
            [code_list],
        ).fetchall()
        assert unknown == [], f"{table}.{column}"


def test_the_time_axis_of_a_table_is_one_of_its_days(published: duckdb.DuckDBPyConnection) -> None:
    wrong = published.execute(
        """
        select tables.table_name, tables.date_column from catalogue.tables as tables
        left join catalogue.columns as columns
            on tables.table_name = columns.table_name and tables.date_column = columns.column_name
        where tables.date_column is not null and coalesce(columns.data_type, '') not in ('date', 'timestamp')
        """
    ).fetchall()
    assert wrong == []


def test_who_may_see_a_table_is_one_of_three(published: duckdb.DuckDBPyConnection) -> None:
    told = dict(published.execute("select table_name, visible_to from catalogue.tables").fetchall())
    assert set(told.values()) == {"public", "internal", "audit"}
    assert (told["figures"], told["fct_payments"], told["findings"]) == ("public", "internal", "audit")
