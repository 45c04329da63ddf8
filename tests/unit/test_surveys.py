"""Supervision, surveys and campaigns of the simulated office: published totals, edge cases, references that hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dagster_project.contracts.code_lists import load_code_list
from simulation.__main__ import DEFAULT_SEED
from simulation.drop import makers, put_together
from simulation.ledgers.duties.outcome_registers import SNAKEBITE_REGISTER
from simulation.ledgers.duties.survey_visits import LARGE_PROJECT_YUAN
from simulation.paper.handed_in import HandedFile
from simulation.world.calendar import YEARS
from simulation.world.credit_codes import is_valid
from simulation.world.inspections import SNAKEBITE_INSPECTION, SNAKEBITE_ITEM
from simulation.world.targets import published
from simulation.world.world import World

Rows = list[dict[str, Any]]
OURS = (
    "duties.supervision_items", "duties.outcome_registers", "duties.surveys", "duties.survey_participations",
    "duties.survey_visits", "duties.survey_findings", "deputies.campaign_participations",
)  # fmt: skip


class Handed:
    """The files of our ledgers, and their rows as last handed in for each period."""

    def __init__(self) -> None:
        self.world, of = World(DEFAULT_SEED), makers()
        parts = (file for year in YEARS for name in OURS for file in of[name](self.world, year))
        self.files: list[HandedFile] = [*put_together(parts)]
        self._rows: dict[tuple[str, str], Rows] = {}
        for file in sorted(self.files, key=lambda f: f.received_at):
            for sheet in file.sheets:
                self._rows[sheet.ledger, file.period] = [dict(row) for row in sheet.rows]

    def rows(self, ledger: str, year: int) -> Rows:
        parts = [rows for (name, period), rows in self._rows.items() if name == ledger and period.startswith(str(year))]
        return [row for part in parts for row in part]

    def of_survey(self, ledger: str, kind: str, year: int = 2023) -> Rows:
        numbers = {r["survey_no"] for r in self.rows("surveys", year) if r["survey_kind"] == kind}
        return [row for row in self.rows(ledger, year) if row["survey_no"] in numbers]


@pytest.fixture(scope="module")
def handed() -> Handed:
    return Handed()


def distinct(rows: Rows, column: str, **wanted: object) -> int:
    return len({row[column] for row in rows if all(row[name] == value for name, value in wanted.items())})


def findings(handed: Handed, kind: str, finding_kind: str) -> int:
    return sum(row["finding_kind"] == finding_kind for row in handed.of_survey("survey_findings", kind))


def large_projects(handed: Handed) -> Rows:
    rows = handed.of_survey("survey_visits", "URBAN_RENEWAL")
    return [row for row in rows if (row["planned_investment_yuan"] or 0) > LARGE_PROJECT_YUAN]


def hospitals(handed: Handed, year: int = 2023) -> Rows:
    return [row for row in handed.rows("outcome_registers", year) if row["register_name"] == SNAKEBITE_REGISTER]


def covered_districts(handed: Handed, year: int) -> int:
    valid = {code.code for code in load_code_list("districts", year)}
    return len({row["district_code"] for row in hospitals(handed, year) if row["in_force_to"] is None} & valid)


FIGURES: dict[str, Callable[[Handed], int]] = {
    "supervision.items": lambda h: sum(r["started_on"] is not None for r in h.rows("supervision_items", 2023)),
    "survey.enterprise_deputy_times": lambda h: len(h.of_survey("survey_participations", "PRIVATE_ENTERPRISE")),
    "survey.enterprises_visited": lambda h: distinct(
        h.of_survey("survey_visits", "PRIVATE_ENTERPRISE"), "credit_code", object_kind="企业"
    ),
    "survey.enterprise_problems": lambda h: findings(h, "PRIVATE_ENTERPRISE", "问题"),
    "survey.enterprise_suggestions": lambda h: findings(h, "PRIVATE_ENTERPRISE", "建议"),
    "survey.urban_renewal_projects": lambda h: distinct(large_projects(h), "object_no"),
    "budget_review.deputies": lambda h: distinct(h.of_survey("survey_participations", "BUDGET_REVIEW"), "deputy_no"),
    "traffic.deputies": lambda h: distinct(h.of_survey("survey_participations", "TRAFFIC"), "deputy_no"),
    "traffic.sites": lambda h: distinct(h.of_survey("survey_visits", "TRAFFIC"), "object_no", object_kind="交通堵点"),
    "traffic.suggestions": lambda h: findings(h, "TRAFFIC", "对策建议"),
    "traffic.inquiry_issues": lambda h: findings(h, "TRAFFIC", "突出问题"),
    "supervision.snakebite_hospitals_before": lambda h: sum(
        r["in_force_from"] < r["inspected_on"] and not (r["in_force_to"] and r["in_force_to"] <= r["inspected_on"])
        for r in hospitals(h)
    ),
    "supervision.snakebite_districts_covered": lambda h: covered_districts(h, 2023),
    "campaign.deputies": lambda h: distinct(h.rows("campaign_participations", 2023), "deputy_no"),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_plain_rows_add_up_to_the_published_figure(figure: str, handed: Handed) -> None:
    bounds = published()[figure]
    assert bounds.low <= FIGURES[figure](handed) <= bounds.high


def test_the_campaign_of_2022_has_its_own_published_deputies(handed: Handed) -> None:
    assert distinct(handed.rows("campaign_participations", 2022), "deputy_no") == 5_954


def test_a_deputy_takes_part_in_one_survey_on_several_days(handed: Handed) -> None:
    rows = handed.of_survey("survey_participations", "PRIVATE_ENTERPRISE")
    assert distinct(rows, "deputy_no") < len(rows)


def test_enterprises_projects_and_sites_are_visited_twice(handed: Handed) -> None:
    for kind, key in (("PRIVATE_ENTERPRISE", "credit_code"), ("URBAN_RENEWAL", "object_no"), ("TRAFFIC", "object_no")):
        seen = Counter(row[key] for row in handed.of_survey("survey_visits", kind) if row[key])
        assert max(seen.values()) == 2


def test_investments_lie_on_both_sides_of_two_hundred_million(handed: Handed) -> None:
    amounts = {row["planned_investment_yuan"] for row in handed.of_survey("survey_visits", "URBAN_RENEWAL")}
    assert {Decimal(LARGE_PROJECT_YUAN), LARGE_PROJECT_YUAN + Decimal("0.01")} <= amounts
    assert min(amounts) < LARGE_PROJECT_YUAN


def test_only_2022_has_a_wrong_and_a_missing_credit_code(handed: Handed) -> None:
    codes = {
        year: [row["credit_code"] for row in handed.rows("survey_visits", year) if row["object_kind"] == "企业"]
        for year in YEARS
    }
    assert all(code and is_valid(code) for code in codes[2023])
    assert [bool(code) for code in codes[2022] if not (code and is_valid(code))].count(True) == 1
    assert codes[2022].count(None) == 1


def test_the_inspection_behind_the_register_is_a_supervision_item(handed: Handed) -> None:
    items = [row for row in handed.rows("supervision_items", 2022) if row["item_name"] == SNAKEBITE_ITEM]
    assert [row["started_on"] for row in items] == [SNAKEBITE_INSPECTION]


def test_a_hospital_stopped_and_retired_districts_stand_in_the_register(handed: Handed) -> None:
    rows = hospitals(handed)
    assert any(row["in_force_to"] and date(2023, 1, 1) <= row["in_force_to"] < date(2023, 12, 31) for row in rows)
    retired = [row for row in rows if row["district_code"] == "440116"]
    assert {row["in_force_to"] is None for row in retired} == {True, False}
    assert covered_districts(handed, 2022) == 2


@pytest.mark.parametrize("year", YEARS)
def test_items_are_planned_unplanned_late_unfinished_and_cancelled(year: int, handed: Handed) -> None:
    rows = handed.rows("supervision_items", year)
    assert any(row["planned_finish_on"] is None and row["started_on"] for row in rows)
    planned = [row for row in rows if row["planned_finish_on"] and row["finished_on"]]
    assert {row["finished_on"] > row["planned_finish_on"] for row in planned} == {True, False}
    assert sum(row["started_on"] is not None and row["finished_on"] is None for row in rows) == 1
    assert sum(row["cancelled_on"] is not None and row["started_on"] is None for row in rows) == 1


@pytest.mark.parametrize("year", YEARS)
def test_participants_hold_a_mandate_on_the_day(year: int, handed: Handed) -> None:
    held: dict[str, list[Any]] = {}
    for mandate in handed.world.deputies.mandates:
        held.setdefault(f"DB{mandate.person:05d}", []).append(mandate)
    for ledger in ("survey_participations", "campaign_participations"):
        for row in handed.rows(ledger, year):
            assert any(m.holds_on(row["took_part_on"]) for m in held[row["deputy_no"]]), row


def test_deputies_with_two_mandates_and_some_who_came_twice_are_in_the_campaign(handed: Handed) -> None:
    mandates = Counter(f"DB{m.person:05d}" for m in handed.world.deputies.mandates)
    times = Counter(row["deputy_no"] for row in handed.rows("campaign_participations", 2023))
    assert any(mandates[person] > 1 for person in times)
    assert max(times.values()) == 2


@pytest.mark.parametrize("ledger", ["supervision_items", "surveys", "campaign_participations"])
def test_a_file_of_2023_was_handed_in_again_corrected(ledger: str, handed: Handed) -> None:
    periods = Counter(f.period for f in handed.files if f.path.startswith(f"{ledger}/2023/"))
    assert max(periods.values()) == 2
