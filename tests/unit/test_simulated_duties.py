"""The simulated meetings, bills and registers: published totals, ledgers that agree, and the edge cases they must hold."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from dagster_project.contracts import load_contracts
from simulation.drop import makers
from simulation.ledgers.duties import legislative_opinions
from simulation.ledgers.duties.agenda_items import STEPS
from simulation.paper.handed_in import HandedFile
from simulation.world.calendar import YEARS
from simulation.world.targets import published
from simulation.world.world import World

Rows = list[dict[str, Any]]
Ledgers = dict[tuple[str, int], Rows]
OURS = (
    "meetings", "agenda_items", "bills", "publication_matrix", "legislative_opinions", "legislative_contact_points",
    "record_reviews", "appointments", "research_tasks", "meeting_support_log",
)  # fmt: skip


@pytest.fixture(scope="module")
def handed() -> list[HandedFile]:
    world, of = World(2023), makers()
    files = [file for year in YEARS for name in OURS for file in of[f"duties.{name}"](world, year)]
    return sorted(files, key=lambda file: file.received_at)


@pytest.fixture(scope="module")
def ledgers(handed: list[HandedFile]) -> Ledgers:
    """The rows in force: a later file takes the place of its period or, in an upsert ledger, of single rows."""
    contracts = load_contracts()
    parts: dict[tuple[str, int], dict[str, dict[object, dict[str, Any]]]] = {}
    for file in handed:
        for sheet in file.sheets:
            periods = parts.setdefault((sheet.ledger, int(file.period[:4])), {})
            contract = contracts[sheet.ledger]
            rows = {tuple(row[name] for name in contract.key): dict(row) for row in sheet.rows}
            earlier = periods.get(file.period, {}) if contract.supersede == "upsert" else {}
            periods[file.period] = earlier | rows
    return {key: [row for part in periods.values() for row in part.values()] for key, periods in parts.items()}


def items(ledgers: Ledgers, kind: str, year: int = 2023) -> Rows:
    return [row for row in ledgers["agenda_items", year] if row["agenda_kind"] == kind]


def deliberations(row: dict[str, Any], year: int) -> int:
    days = (row["first_deliberated_on"], row["second_deliberated_on"], row["third_deliberated_on"])
    return sum(day is not None and day.year == year for day in days)


FIGURES: dict[str, Callable[[Ledgers], int]] = {
    "legislation.bills_deliberated": lambda x: sum(deliberations(r, 2023) > 0 for r in x["bills", 2023]),
    "legislation.deputy_opinions": lambda x: sum(r["proposer_kind"] == "代表" for r in x["legislative_opinions", 2023]),
    "legislation.new_contact_points": lambda x: sum(
        r["established_on"].year == 2023 for r in x["legislative_contact_points", 2023]
    ),
    "review.documents": lambda x: sum(
        r["reviewed_on"] is not None and r["reviewed_on"].year == 2023 for r in x["record_reviews", 2023]
    ),
    "resolutions.adopted": lambda x: sum(r["is_passed"] for r in items(x, "决议决定")),
    "appointments.person_times": lambda x: len(x["appointments", 2023]),
    "duty.major_matters_decided": lambda x: sum(r["voted_on"] is not None for r in items(x, "重大事项")),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_plain_rows_add_up_to_the_published_figure(figure: str, ledgers: Ledgers) -> None:
    bounds = published()[figure]
    assert bounds.low <= Decimal(FIGURES[figure](ledgers)) <= bounds.high


def test_row_counts_are_those_of_the_ledger_list(ledgers: Ledgers) -> None:
    counts = {ledger: len(rows) for (ledger, year), rows in ledgers.items() if year == 2023}
    assert counts == {
        "meetings": 40, "agenda_items": 260, "bills": 24, "publication_matrix": 120, "legislative_opinions": 31_000,
        "legislative_contact_points": 60, "record_reviews": 40, "appointments": 89, "research_tasks": 20,
        "meeting_support_log": 60,
    }  # fmt: skip


@pytest.mark.parametrize("year", YEARS)
def test_what_happens_in_a_meeting_happens_on_its_days(year: int, ledgers: Ledgers) -> None:
    meetings = {row["meeting_no"]: row for row in ledgers["meetings", year]}
    assert len(meetings) == len(ledgers["meetings", year])
    bills = {row["bill_no"] for row in ledgers["bills", year]}
    for row in ledgers["agenda_items", year]:
        for named in ("planned_meeting_no", "adjusted_meeting_no"):
            assert row[named] is None or row[named] in meetings
        assert row["bill_no"] is None or row["bill_no"] in bills
        for day in (row["heard_on"], row["voted_on"]):
            if day:
                meeting = meetings[row["meeting_no"]]
                assert meeting["opened_on"] <= day <= meeting["closed_on"]
    for row in ledgers["appointments", year]:
        assert row["decided_on"] == meetings[row["meeting_no"]]["closed_on"]
    assert {row["meeting_no"] for row in ledgers["meeting_support_log", year]} <= meetings.keys()
    assert {row["bill_no"] for row in ledgers["legislative_opinions", year]} <= bills


@pytest.mark.parametrize("year", YEARS)
def test_each_deliberation_of_a_bill_is_on_the_agenda(year: int, ledgers: Ledgers) -> None:
    on_the_agenda = Counter(row["bill_no"] for row in items(ledgers, "法规案", year))
    assert on_the_agenda == Counter({r["bill_no"]: n for r in ledgers["bills", year] if (n := deliberations(r, year))})


@pytest.mark.parametrize("year", YEARS)
def test_laws_promulgated_are_those_of_the_checklist(year: int, ledgers: Ledgers) -> None:
    listed = {(r["law_no"], r["law_title"], r["promulgated_on"]) for r in ledgers["publication_matrix", year]}
    bills = [r for r in ledgers["bills", year] if r["promulgated_on"] and r["promulgated_on"].year == year]
    assert {(r["law_no"], r["title"], r["promulgated_on"]) for r in bills} == listed


def test_the_standing_committee_meets_at_least_every_two_months(ledgers: Ledgers) -> None:
    for year in YEARS:
        days = [row["opened_on"] for row in ledgers["meetings", year] if row["body"] == "常委会"]
        assert max(later - day for day, later in itertools.pairwise(days)) <= timedelta(days=64)


@pytest.mark.parametrize("year", YEARS)
def test_opinions_come_before_the_bill_is_passed(year: int, ledgers: Ledgers) -> None:
    bills = {row["bill_no"]: row for row in ledgers["bills", year]}
    for row in ledgers["legislative_opinions", year]:
        bill = bills[row["bill_no"]]
        assert bill["proposed_on"] <= row["submitted_on"]
        assert bill["passed_on"] is None or row["submitted_on"] <= bill["passed_on"]


def test_bills_took_every_road(ledgers: Ledgers) -> None:
    rows = ledgers["bills", 2023]
    assert any(deliberations(r, 2023) >= 2 for r in rows)
    assert any(deliberations(r, 2022) and r["passed_on"] and r["passed_on"].year == 2023 for r in rows)
    assert any(r["promulgated_on"] and not deliberations(r, 2023) for r in rows)
    assert any(r["withdrawn_on"] for r in rows)
    assert {r["stage"] for r in rows} == {"立项", "审议中", "已通过", "已批准", "已公布", "已撤回"}


def test_plans_moved_by_the_chairpersons_were_moved_before_the_meeting(ledgers: Ledgers) -> None:
    for year in YEARS:
        meetings = {row["meeting_no"]: row for row in ledgers["meetings", year]}
        chairpersons = {m["opened_on"] for m in meetings.values() if m["body"] == "主任会议"}
        moved = [r for r in ledgers["agenda_items", year] if r["adjusted_on"]]
        assert moved
        for row in moved:
            before = meetings[row["planned_meeting_no"] or row["adjusted_meeting_no"]]
            assert row["adjusted_on"] in chairpersons and row["adjusted_on"] < before["opened_on"]
            assert row["meeting_no"] == row["adjusted_meeting_no"]
    rows = [r for r in ledgers["agenda_items", 2023] if r["adjusted_on"]]
    assert any(r["planned_meeting_no"] and r["adjusted_meeting_no"] for r in rows)
    assert any(r["planned_meeting_no"] and not r["adjusted_meeting_no"] for r in rows)
    assert any(r["adjusted_meeting_no"] and not r["planned_meeting_no"] for r in rows)


def test_reports_were_sent_on_both_sides_of_the_limit(ledgers: Ledgers) -> None:
    def days(year: int) -> set[tuple[int, int]]:
        meetings = {row["meeting_no"]: row["opened_on"] for row in ledgers["meetings", year]}
        return {
            ((meetings[r["meeting_no"]] - r["sent_for_comment_on"]).days, (meetings[r["meeting_no"]] - r["formally_sent_on"]).days)
            for r in items(ledgers, "专项工作报告", year)
            if r["formally_sent_on"]
        }  # fmt: skip

    assert (20, 10) in days(2023) and min(days(2023)) == (20, 10)
    assert (19, 9) in days(2022)


def test_major_matters_of_2023_were_decided_with_every_step_and_one_of_2022_was_not(ledgers: Ledgers) -> None:
    whole = "、".join(STEPS)
    assert {r["steps_done"] for r in items(ledgers, "重大事项")} == {whole}
    assert sum(r["steps_done"] != whole for r in items(ledgers, "重大事项", 2022)) == 1


def test_people_are_removed_and_appointed_on_the_same_day(ledgers: Ledgers) -> None:
    times = Counter(row["person_no"] for row in ledgers["appointments", 2023])
    assert max(times.values()) == 2


def test_a_document_of_2022_was_reviewed_in_2023_and_two_wait(ledgers: Ledgers) -> None:
    carried = [r for r in ledgers["record_reviews", 2023] if r["received_on"].year == 2022]
    assert len(carried) == 1 and carried[0]["reviewed_on"].year == 2023
    before = next(r for r in ledgers["record_reviews", 2022] if r["review_no"] == carried[0]["review_no"])
    assert before["reviewed_on"] is None
    assert sum(r["reviewed_on"] is None for r in ledgers["record_reviews", 2023]) == 2


def test_a_quarter_of_opinions_was_handed_in_again(handed: list[HandedFile]) -> None:
    first, again = (
        f.sheets[0].rows for f in handed if f.path.startswith("legislative_opinions/") and f.period == "2023Q4"
    )
    handed_in = {row["opinion_no"] for row in first}
    assert sum(row["opinion_no"] not in handed_in for row in again) == 10
    assert any(row["opinion_no"] in handed_in for row in again)


def test_no_meeting_of_2023_had_a_serious_incident_and_one_of_2022_had(ledgers: Ledgers) -> None:
    grave = {year: sum(r["severity"] == "严重" for r in ledgers["meeting_support_log", year]) for year in YEARS}
    assert grave == {2022: 1, 2023: 0}


def test_scale_multiplies_opinions_only() -> None:
    files = legislative_opinions.files(World(2023, scale=2), 2022)
    rows = [row for file in files for sheet in file.sheets for row in sheet.rows]
    assert len(rows) == 2 * (3_180 + 270) and len({r["opinion_no"] for r in rows}) == len(rows)
