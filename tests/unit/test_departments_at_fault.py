"""Who is held back, from which entry of the log on, and when a hold has ended."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dagster_project.building.second_round import holds_of, last_good, with_news
from dagster_project.ingestion.held_back import HeldBack, last_recorded, record_held_back, recorded
from dagster_project.ingestion.standing import in_force
from dagster_project.ingestion.submissions import Submission
from dagster_project.quality.departments_at_fault import AtFault

A, B = "101001", "101002"
MODEL = Submission(
    log_no=1, submission_id="s1", ledger="payments", domain="budget", department_code=A, period="2023-03", fiscal_year=2023,
    file="a.csv", sheet="", sha256="0" * 64, size_bytes=1, received_at="2023-04-01", landed_at="2023-04-01", contract_version="1",
    supersede="replace", status="landed", reason="", rows_read=1, rows_accepted=1, rows_rejected=0, rows_blank=0, rows_notes=0,
)  # fmt: skip


def entry(number: int, department: str = A, file: str = "", status: str = "landed") -> Submission:
    """An entry of the log, of a file of its own unless told otherwise."""
    name = file or f"{number}.csv"
    return replace(
        MODEL,
        log_no=number,
        submission_id=f"s{number}",
        department_code=department,
        file=name,
        period=name,
        status=status,
    )  # type: ignore[arg-type]


LOG = [entry(1), entry(2, B), entry(4), entry(5, B), entry(7)]
"""Three entries of A and two of B; numbers between are lines that only hold hashes."""


def laid_to(*departments: set[str]) -> AtFault:
    return AtFault(frozenset(map(frozenset, departments)), ())


@pytest.mark.parametrize(
    ("counts", "after"),
    [
        ({A: 2, B: 2}, {A: 4, B: 5}),
        ({A: 3, B: 1}, {A: 7, B: 2}),
        ({A: 9}, {A: 7, B: 0}),
        ({}, {A: 0, B: 0}),
    ],
)
def test_the_log_only_grows_so_that_a_count_says_what_readers_have(
    counts: dict[str, int], after: dict[str, int]
) -> None:
    assert last_good(LOG, counts) == after


def test_only_departments_with_entries_that_readers_lack_can_be_at_fault() -> None:
    after = last_good(LOG, {A: 2, B: 2})
    assert with_news(LOG, after) == {A}
    assert [
        (hold.department_code, hold.after_log_no, hold.until_log_no) for hold in holds_of(laid_to({A}), LOG, after)
    ] == [(A, 4, 7)]
    assert holds_of(laid_to({B}), LOG, after) == []
    assert [hold.department_code for hold in holds_of(laid_to({A, B}), LOG, after)] == [A], "B has said nothing new"


def test_one_row_of_nobody_holds_back_nobody() -> None:
    after = last_good(LOG, {A: 2, B: 1})
    assert {hold.department_code for hold in holds_of(laid_to({A}, {B}), LOG, after)} == {A, B}
    assert holds_of(laid_to({A}, set()), LOG, after) == []
    assert holds_of(laid_to(), LOG, after) == []


def test_what_is_known_of_some_departments_only_holds_back_only_those() -> None:
    assert [hold.department_code for hold in holds_of(laid_to({A}), LOG, {A: 4})] == [A]


def test_a_file_that_was_booked_from_one_department_to_another_takes_both_along() -> None:
    log = [entry(1), entry(2, B), entry(3, A, "1.csv", "moved"), entry(4, B, "1.csv")]
    after = last_good(log, {A: 1, B: 1})
    assert {hold.department_code for hold in holds_of(laid_to({B}), log, after)} == {A, B}


def test_what_is_held_back_is_not_in_force_and_what_it_replaced_is_again() -> None:
    log = [entry(1, file="a.csv"), entry(2, B), entry(3, file="a.csv"), entry(4, file="new.csv"), entry(5, B)]
    assert [each.log_no for each in in_force(log)] == [3, 2, 4, 5]
    assert [each.log_no for each in in_force(log, held_back={A: 1})] == [1, 2, 5]
    assert [each.log_no for each in in_force(log, held_back={A: 0})] == [2, 5]
    withdrawn = [*log[:2], entry(3, file="a.csv", status="withdrawn")]
    assert [each.log_no for each in in_force(withdrawn)] == [2]
    assert [each.log_no for each in in_force(withdrawn, held_back={A: 1})] == [1, 2], "a withdrawal is held back too"


def test_the_record_says_when_a_hold_ended_and_says_nothing_twice(tmp_path: Path) -> None:
    first, longer = HeldBack(A, 4, 7), HeldBack(A, 4, 9)
    for held in ([], [first], [first], [longer], [], [], [HeldBack(B, 0, 12)]):
        record_held_back(tmp_path, held)
    assert recorded(tmp_path) == [first, longer, HeldBack(A, 9, 9), HeldBack(B, 0, 12)]
    assert first.covers(entry(5))
    assert not any(first.covers(each) for each in (entry(4), entry(8), entry(5, B)))
    assert not any(last_recorded(tmp_path)[A].covers(entry(number)) for number in range(1, 20))
