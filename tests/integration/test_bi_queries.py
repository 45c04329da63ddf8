"""The sample questions of `bi/queries`: each runs against the published file alone and answers what is published.

After the sample changed: `PYTHONPATH=tests python tests/integration/test_bi_queries.py build/serving/current/published.duckdb`
writes the answers again. Those that are figures of the report are held against it here.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sample_warehouse import Warehouse

from dagster_project.settings import PROJECT_ROOT

QUERIES = sorted((PROJECT_ROOT / "bi" / "queries").glob("*.sql"))
ANSWERS_FILE = Path(__file__).with_name("bi_answers.json")
ANSWERS = json.loads(ANSWERS_FILE.read_text(encoding="utf-8"))
FIGURE = re.compile(r"^-- 对应数字:(\S+) = (\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def published(sample: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        yield connection


def answer(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of a query as JSON writes them, numbers to six decimals."""
    found = connection.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in found.fetchall()]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | float):
        return round(float(value), 6)
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def test_there_are_thirty_questions_with_an_answer_each() -> None:
    assert [path.stem[:2] for path in QUERIES] == [f"{number:02d}" for number in range(1, 31)]
    assert set(ANSWERS) == {path.stem for path in QUERIES}


def test_the_page_for_analysts_names_every_question() -> None:
    page = (PROJECT_ROOT / "docs" / "bi.md").read_text(encoding="utf-8")
    for path in QUERIES:
        question = path.read_text(encoding="utf-8").splitlines()[0].partition("问:")[2]
        assert f"| {path.stem[:2]} | [{question}](../bi/queries/{path.name}) |" in page


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_question_is_answered_as_expected(published: duckdb.DuckDBPyConnection, path: Path) -> None:
    query = path.read_text(encoding="utf-8")
    assert query.startswith(f"-- 第{path.stem[:2]}问:")
    rows = answer(published, query)
    assert rows == ANSWERS[path.stem]
    assert rows, "a question that nothing answers is no example"
    for figure_id, column in FIGURE.findall(query):
        ((value,),) = published.execute(
            "select value from evaluation.figures where figure_id = ? and fiscal_year = 2023 and department_code = '101001'",
            [figure_id],
        ).fetchall()
        assert float(rows[0][column]) == pytest.approx(float(value), abs=1e-6), figure_id


def test_the_questions_meet_the_golden_totals() -> None:
    """What the report prints for 2023 is what the questions answer (spending, budget, rate, suggestions, score)."""

    def first(name: str) -> dict[str, Any]:
        return next(rows[0] for key, rows in ANSWERS.items() if key.endswith(name))

    assert round(first("spending_of_the_year")["支出万元"], 2) == 18242.27
    assert round(first("budget_and_rate")["支出率"], 1) == 98.7
    assert first("suggestions_by_level")["合计"] == 6642
    assert first("snapshot_cases")["案件数"] == 1145
    assert first("score_of_the_year")["总分"] == 96.33


def test_no_obvious_sum_misleads(published: duckdb.DuckDBPyConnection) -> None:
    """The traps that were measured: a join that doubles money or suggestions, refunds of earlier years, all schemes summed."""
    ((spent, joined, current),) = published.execute(
        """
        select sum(p.amount_yuan),
            (select sum(p.amount_yuan) from marts.fct_payments as p left join marts.dim_project_yearly as d using (project_year_key)
                where p.fiscal_year = 2023 and p.department_code = '101001'),
            (select sum(p.amount_yuan) from marts.fct_payments as p left join marts.dim_project as d using (department_code, project_code)
                where p.fiscal_year = 2023 and p.department_code = '101001')
        from marts.fct_payments as p where p.fiscal_year = 2023 and p.department_code = '101001'
        """
    ).fetchall()
    assert spent == joined == current == Decimal("182422717.19")
    assert published.execute(
        """
        select count(*) from marts.fct_suggestions as s left join marts.dim_deputy as d
            on s.department_code = d.department_code and s.lead_deputy_no = d.deputy_no
        where s.fiscal_year = 2023
        """
    ).fetchall() == [(6642,)]  # fmt: skip
    assert published.execute(
        "select sum(score) from evaluation.indicators where fiscal_year = 2023 and department_code = '101001'"
    ).fetchall() == [(Decimal("96.33"),)]  # fmt: skip


def test_a_dimension_is_current_or_by_year(published: duckdb.DuckDBPyConnection) -> None:
    """`dim_*` has one row per code whatever the year, `dim_*_yearly` one per code and year. Function codes have periods."""
    keys = dict(
        published.execute("select table_name, key_columns from catalogue.tables where kind like '维度表%'").fetchall()
    )
    by_year = {name for name, key in keys.items() if "fiscal_year" in key}
    assert by_year == {name for name in keys if name.endswith("_yearly")}
    assert {name for name, key in keys.items() if "valid_from" in key} == {"dim_function_code"}


def test_month_tables_have_every_month_with_a_date(published: duckdb.DuckDBPyConnection) -> None:
    for table, group in (("suggestions_by_month", "congress_level"), ("snapshot_cases_by_month", "host_unit")):
        months = published.execute(
            f"select distinct count(distinct month_start) from marts.{table} group by department_code, fiscal_year, {group}"
        ).fetchall()
        assert months == [(12,)], table
    assert published.execute(
        """
        select fiscal_year, sum(suggestion_count) - (select count(*) from marts.fct_suggestions as f where f.fiscal_year = m.fiscal_year)
        from marts.suggestions_by_month as m group by fiscal_year order by fiscal_year
        """
    ).fetchall() == [(2022, 0), (2023, 0)]  # fmt: skip


def test_on_time_flags_count_what_the_aggregates_count(published: duckdb.DuckDBPyConnection) -> None:
    for facts, table in (
        ("fct_suggestions", "suggestions_by_month"),
        ("fct_snapshot_cases", "snapshot_cases_by_district"),
        ("fct_station_feedback", "station_activity"),
    ):
        flags = published.execute(
            f"select count(is_on_time), count(*) filter (is_on_time) from marts.{facts} where fiscal_year = 2023"
        ).fetchall()
        counts = published.execute(
            f"select sum(due_count), sum(on_time_count) from marts.{table} where fiscal_year = 2023"
        ).fetchall()
        assert flags == counts, facts


def test_every_code_has_its_name_beside_it(published: duckdb.DuckDBPyConnection) -> None:
    nameless = published.execute(
        """
        select coded.table_name, coded.column_name from catalogue.columns as coded
        where coded.code_list is not null and coded.schema_name = 'marts' and not exists (
            select 1 from catalogue.columns as named
            where named.table_name = coded.table_name
            and named.column_name in (coded.column_name || '_name', regexp_replace(coded.column_name, '_code$', '') || '_name')
        )
        """
    ).fetchall()
    assert nameless == []


def write_answers(database: str) -> None:
    """Write what the questions answer now, a row a line."""
    with duckdb.connect(database, read_only=True) as connection:
        answers = {path.stem: answer(connection, path.read_text(encoding="utf-8")) for path in QUERIES}
    written = [
        f' "{name}": [\n' + ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows) + "\n ]"
        for name, rows in answers.items()
    ]
    ANSWERS_FILE.write_text("{\n" + ",\n".join(written) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    write_answers(sys.argv[1])
