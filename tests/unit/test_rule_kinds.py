"""Each kind of rule of expectations/ holds for rows that meet it and at its bound, and fires beyond: through the real checker, in one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb
import pytest

from dagster_project.quality.expectation_files import FROM_DATA, KINDS, Rule, Suite
from dagster_project.quality.suites import run_suites

PLACE = {"department_code": "D", "submission_id": "S", "sheet": "", "row_number": 1}
BESIDE = {"why": "因", "evidence": "这些行", "since": "2026-11-29"}
USUAL = [{"amount": 100.0, "kind": "a"}] * 5
LAST_YEAR = {"a": "K1", "year": 2022, "day": "2001-01-01"}
JANUARY, MARCH = {"month": "2023-01-01", "post": "a"}, {"month": "2023-03-01", "post": "a"}


@dataclass(frozen=True)
class Kind:
    """A rule, rows that meet it, rows that break it, rows that just meet it; a row that is not said is `PLACE`."""

    rule: dict[str, Any]
    passing: list[dict[str, Any]]
    failing: list[dict[str, Any]]
    boundary: list[dict[str, Any]]
    types: dict[str, str] = field(default_factory=dict)


def rows(name: str, *values: Any) -> list[dict[str, Any]]:
    return [{name: value} for value in values]


FIXTURES = {
    "rule": Kind({"rule": "a <= 10", "when": "a > 0"}, rows("a", 5), rows("a", 11), rows("a", 10, 0, None), {"a": "int"}),
    "rows": Kind({"rows": "select a from {batch} group by a having count(*) > 1"}, rows("a", 1), rows("a", 1, 1), rows("a", 1, 2), {"a": "int"}),
    "not_null": Kind({"not_null": "a"}, rows("a", "x"), rows("a", None), rows("a", "")),
    "one_of": Kind({"column": "a", "one_of": ["甲", "乙"]}, rows("a", "甲"), rows("a", "丙"), rows("a", "乙", None)),
    "unique": Kind({"unique": ["a"]}, rows("a", "x", "y"), rows("a", "x", "x"), rows("a", "x", "x ")),
    "between": Kind({"column": "a", "between": [0, 100]}, rows("a", 50.0), rows("a", 100.01), rows("a", 0.0, 100.0), {"a": "double"}),
    "plausible": Kind({"column": "a", "plausible": [None, 9]}, rows("a", 5.0), rows("a", 9.1), rows("a", 9.0), {"a": "double"}),
    "min_rows": Kind({"min_rows": 2}, rows("a", "x", "y", "z"), rows("a", "x"), rows("a", "x", "y")),
    "series": Kind(
        {"series": {"column": "amount", "by": [["kind"]], "high": 10, "least": 5}}, USUAL, [*USUAL, {"amount": 1001.0, "kind": "a"}],
        [*USUAL, {"amount": 1000.0, "kind": "a"}], {"amount": "double"},
    ),
    "numbered": Kind(
        {"numbered": {"column": "a", "prefix": "HT", "digits": 3}}, rows("a", "HT001", "HT002"), rows("a", "HT001", "HT003"), rows("a", "HT001", "XX009"),
    ),
    "goes_on": Kind(
        {"goes_on": {"month": "month", "by": ["post"]}}, [JANUARY, MARCH], [JANUARY, {"month": "2023-01-01", "post": "b"}, MARCH],
        [JANUARY, MARCH, {"month": "2023-03-01", "post": "b"}], {"month": "date"},
    ),
    "stays": Kind(
        {"stays": {"year": "year", "key": ["a"], "columns": ["day"]}}, [LAST_YEAR, {"a": "K1", "year": 2023, "day": "2001-01-01"}],
        [LAST_YEAR, {"a": "K1", "year": 2023, "day": "2001-10-01"}],
        [LAST_YEAR, {"a": "K2", "year": 2023, "day": "2001-10-01"}, {"a": "K1", "year": 2024, "day": "2001-10-01"}, {"a": "K3", "year": 2022, "day": None}, {"a": "K3", "year": 2023, "day": "2001-10-01"}],
        {"year": "integer", "day": "date"},
    ),
    "named_alike": Kind(
        {"named_alike": {"name": "name", "written": "staging.ledger", "code": "a", "named_in": "marts.register"}},
        [{"a": "K1", "sheet": "甲"}], [{"a": "K1", "sheet": "乙"}], [{"a": "K2", "sheet": "乙"}, {"a": None, "sheet": "空"}],
    ),
    "listed": Kind({"listed": {"column": "a", "registers": ["marts.register"], "shows": "name"}}, rows("a", "K1"), rows("a", "K2"), rows("a", "K1", None)),
    "in_order": Kind(
        {"in_order": ["a", "b"]}, [{"a": "2023-01-01", "b": "2023-01-02"}], [{"a": "2023-01-02", "b": "2023-01-01"}],
        [{"a": "2023-01-01", "b": "2023-01-01"}, {"a": None, "b": "2023-01-01"}], {"a": "date", "b": "date"},
    ),
    "not_after_receipt": Kind({"not_after_receipt": ["a"]}, rows("a", "2023-06-01"), rows("a", "2023-07-01"), rows("a", "2023-06-30"), {"a": "date"}),
    "year_of_file": Kind(
        {"year_of_file": {"columns": ["a"], "latest": 1}}, rows("a", "2023-06-01"), rows("a", "2025-01-01"), rows("a", "2023-01-01", "2024-12-31"), {"a": "date"},
    ),
}  # fmt: skip
CASES = ("passing", "failing", "boundary")
BEFORE = """
    create schema marts; create schema evaluation; create schema quality;
    create table quality.submissions as
        select 'S' as submission_id, 'D' as department_code, 2023 as fiscal_year, timestamp '2023-06-30 18:00:00' as received_at, 1 as log_no, 'a.csv' as file;
    create table marts.register as select 'D' as department_code, 'K1' as a, '甲' as name;
    create schema staging;
    create table staging.ledger as
        select 'S' as submission_id, sheet, row_number, nullif(sheet, '空') as name
        from (values ('甲'), ('乙'), ('空')) as s (sheet), range(1, 4) as r (row_number);
"""


def test_every_kind_of_rule_has_a_fixture() -> None:
    assert set(FIXTURES) == set(KINDS)


@pytest.fixture(scope="module")
def passed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """Whether each case passed, all asked in one run: the import of the checker is what takes time."""
    path = tmp_path_factory.mktemp("kinds") / "w.duckdb"
    suites = []
    with duckdb.connect(str(path)) as connection:
        connection.execute(BEFORE)
        for name, kind in FIXTURES.items():
            for case in CASES:
                table = f"marts.{name}_{case}"
                given = [PLACE | row | {"row_number": place} for place, row in enumerate(getattr(kind, case), start=1)]
                columns = ", ".join(
                    f"{each} {kind.types.get(each, 'varchar')}" for each in given[0] if each != "row_number"
                )
                connection.execute(f"create table {table} ({columns}, row_number bigint)")
                for row in given:
                    names = ", ".join(row)
                    connection.execute(
                        f"insert into {table} ({names}) values ({', '.join('?' * len(row))})", list(row.values())
                    )
                from_data = BESIDE if name in FROM_DATA else {"why": "因"}
                suites.append(Suite(table=table, rules=(Rule.model_validate(kind.rule | from_data),)))
    return {result.table.removeprefix("marts."): result.passed for result in run_suites(path, suites)}


@pytest.mark.parametrize("name", FIXTURES)
def test_a_kind_of_rule_fires_beyond_its_bound_and_not_at_it(passed: dict[str, bool], name: str) -> None:
    assert [passed[f"{name}_{case}"] for case in CASES] == [True, False, True]
