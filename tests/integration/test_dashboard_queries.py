"""The SQL of every chart of the dashboards, without a BI tool: on the published file it gives rows and the published figures; PostgreSQL takes it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import psycopg2
import pytest
from postgres_server import running_postgres
from sample_warehouse import Warehouse

from dagster_project.bi.declared import Chart, load
from dagster_project.bi.known import known_of
from dagster_project.bi.queries import refuse_unknown, sql_of
from dagster_project.bi.sources import Source, sources_of

CHARTS = [chart for dashboard in load().dashboards.values() for chart in dashboard.charts()]
CHOSEN = [("fiscal_year", "==", 2023), ("department_name", "==", "广州市人大常委会办公厅")]


@pytest.fixture(scope="module")
def sources(sample: Warehouse) -> dict[str, Source]:
    sample.settings.export_to_environment()
    return sources_of(load(), known_of(sample.settings))


@pytest.fixture(scope="module")
def published(sample: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_a_chart_shows_something(
    published: duckdb.DuckDBPyConnection, sources: dict[str, Source], chart: Chart
) -> None:
    source = sources[chart.dataset]
    refuse_unknown(chart, source)
    for chosen in (CHOSEN, ()):
        rows = published.execute(sql_of(chart, source, chosen)).fetchall()
        assert rows
    shown = published.execute(sql_of(chart, source, CHOSEN)).fetchall()
    metrics = [row[len(row) - len(chart.metrics) :] for row in shown] if chart.metrics else shown
    assert any(value is not None for row in metrics for value in row)


def test_a_dataset_has_the_columns_it_describes_and_a_row_for_each_of_its_table(
    published: duckdb.DuckDBPyConnection, sources: dict[str, Source]
) -> None:
    for source in sources.values():
        found = published.execute(f"select * from ({source.sql}) limit 0").description or []
        assert [column[0] for column in found] == list(source.columns), source.name
        if source.name != "components":  # those of the official scheme alone
            counts = f"select (select count(*) from ({source.sql})), (select count(*) from {source.tables[0]})"
            ((joined, alone),) = published.execute(counts).fetchall()
            assert joined == alone, source.name


def test_codes_are_shown_in_chinese(published: duckdb.DuckDBPyConnection, sources: dict[str, Source]) -> None:
    """A code that the catalogue has no word for would be shown as it is."""
    for name, column in (
        ("submissions", "ledger_zh"), ("submissions", "status_zh"), ("indicators", "score_status_zh"), ("components", "state_zh"),
        ("findings", "severity_zh"), ("checks", "severity_zh"), ("issues", "state_zh"),
    ):  # fmt: skip
        query = f"select distinct {column} from ({sources[name].sql}) where regexp_matches({column}, '^[A-Za-z_]+$')"
        assert published.execute(query).fetchall() == [], (name, column)


def test_a_metric_that_is_a_figure_gives_the_published_figure(
    published: duckdb.DuckDBPyConnection, sources: dict[str, Source]
) -> None:
    held = 0
    for source in sources.values():
        for measure in source.measures.values():
            if measure.figure is None or source.name == "figures":
                continue
            query = (
                f"select figure.value, (select {measure.sql} from ({source.sql}) as t where t.fiscal_year = figure.fiscal_year"
                " and t.department_code = figure.department_code) from evaluation.figures as figure"
                " where figure.figure_id = ? and figure.status = 'OK'"
            )
            for figure, metric in published.execute(query, [measure.figure]).fetchall():
                assert float(metric or 0) == pytest.approx(float(figure), abs=1e-6), (source.name, measure.name)
                held += 1
    assert held >= 20


def test_a_figure_is_blank_where_two_years_are_looked_at(
    published: duckdb.DuckDBPyConnection, sources: dict[str, Source]
) -> None:
    chart = next(chart for chart in CHARTS if chart.name == "spending_total")
    assert published.execute(sql_of(chart, sources["figures"], CHOSEN[1:])).fetchall() == [(None,)]
    ((value,),) = published.execute(sql_of(chart, sources["figures"], CHOSEN)).fetchall()
    assert round(float(value), 2) == 18242.27


def test_postgresql_takes_the_same_queries(sources: dict[str, Source], sample: Warehouse) -> None:
    """Tables of the same columns, without rows: what is tried is the dialect."""
    known = known_of(sample.settings)
    wanted = {table for source in sources.values() for table in source.tables}
    with running_postgres() as postgres, psycopg2.connect(postgres.url()) as connection, connection.cursor() as cursor:
        for schema in ("marts", "evaluation", "quality"):
            cursor.execute(f"create schema {schema}")
        for table in sorted(wanted):
            columns = ", ".join(f"{each.name} {each.type}" for each in known.columns_of(table).values())
            cursor.execute(f"create table {table} ({columns})")
        for chart in CHARTS:
            cursor.execute(sql_of(chart, sources[chart.dataset], CHOSEN).replace("%", "%%"))
