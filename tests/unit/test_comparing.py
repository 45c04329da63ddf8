"""Rules that hold a row against others, on tables of a few rows: where their bounds lie, and what they leave alone."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from dagster_project.quality.expectation_files import Rule

SINCE = {"since": "2026-11-29", "evidence": "此表"}


def broken(rule: dict[str, Any], rows: str, columns: str) -> list[Any]:
    """The first column of the rows that break the rule."""
    query = Rule(why="因", **rule).broken_rows.replace("{batch}", "things")
    with duckdb.connect() as connection:
        connection.execute(
            "create schema quality; create table quality.submissions (submission_id varchar, received_at timestamp)"
        )
        connection.execute(
            "insert into quality.submissions values ('s', '2023-05-05 09:00'), ('s', '2023-05-04 09:00')"
        )
        connection.execute(
            f"create table things as select 'A' as department_code, * from (values {rows}) as t ({columns})"
        )
        names = columns.split(",")[0]
        return [row[0] for row in connection.execute(f"select {names} from ({query}) order by all").fetchall()]


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
    rows = ", ".join(f"({'null' if number is None else repr(number)})" for number in numbers)
    assert broken(NUMBERED, rows, "no") == after_the_gap


def test_days_follow_each_other_and_blanks_are_passed_over() -> None:
    rows = """(1, date '2023-01-01', date '2023-01-01', date '2023-01-02'), (2, date '2023-01-02', date '2023-01-01', null),
        (3, date '2023-01-02', null, date '2023-01-01'), (4, null, null, null), (5, null, date '2023-01-03', date '2023-01-02')"""
    assert broken({"in_order": ["a", "b", "c"]}, rows, "i, a, b, c") == [2, 3, 5]


def test_a_day_after_the_file_came_in_is_found_and_that_day_itself_is_not() -> None:
    rows = "(1, 's', date '2023-05-05'), (2, 's', date '2023-05-06'), (3, 's', null), (4, 'unknown', date '2099-01-01')"
    assert broken({"not_after_receipt": ["a"]}, rows, "i, submission_id, a") == [2]
