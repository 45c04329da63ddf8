"""What is wrong with a review that was handed in is found in its row and in no other."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from dagster_project.quality.expectation_files import read_suites
from dagster_project.settings import Settings

TABLE = "evaluation.reviews"
RULES = read_suites(Settings().expectations_dir)[TABLE].rules
SOUND = """
    select '101001' as department_code, 2023 as fiscal_year, 's' as scheme_id, 'FH-' || n as review_no, n as indicator_no,
        2.00 as weight, 2.00 as review_score, date '2024-06-12' as reviewed_on, date '2024-06-12' as closed_on,
        'file' as submission_id, '' as sheet, n as row_number
    from range(1, 6) as rows(n)
"""
WRONG = {
    "不在该部门该年度的评分表中": ("weight = null", {2}),
    "高于该指标的分值": ("review_score = 2.01", {2}),
    "同一天有两次复核": ("indicator_no = 3", {2, 3}),
    "销号不会早于复核": ("closed_on = date '2024-06-11'", {2}),
}


@pytest.fixture
def reviews() -> Iterator[duckdb.DuckDBPyConnection]:
    """Five reviews without a fault."""
    with duckdb.connect() as connection:
        connection.execute(f"create schema evaluation; create table {TABLE} as {SOUND}")
        yield connection


def found_by(connection: duckdb.DuckDBPyConnection, words: str) -> set[int]:
    (rule,) = [rule for rule in RULES if words in rule.why]
    query = rule.broken_rows.replace("{batch}", TABLE)
    return {number for (number,) in connection.execute(f"select row_number from ({query})").fetchall()}


@pytest.mark.parametrize("words", WRONG)
def test_a_review_that_is_made_wrong_is_found_and_no_other(reviews: duckdb.DuckDBPyConnection, words: str) -> None:
    change, planted = WRONG[words]
    assert found_by(reviews, words) == set()
    reviews.execute(f"update {TABLE} set {change} where row_number = 2")
    assert found_by(reviews, words) == planted


def test_reviews_of_one_indicator_on_two_days_are_no_fault(reviews: duckdb.DuckDBPyConnection) -> None:
    reviews.execute(f"update {TABLE} set indicator_no = 3, reviewed_on = date '2024-06-13' where row_number = 2")
    assert found_by(reviews, "同一天有两次复核") == set()


def test_every_rule_of_the_table_has_a_wrong_row() -> None:
    assert {words for rule in RULES for words in WRONG if words in rule.why} == set(WRONG) and len(RULES) == len(WRONG)
