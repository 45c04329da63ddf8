"""The tables that only PostgreSQL has: which version it holds, and what the public may see of counts, without small cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import yaml

from dagster_project.bi_server.tables import PUBLIC, BiColumn, BiTable
from dagster_project.portal.disclosure import WITHHELD, Withheld
from dagster_project.portal.pages.work_tables import HANDLED, QUERIES, TOTAL_ZH, tables_of_work
from dagster_project.portal.reading import evaluations_in
from dagster_project.reporting.reading.published import Row, rows_of

TEXTS = Path(__file__).with_suffix(".yaml")
ARROW = {"text": "string", "integer": "int32", "bigint": "int64", "boolean": "bool"}
MEASURES = ("case_count", *HANDLED)


def version_table(rows: Callable[[], Sequence[Row]]) -> BiTable:
    """The table that names the version, with one row."""
    return _own_table("published_version", rows)


def disclosed_tables(
    version_dir: Path, connection: duckdb.DuckDBPyConnection, withheld: dict[str, list[Any]]
) -> list[BiTable]:
    """The counts of the public edition of every evaluated year.

    Args:
        version_dir: of the version, without personal data in its texts.
        connection: its database.
        withheld: what any edition withheld before, by year and department; what is withheld now is added.
    """
    counts: list[Row] = []
    cells: list[Row] = []
    for fiscal_year, department, _ in evaluations_in(version_dir):
        key = {"year": fiscal_year, "department": department}
        known = f"{fiscal_year}-{department}"
        work = {name: rows_of(connection, query, key) for name, query in QUERIES.items()}
        before = frozenset(tuple(each) for each in withheld.get(known, ()))
        told = tables_of_work(work, fiscal_year, True, before)
        withheld[known] = sorted(list(each) for each in {*before, *told.withheld} if isinstance(each, tuple))
        own = {"fiscal_year": fiscal_year, "department_code": department}
        counts += [{**own, "breakdown": name, **_told(row)} for name, rows in told.tables.items() for row in rows]
        cells += [{**own, **row, **_cell(row["case_count"])} for row in told.heat]
    return [
        _own_table("deputies_work", lambda: counts),
        _own_table("snapshot_cases_by_district_and_category", lambda: cells),
    ]


def _told(row: Mapping[str, Any]) -> Row:
    hidden = [name for name in MEASURES if row[name] is WITHHELD]
    shown = {name: None if name in hidden else row[name] for name in MEASURES}
    return {"name": row["name"], "is_total": row["name"] == TOTAL_ZH, **shown, "withheld_columns": ", ".join(hidden)}


def _cell(count: int | Withheld) -> Row:
    return {"case_count": None if count is WITHHELD else count, "is_withheld": count is WITHHELD}


def _own_table(name: str, rows: Callable[[], Sequence[Row]]) -> BiTable:
    told = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))[name]
    columns = tuple(BiColumn(column, *texts) for column, texts in told["columns"].items())
    comment = f"{told['description']}\n主键 / Key: {', '.join(told['key'])}"

    def as_arrow() -> Any:
        import pyarrow as pa

        zone = pa.timestamp("us", tz="UTC")
        types = pa.schema([(each.name, zone if each.type == "timestamptz" else ARROW[each.type]) for each in columns])
        return pa.Table.from_pylist(list(rows()), schema=types)

    return BiTable(told["schema"], name, comment, columns, tuple(told["key"]), PUBLIC, as_arrow)  # its rows are few
