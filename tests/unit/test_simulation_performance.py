"""The simulated ledgers of performance management: what they add up to, and the cases that test the rules."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from simulation import __main__ as command
from simulation.drop import makers
from simulation.ledgers.budget import department_targets, disclosures, monitoring_records, policies, self_evaluations
from simulation.ledgers.budget.monitoring_records import FIRST_HALF, MID_YEAR, SECOND_HALF
from simulation.paper.handed_in import HandedFile
from simulation.paper.signs import CORRECTED
from simulation.world.calendar import YEARS
from simulation.world.projects import PROJECTS
from simulation.world.targets import published
from simulation.world.values import Row
from simulation.world.world import World

THRESHOLD = Decimal(5_000_000)


@pytest.fixture(scope="module")
def world() -> World:
    return World(command.DEFAULT_SEED)


def large_projects(world: World, year: int) -> set[str]:
    """Codes of the project spending projects from five million on."""
    fen = world.budget(year).initial_fen
    return {p.code for p in PROJECTS if not p.is_basic and Decimal(fen[p.code]) / 100 >= THRESHOLD}


def handed_for(world: World, ledger: str, year: int) -> list[HandedFile]:
    return sorted(makers()[f"budget.{ledger}"](world, year), key=lambda f: f.received_at)


def rows_of(file: HandedFile) -> list[dict[str, Any]]:
    return [dict(row) for row in file.sheets[0].rows]


def by_project(rows: list[Row]) -> dict[Any, Row]:
    return {row["project_code"]: row for row in rows}


def test_every_large_project_of_2023_was_monitored_in_mid_year(world: World) -> None:
    large = large_projects(world, 2023)
    assert len(large) == published()["monitoring.projects"].count
    assert large <= by_project(monitoring_records.rows(world, 2023, MID_YEAR)).keys()


def test_the_project_of_exactly_five_million_was_overlooked_in_2022(world: World) -> None:
    monitored = by_project(monitoring_records.rows(world, 2022, MID_YEAR))
    (overlooked,) = large_projects(world, 2022) - monitored.keys()
    assert world.budget(2022).initial_fen[overlooked] == 500_000_000


@pytest.mark.parametrize("year", YEARS)
def test_a_report_was_filed_on_the_last_day_and_another_late(world: World, year: int) -> None:
    last_day = date(year, 6, 30) + timedelta(days=31)
    filed = [row["filed_on"] for row in monitoring_records.rows(world, year, FIRST_HALF)]
    assert last_day in filed
    assert any(isinstance(day, date) and day > last_day for day in filed)


@pytest.mark.parametrize("year", YEARS)
def test_forms_of_one_day_tell_of_one_progress(world: World, year: int) -> None:
    half = by_project(monitoring_records.rows(world, year, FIRST_HALF))
    middle = by_project(monitoring_records.rows(world, year, MID_YEAR))
    progress = ("spending_progress_pct", "target_progress_pct")
    assert middle
    assert [[row[p] for p in progress] for row in middle.values()] == [
        [half[code][p] for p in progress] for code in middle
    ]


def test_monitored_spending_of_a_year_is_what_was_paid(world: World) -> None:
    rows = by_project(monitoring_records.rows(world, 2023, SECOND_HALF))
    paid = Counter[str]()
    for voucher in world.vouchers(2023):
        if voucher.original is None or voucher.original.cleared_on.year == 2023:
            paid[voucher.allocation.line.project.code] += voucher.amount_fen
    assert {code: row["spent_yuan"] for code, row in rows.items()} == {code: Decimal(paid[code]) / 100 for code in rows}


def test_one_monitoring_record_was_handed_in_again(world: World) -> None:
    first, *_, correction, _ = handed_for(world, "monitoring_records", 2023)
    (corrected,) = rows_of(correction)
    wrong = by_project(first.sheets[0].rows)[corrected["project_code"]]
    assert {name for name in corrected if corrected[name] != wrong[name]} == {"spent_yuan"}


def test_self_evaluations_lie_on_both_sides_of_five_points(world: World) -> None:
    rows = self_evaluations.rows(world, 2023, is_reviewed=True)
    gaps = [abs(r["self_score"] - r["review_score"]) for r in rows if r["review_score"] is not None]  # type: ignore[operator]
    assert Decimal("5.00") in gaps
    assert [gap for gap in gaps if gap > 5] == [Decimal("5.01")]
    assert sum(row["review_score"] is None and row["self_score"] is not None for row in rows) == 2


@pytest.mark.parametrize("year", YEARS)
def test_scores_are_out_of_a_hundred(world: World, year: int) -> None:
    for row in self_evaluations.rows(world, year, is_reviewed=True):
        for name in ("self_score", "review_score"):
            score = row[name]
            assert score is None or (isinstance(score, Decimal) and 0 <= score <= 100)


def test_a_finding_of_2023_was_confirmed_only_in_2024(world: World) -> None:
    first, later = handed_for(world, "finance_findings", 2023)
    assert len(rows_of(first)) == 6
    (confirmed,) = rows_of(later)
    pending = next(row for row in rows_of(first) if row["finding_no"] == confirmed["finding_no"])
    assert pending["found_on"].year == 2023 and pending["confirmed_on"] is None
    assert confirmed["confirmed_on"].year == 2024


def test_a_policy_was_replaced_in_the_middle_of_2023() -> None:
    known = {year: {row["policy_no"]: row for row in policies.rows(year)} for year in YEARS}
    replaced = [row for row in known[2023].values() if row["repealed_on"] == date(2023, 6, 30)]
    assert replaced
    for row in replaced:
        assert known[2022][row["policy_no"]]["repealed_on"] is None
        assert known[2023][row["replaced_by"]]["issued_on"] == date(2023, 7, 1)


def test_no_policy_in_force_in_2023_covers_internal_reporting_and_feedback() -> None:
    covering = [row for row in policies.rows(2023) if "内部报送与反馈" in str(row["stages"])]
    assert covering and all(isinstance(r["repealed_on"], date) and r["repealed_on"].year < 2023 for r in covering)


@pytest.mark.parametrize(("year", "days"), [(2023, 20), (2022, 21)])
def test_the_latest_budget_or_accounts_were_shown_on_this_day(year: int, days: int) -> None:
    waited = [
        (row["published_on"] - row["approved_on"]).days  # type: ignore[operator]
        for row in disclosures.rows(year)
        if row["document_kind"] in ("部门预算", "部门决算")
    ]
    assert max(waited) == days


def test_a_division_raised_its_forecast(world: World) -> None:
    files = handed_for(world, "spending_forecasts", 2023)
    corrections = [file for file in files if CORRECTED in file.path]
    assert len(files) == 5 and len(corrections) == 1
    assert len({row["responsible_unit"] for row in rows_of(corrections[0])}) == 1


def test_one_target_of_the_department_was_raised_in_2023() -> None:
    versions = Counter(row["indicator_no"] for row in department_targets.rows(2023))
    assert sorted(versions.values()) == [1, 1, 1, 1, 1, 1, 2]
    assert sum(row["weight"] == 0 for row in department_targets.rows(2023)) == 1
