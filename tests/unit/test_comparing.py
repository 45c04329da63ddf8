"""Rules that hold a row against others, on tables of a few rows: where their bounds lie, and what they leave alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest
from pydantic import ValidationError

from dagster_project.quality.expectation_files import Rule

SINCE = {"since": "2026-11-29", "evidence": "此表"}


def broken(rule: dict[str, Any], rows: str, columns: str, shown: str = "") -> list[Any]:
    """The first column of the rows that break the rule, or another one."""
    query = Rule(why="因", **rule).broken_rows.replace("{batch}", "things")
    with duckdb.connect() as connection:
        connection.execute(
            "create schema quality; create table quality.submissions"
            " (submission_id varchar, received_at timestamp, fiscal_year integer, file varchar, log_no integer)"
        )
        connection.execute(
            "insert into quality.submissions values ('s', '2023-05-05 09:00', 2023, 'a.csv', 2), ('s', '2023-05-04 09:00', 2023, 'b.csv', 1)"
        )
        connection.execute(
            f"create table things as select 'A' as department_code, * from (values {rows}) as t ({columns})"
        )
        name = shown or columns.split(",")[0]
        found = connection.execute(f"select {name} from ({query}) order by all nulls first")
        return [row[0] for row in found.fetchall()]


SERIES = {"series": {"column": "v", "by": [["fine"], ["coarse"]], "high": 10, "low": 0.1}, **SINCE}
USUAL = "(1, 10, 'f', 'c'), (2, 10, 'f', 'c'), (3, -10, 'f', 'c'), (4, 10, 'f', 'c'), (5, 10, 'f', 'c')"


@pytest.mark.parametrize(
    ("amount", "found"), [(100, []), (101, [9]), (-101, [9]), (1, []), (0.99, [9]), (0, []), ("null", [])]
)
def test_an_amount_beyond_the_band_of_its_series_is_found(amount: object, found: list[int]) -> None:
    assert broken(SERIES, f"{USUAL}, (9, {amount}, 'f', 'c')", "i, v, fine, coarse") == found


def test_a_small_group_is_held_against_the_next_coarser_one_and_a_lonely_row_against_none() -> None:
    rows = f"{USUAL}, (8, 500, 'other', 'c'), (9, 500, 'other', 'lonely')"
    assert broken(SERIES, rows, "i, v, fine, coarse") == [8]


def test_only_rows_that_meet_the_condition_are_in_the_series() -> None:
    rule = {**SERIES, "when": "fine <> 'g'"}
    assert broken(rule, f"{USUAL}, (8, 500, 'f', 'c'), (9, 500, 'g', 'c')", "i, v, fine, coarse") == [8]


NUMBERED = {"numbered": {"column": "no", "prefix": "N[0-9]-", "digits": 3}, **SINCE}


@pytest.mark.parametrize(
    ("numbers", "after_the_gap"),
    [
        (["N1-001", "N1-002", "N1-003"], []),
        (["N1-001", "N1-003"], ["N1-003"]),
        (["N1-002"], ["N1-002"]),
        (["N1-001", "N2-002"], ["N2-002"]),
        (["N1-001", "N1-001", "N1-002"], []),
        (["X1-005", "N1-0a7", "N1-01"], []),
        (["N1-001", None], []),
    ],
)
def test_the_row_after_a_gap_is_found_in_each_series(numbers: list[str | None], after_the_gap: list[str]) -> None:
    rows = ", ".join(
        f"({'null' if number is None else repr(number)}, 's', {row})" for row, number in enumerate(numbers, start=4)
    )
    assert broken(NUMBERED, rows, "no, submission_id, row_number") == after_the_gap


def test_numbers_that_stand_in_another_table_leave_no_gap() -> None:
    rule = {"numbered": {**NUMBERED["numbered"], "also": ["marts.refunds"]}, **SINCE}
    query = Rule(why="因", **rule).broken_rows.replace("{batch}", "things")
    with duckdb.connect() as connection:
        connection.execute("create schema quality; create schema marts")
        connection.execute("create table quality.submissions (submission_id varchar, file varchar, log_no integer)")
        for table, numbers in (("things", "N1-001,N1-003,N1-005"), ("marts.refunds", "N1-002")):
            connection.execute(
                f"create table {table} as select 'A' as department_code, unnest(string_split('{numbers}', ',')) as no,"
                " 's' as submission_id, 1 as row_number"
            )
        assert connection.execute(f"select no from ({query})").fetchall() == [("N1-005",)]


def test_the_row_after_a_gap_says_where_the_one_before_it_stands() -> None:
    rows = "('N1-003', 's', 9), ('N1-001', 's', 4), ('N2-002', 's', 5)"
    columns = "no, submission_id, row_number"
    assert broken(NUMBERED, rows, columns, "place_before") == [None, "a.csv 第 4 行"]


def test_days_follow_each_other_and_blanks_are_passed_over() -> None:
    rows = """(1, date '2023-01-01', date '2023-01-01', date '2023-01-02'), (2, date '2023-01-02', date '2023-01-01', null),
        (3, date '2023-01-02', null, date '2023-01-01'), (4, null, null, null), (5, null, date '2023-01-03', date '2023-01-02')"""
    assert broken({"in_order": ["a", "b", "c"]}, rows, "i, a, b, c") == [2, 3, 5]


def test_a_day_after_the_file_came_in_is_found_and_that_day_itself_is_not() -> None:
    rows = "(1, 's', date '2023-05-05'), (2, 's', date '2023-05-06'), (3, 's', null), (4, 'unknown', date '2099-01-01')"
    assert broken({"not_after_receipt": ["a"]}, rows, "i, submission_id, a") == [2]


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({}, [1, 3, 4, 5]),
        ({"earliest": -1}, [3, 4, 5]),
        ({"latest": 1}, [1, 4, 5]),
        ({"earliest": -1, "latest": 1}, [4, 5]),
    ],
)
def test_a_day_in_another_year_than_its_file_is_found(bounds: dict[str, int], found: list[int]) -> None:
    rows = """(1, 's', date '2022-12-31', null), (2, 's', date '2023-01-01', date '2023-12-31'), (3, 's', date '2023-05-05',
        date '2024-01-01'), (4, 's', date '2021-05-05', null), (5, 's', null, date '2025-01-01'), (6, 'unknown', date '1999-01-01', null)"""
    rule = {"year_of_file": {"columns": ["a", "b"], **bounds}, **SINCE}
    assert broken(rule, rows, "i, submission_id, a, b") == found


def test_what_breaks_off_between_two_months_is_found_at_the_row_it_would_stand_behind() -> None:
    columns = "account, month, submission_id, sheet, row_number, closing"
    rows = """('1001', date '2023-01-01', 's', '', 3, 5), ('1002', date '2023-01-01', 's', '', 4, 5), ('1003', date '2023-01-01', 's', '', 5, 0),
        ('1001', date '2023-04-01', 't', '', 3, 5), ('1004', date '2023-04-01', 't', '', 9, 5), ('0001', date '2023-01-01', 's', '', 2, 1)"""
    rule = {"goes_on": {"month": "month", "by": ["account"]}, "when": "closing <> 0", **SINCE}
    assert broken(rule, rows, columns) == ["0001", "1002"]
    assert broken(rule, rows, columns, "absent_from") == [dt.date(2023, 4, 1)] * 2
    assert broken(rule, rows, columns, "submission_id || row_number") == ["t3", "t3"]


def test_what_breaks_off_between_two_years_is_found_in_the_register_of_the_later_one() -> None:
    columns = "point, year, submission_id, sheet, row_number, closed_on"
    rows = """('P1', 2021, 's', '', 2, null), ('P2', 2021, 's', '', 3, date '2021-05-05'), ('P3', 2021, 's', '', 4, null),
        ('P1', 2023, 't', '', 2, null), ('P4', 2023, 't', '', 3, null)"""
    rule = {"goes_on": {"year": "year", "by": ["point"]}, "when": "closed_on is null", **SINCE}
    assert broken(rule, rows, columns) == ["P3"], (
        "what was closed need not go on, nor what the last register begins with"
    )
    assert broken(rule, rows, columns, "absent_from || submission_id || row_number") == ["2023t2"]


@pytest.mark.parametrize("told", [{}, {"month": "month", "year": "year"}])
def test_what_goes_on_says_when_once(told: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="恰好一个"):
        Rule.model_validate({"goes_on": {"by": ["post"], **told}, "why": "因", **SINCE})


def test_what_names_nothing_in_the_register_is_found_with_the_entry_that_is_most_alike() -> None:
    rule = {
        "listed": {"column": "named", "registers": ["marts.register"], "as": "code", "shows": "name", "by": ["year"]}
    }
    query = Rule(why="因", **rule, when="counts").broken_rows.replace("{batch}", "things")
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema marts;
            create table marts.register as select * from (values
                ('A', 2023, 'P-01', '会议'), ('A', 2023, 'P-12', '调研'), ('A', 2022, 'P-02', '培训'), ('B', 2023, 'P-02', '别家'))
                as t (department_code, year, code, name);
            create table things as select * from (values
                (1, 'A', 2023, 'P-01', true), (2, 'A', 2023, 'P-02', true), (3, 'A', 2023, null, true), (4, 'A', 2023, 'Q', false),
                (5, 'A', 2021, 'P-01', true), (6, 'C', 2023, 'P-01', true)) as t (i, department_code, year, named, counts)
            """
        )
        found = connection.execute(f"select i, is_it_this_one from ({query}) order by i").fetchall()
    assert found == [(2, "P-01 会议")], "blanks, other years and departments without a register are left alone"
