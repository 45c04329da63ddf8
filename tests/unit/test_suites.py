"""Expectation suites on a real DuckDB file: what stops publishing, what only warns, and what a broken suite says."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy
import yaml

from dagster_project.quality.expectation_files import ExpectationFault, Rule, Suite, read_suites
from dagster_project.quality.suites import SuiteResult, run_suites, unbroken


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """create schema marts; create schema evaluation; create schema quality; create table marts.things as
            select range as i, range - 1 as v, range // 2 as half, nullif(range, 3) as nothing from range(10)"""
        )
    return path


def result_of(warehouse: Path, *rules: dict[str, Any]) -> SuiteResult:
    suite = Suite(table="marts.things", rules=tuple(Rule(why="有原因", **rule) for rule in rules))
    (result,) = run_suites(warehouse, [suite])
    return result


def test_a_long_check_draws_nothing_into_what_a_night_prints(warehouse: Path) -> None:
    # A process without a script, as those are that check side by side, is interactive to DuckDB.
    code = (
        "import sqlalchemy; from dagster_project.quality.duckdb_readonly import register; register(); "
        f"connection = sqlalchemy.create_engine('duckdb+readonly:///{warehouse}?access_mode=read_only').connect(); "
        "print(connection.exec_driver_sql(\"select current_setting('enable_progress_bar')\").scalar())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_critical_finding_stops_publishing_and_says_why(warehouse: Path) -> None:
    result = result_of(warehouse, {"rule": "v >= 0"})
    assert not result.passed
    (finding,) = result.findings
    assert (finding.table, finding.severity, finding.why) == ("marts.things", "critical", "有原因")
    assert "1" in finding.observed


def test_a_warning_is_told_and_does_not_stop_publishing(warehouse: Path) -> None:
    result = result_of(warehouse, {"rule": "v >= 0", "severity": "warning"})
    assert result.passed and len(result.findings) == 1


def test_a_misspelt_column_is_a_failure_with_its_reason(warehouse: Path) -> None:
    result = result_of(warehouse, {"not_null": "vv"})
    assert not result.passed
    assert "vv" in result.findings[0].observed


# The table: i is 0 to 9, v is -1 to 8.
HOLDS: list[dict[str, Any]] = [
    {"rule": "v < 9"},
    {"rule": "v > 100", "when": "i > 100"},
    {"rule": "nullif(v, -1) >= 0"},
    {"rows": "select i from {batch} group by i having count(*) > 1"},
    {"not_null": "i"},
    {"unique": ["i"]},
    {"unique": ["i", "v"]},
    {"min_rows": 10},
    {"column": "i", "one_of": [str(i) for i in range(10)]},
    {"column": "v", "between": [-1, 8]},
    {"column": "v", "between": [None, 8]},
    {"column": "v", "plausible": [-1, None], "since": "2026-11-28", "evidence": "此表"},
]
BREAKS: list[dict[str, Any]] = [
    {"rule": "v < 8"},
    {"rule": "v > 100", "when": "i > 8"},
    {"rule": "i = 0 or v = 0 and i < 5"},
    {"rows": "select i % 2 from {batch} group by all having count(*) > 1"},
    {"not_null": "nothing"},
    {"unique": ["half"]},
    {"min_rows": 11},
    {"column": "half", "one_of": ["0", "1", "2", "3"]},
    {"column": "v", "between": [0, 8]},
    {"column": "v", "between": [None, 7]},
    {"column": "v", "plausible": [0, None], "since": "2026-11-28", "evidence": "此表"},
]


@pytest.mark.parametrize("rule", HOLDS, ids=str)
def test_what_holds_has_no_finding(warehouse: Path, rule: dict[str, Any]) -> None:
    result = result_of(warehouse, rule)
    assert [outcome.passed for outcome in result.outcomes] == [True]
    assert result.passed and result.findings == []


@pytest.mark.parametrize("rule", BREAKS, ids=str)
def test_what_does_not_hold_is_found(warehouse: Path, rule: dict[str, Any]) -> None:
    assert not result_of(warehouse, rule).passed


def test_what_one_query_answers_and_what_is_asked_one_by_one_keep_their_order(warehouse: Path) -> None:
    rules: list[dict[str, Any]] = [
        {"rule": "v < 9"},
        {"not_null": "nothing"},
        {"rule": "v < 8"},
        {"unique": ["i"]},
        {"rule": "i >= 0"},
    ]
    result = result_of(warehouse, *rules)
    assert [outcome.passed for outcome in result.outcomes] == [True, False, False, True, True]
    assert [outcome.severity for outcome in result.outcomes] == ["critical"] * 5
    assert all(
        rule["rule"] in outcome.expectation
        for rule, outcome in zip(rules, result.outcomes, strict=True)
        if "rule" in rule
    )


def test_the_version_that_readers_have_is_read_where_there_is_one_and_its_place_is_not_told(
    warehouse: Path, tmp_path: Path
) -> None:
    (tmp_path / "marts").mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"copy (select range as i from range(9)) to '{tmp_path}/marts/things.parquet'")
    gone = "select * from {batch} where i not in (select i from read_parquet('{last_version}/marts/things.parquet'))"
    suite = Suite(table="marts.things", rules=(Rule(why="因", rows=gone), Rule(why="因", rule="i >= 0")))
    (alone,) = run_suites(warehouse, [suite])
    assert [outcome.passed for outcome in alone.outcomes] == [True, True], (
        "on a first night there is nothing to hold it against"
    )
    (result,) = run_suites(warehouse, [suite], tmp_path)
    assert [outcome.passed for outcome in result.outcomes] == [False, True]
    (tmp_path / "same" / "marts").mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(f"copy (select range as i from range(10)) to '{tmp_path}/same/marts/things.parquet'")
    assert run_suites(warehouse, [suite], tmp_path / "same") == [alone], (
        "the same figures say the same as on a first night"
    )
    assert str(tmp_path) not in result.outcomes[0].expectation and str(tmp_path) in result.outcomes[0].rows_sql


def test_a_query_may_name_the_table_as_it_likes(warehouse: Path) -> None:
    named = "select named.* from {batch} as named where named.i > 7 and exists (select 1 from {batch} as other where other.i = 0)"
    (finding,) = result_of(warehouse, {"rows": named}).findings
    assert finding.observed == "实际为 2"


def test_a_query_may_begin_with_parts_of_its_own(warehouse: Path) -> None:
    parts = """
        with big as (select named.i from {batch} as named where named.i > 6), small as (select * from {batch} where i = 0)
        select big.* from big join small on true"""
    (finding,) = result_of(warehouse, {"rows": parts}).findings
    assert finding.observed == "实际为 3"
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.execute(f"select count(*) from ({finding.rows_sql})").fetchone() == (3,)


def test_the_file_is_free_again_afterwards(warehouse: Path) -> None:
    result_of(warehouse, {"unique": ["i"]})
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table marts.more as select 1 as i")


FAULTS: dict[str, tuple[Any, str]] = {
    "unknown_key": ([{"rule": "a > 0", "why": "因", "colour": "red"}], "marts.t 第 1 条 colour:没有这一项"),
    "no_why": ([{"rule": "a > 0"}], "marts.t 第 1 条 why:缺少这一项"),
    "nothing_said": ([{"rule": "a > 0", "why": "因"}, {"why": "因"}], "marts.t 第 2 条"),
    "two_things_said": ([{"rule": "a > 0", "not_null": "a", "why": "因"}], "写了rule、not_null"),
    "unknown_severity": ([{"rule": "a > 0", "why": "因", "severity": "grave"}], "critical、warning、info"),
    "chosen_from_data_without_it": ([{"column": "a", "plausible": [0, 1], "why": "因"}], "evidence"),
    "between_without_column": ([{"between": [0, 1], "why": "因"}], "column"),
    "rule_with_column": ([{"rule": "a > 0", "column": "a", "why": "因"}], "column"),
    "bounds_the_wrong_way": ([{"column": "a", "between": [1, 0], "why": "因"}], "[1.0, 0.0]"),
    "no_bounds": ([{"column": "a", "between": [None, None], "why": "因"}], "不可用"),
    "rows_of_nothing": ([{"rows": "select 1", "why": "因"}], "{batch}"),
    "series_without_bounds": (
        [{"series": {"column": "a", "by": [["b"]]}, "since": "2026-11-29", "evidence": "此表", "why": "因"}],
        "series 没有 high 也没有 low",
    ),
    "series_without_evidence": ([{"series": {"column": "a", "by": [["b"]], "high": 9}, "why": "因"}], "evidence"),
    "numbers_of_no_pattern": (
        [
            {
                "numbered": {"column": "a", "prefix": "N{4}", "digits": 3},
                "since": "2026-11-29",
                "evidence": "此表",
                "why": "因",
            }
        ],
        "prefix",
    ),
    "order_of_one": ([{"in_order": ["a"], "why": "因"}], "in_order"),
    "when_alone": ([{"not_null": "a", "when": "b", "why": "因"}], "when"),
    "whole_alone": ([{"not_null": "a", "whole": ["payments"], "why": "因"}], "whole"),
    "handed_in_alone": ([{"not_null": "a", "handed_in": ["payments"], "why": "因"}], "handed_in"),
    "no_rules": ([], "marts.t:不能为空"),
    "no_list": ("a > 0", "marts.t:"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_names_file_table_and_key(tmp_path: Path, case: str) -> None:
    rules, told = FAULTS[case]
    (tmp_path / "budget.yaml").write_text(yaml.safe_dump({"marts.t": rules}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ExpectationFault) as fault:
        read_suites(tmp_path)
    assert f"{tmp_path.name}/budget.yaml: marts.t" in str(fault.value) and told in str(fault.value)


def test_a_table_in_two_files_is_a_fault(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("marts.t: [{min_rows: 1, why: 因}]", encoding="utf-8")
    with pytest.raises(ExpectationFault, match=r"b\.yaml: marts\.t .*a\.yaml"):
        read_suites(tmp_path)


def test_a_rule_of_whole_ledgers_asks_only_years_that_lack_nothing_of_them() -> None:
    rule = Rule(rule="spent <= budget", whole=["budget_allocations", "payments"], why="因")
    with duckdb.connect() as connection:
        connection.execute("create schema intermediate")
        connection.execute("create schema quality")
        connection.execute("create table quality.submissions (submission_id varchar, file varchar, log_no integer)")
        connection.execute(
            """
            create table intermediate.int_coverage__ledger_periods as from (values
                ('101001', 2021, 'payments', true, 'missing'), ('101001', 2022, 'payments', false, 'not_due'),
                ('101001', 2023, 'payments', false, 'landed'), ('101001', 2023, 'policies', true, 'missing')
            ) as periods (department_code, fiscal_year, ledger, is_lacking, state)
            """
        )
        connection.execute(
            """
            create table spending as select '101001' as department_code, unnest([2021, 2022, 2023, 2024]) as fiscal_year,
                2 as spent, 1 as budget
            """
        )
        broken = connection.execute(rule.broken_rows.format(batch="spending")).fetchall()
    assert [row[1] for row in broken] == [2023, 2024]


def test_numbers_and_queries_of_whole_ledgers_pass_over_what_merely_is_missing() -> None:
    numbered = {"column": "no", "prefix": "A", "digits": 2}
    evidence = {"since": dt.date(2026, 11, 29), "evidence": "此表", "why": "因"}
    with duckdb.connect() as connection:
        connection.execute("create schema intermediate")
        connection.execute("create schema quality")
        connection.execute("create table quality.submissions (submission_id varchar, file varchar, log_no integer)")
        connection.execute(
            """
            create table intermediate.int_coverage__ledger_periods as from (values
                ('101001', 2022, 'things', false, 'not_due'), ('101001', 2023, 'things', true, 'missing'),
                ('101001', 2024, 'others', true, 'missing')
            ) as periods (department_code, fiscal_year, ledger, is_lacking, state)
            """
        )
        connection.execute(
            """
            create table things as select '1010' || office as department_code, year as fiscal_year, 'A02' as no, 's' as submission_id, 5 as row_number
            from (values ('01', 2022), ('02', 2022), ('03', 2023), ('01', 2024)) as those (office, year)
            """
        )
        connection.execute("update things set department_code = '101001', no = 'A05' where fiscal_year = 2023")

        def broken(rule: Rule) -> list[tuple[str, int]]:
            query = rule.broken_rows.replace("{batch}", "things")
            return connection.execute(f"select department_code, fiscal_year from ({query}) order by all").fetchall()

        every = "select * from {batch}"
        assert broken(Rule(numbered=numbered, handed_in=["things"], **evidence)) == [("101001", 2022), ("101002", 2022)]
        assert broken(Rule(rows=every, whole=["things"], why="因")) == [("101001", 2024), ("101002", 2022)]
        assert broken(Rule(rows=every, handed_in=["things"], why="因")) == [
            ("101001", 2022),
            ("101001", 2024),
            ("101002", 2022),
        ]


def test_only_what_is_broken_or_about_the_whole_table_is_asked_one_by_one(warehouse: Path) -> None:
    rules = {
        "not_null": Rule(why="有原因", not_null="i"),
        "one_of": Rule(why="有原因", column="half", one_of=list("01234")),
        "between": Rule(why="有原因", column="v", between=(-1, 8)),
        "rule": Rule(why="有原因", rule="v < 9"),
        "broken": Rule(why="有原因", not_null="nothing"),
        "whole": Rule(why="有原因", min_rows=1),
    }
    suite = Suite(table="marts.things", rules=tuple(rules.values()))
    engine = sqlalchemy.create_engine(f"duckdb:///{warehouse}")
    with engine.connect() as connection:
        held = unbroken(connection, suite)
    engine.dispose()
    assert [name for name, rule in rules.items() if rule in held] == ["not_null", "one_of", "between", "rule"]
    (result,) = run_suites(warehouse, [suite])
    assert [outcome.passed for outcome in result.outcomes] == [True, True, True, True, False, True]
    assert result.outcomes[1].expectation == (
        "expect_column_values_to_be_in_set {'column': 'half', 'value_set': ['0', '1', '2', '3', '4']}"
    )


def test_a_pattern_with_a_count_in_braces_names_the_rows_that_break_it(warehouse: Path) -> None:
    result = result_of(warehouse, {"rule": "regexp_full_match(i::varchar, '[0-8]{1}')"})
    (finding,) = result.findings
    assert finding.observed == "实际为 1" and "{1}" in finding.expectation
    assert rows_of(warehouse, finding.rows_sql) == [9]


def rows_of(warehouse: Path, sql: str) -> list[int]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return [row[0] for row in connection.execute(sql).fetchall()]
