"""The simulated office: same bytes for a seed, published totals in plain rows, faults where the truth file says."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_files import NOT_OF_THE_OFFICE
from python_calamine import CalamineWorkbook

from dagster_project.contracts.code_lists import load_code_list
from dagster_project.contracts.load import load_contracts
from dagster_project.contracts.model import Contract
from simulation import __main__ as command
from simulation import drop
from simulation.faults import (
    FAULTS,
    NEGATIVE_BUDGET,
    PAYMENT_FAULTS,
    has_payment_faults,
    write_payments_with_faults,
)
from simulation.ledgers.assets.asset_standards import STANDARDS
from simulation.ledgers.deputies import suggestions
from simulation.paper.handed_in import HandedFile
from simulation.paper.unfolding import Unfolding
from simulation.world.calendar import CAMPAIGN, YEARS, beijing
from simulation.world.chance import exactly, split
from simulation.world.organisation import DEPARTMENT
from simulation.world.targets import published
from simulation.world.values import Row
from simulation.world.world import World

REPOSITORY = Path(__file__).parents[2]
SAMPLE = REPOSITORY / "data" / "raw"
WRITTEN_BY_HAND = {"SOURCES.md", "accepted.csv"}
YEAR_END = date(2023, 12, 31)
WAN = 10_000
PLAIN_TYPES: dict[str, type | tuple[type, ...]] = {
    "text": str, "code": str, "integer": int, "decimal": Decimal, "money": Decimal, "date": date, "month": date,
    "timestamp": datetime, "boolean": bool,
}  # fmt: skip

Current = dict[tuple[str, int], list[dict[str, Any]]]


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every generated file below a folder by its relative path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in WRITTEN_BY_HAND
    }


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    return load_contracts()


@pytest.fixture(scope="module")
def handed() -> list[HandedFile]:
    return sorted(drop.files(World(command.DEFAULT_SEED), YEARS), key=lambda file: file.received_at)


@pytest.fixture(scope="module")
def current(handed: list[HandedFile], contracts: dict[str, Contract]) -> Current:
    """The rows of the office in force by ledger and year, after each ledger's rule for later files."""
    kept: dict[tuple[str, int], dict[Any, list[Row]]] = defaultdict(dict)
    for file in (file for file in handed if file.department == DEPARTMENT):
        for sheet in file.sheets:
            contract, rows = contracts[sheet.ledger], kept[sheet.ledger, int(file.period[:4])]
            if contract.supersede == "replace":
                rows[file.period] = list(sheet.rows)
            else:
                rows |= {tuple(row[name] for name in contract.key): [row] for row in sheet.rows}
    return {key: [dict(row) for part in parts.values() for row in part] for key, parts in kept.items()}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fresh")
    command.main(["--out", str(folder)])
    return folder


def test_the_committed_sample_equals_a_fresh_run(fresh: Path) -> None:
    assert checksums(SAMPLE) == checksums(fresh)


def test_the_same_seed_gives_the_same_bytes_in_another_process(fresh: Path, tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "simulation", "--out", str(tmp_path)]
    subprocess.run(arguments, check=True, cwd=REPOSITORY, env={**os.environ, "PYTHONHASHSEED": "1"})
    assert checksums(tmp_path) == checksums(fresh)


def test_one_year_alone_has_the_same_files_as_both_years_together(fresh: Path, tmp_path: Path) -> None:
    command.main(["--out", str(tmp_path), "--years", "2023"])
    alone = {path: digest for path, digest in checksums(tmp_path).items() if path != "received.csv"}
    assert alone == {path: digest for path, digest in checksums(fresh).items() if "/2023/" in path}


def test_the_sample_stays_small_enough_to_commit() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 20_000_000


def test_every_file_is_listed_once_with_the_moment_it_was_received(fresh: Path) -> None:
    with (fresh / "received.csv").open(encoding="utf-8", newline="") as stream:
        received = list(csv.DictReader(stream))
    assert sorted(r["file"] for r in received) == sorted(path for path in checksums(fresh) if path != "received.csv")
    for row in received:
        assert row["department"] == ("101002" if "机关服务中心" in row["file"] else DEPARTMENT)
        assert re.fullmatch(r"\d{4}(-\d{2}|H[12]|Q[1-4])?", row["period"])
        assert datetime.fromisoformat(row["received_at"]).utcoffset() == beijing(2023, 1, 1).utcoffset()


def test_plain_rows_have_the_columns_and_types_of_their_contract(
    handed: list[HandedFile], contracts: dict[str, Contract]
) -> None:
    for file in handed:
        for sheet in file.sheets:
            contract = contracts[sheet.ledger]
            codes = {c.name: {code.code for code in load_code_list(c.codes)} for c in contract.columns if c.codes}
            told = {name for row in sheet.rows for name in row}
            columns = [column for column in contract.columns if column.required or column.name in told]
            for row in sheet.rows:
                assert list(row) == [column.name for column in columns]
                for column in columns:
                    value = row[column.name]
                    if value is None:
                        assert not column.required, (file.path, column.name)
                        continue
                    assert isinstance(value, PLAIN_TYPES[column.type]), (file.path, column.name, value)
                    assert column.name not in codes or value in codes[column.name]
                    assert column.allowed is None or value in column.allowed
                    assert column.pattern is None or re.fullmatch(column.pattern, str(value))


def test_nothing_is_known_before_it_happened(handed: list[HandedFile]) -> None:
    planned = {"due_at", "due_on", "extended_to", "end_month", "expected_month"}
    for file in handed:
        for row in (row for sheet in file.sheets for row in sheet.rows):
            for name, value in row.items():
                if isinstance(value, datetime) and name not in planned:
                    assert value <= file.received_at, (file.path, name)
                elif isinstance(value, date) and not isinstance(value, datetime) and name not in planned:
                    assert value <= file.received_at.date(), (file.path, name)


def total(rows: Iterable[dict[str, Any]], column: str = "amount_yuan") -> Decimal:
    return sum((row[column] for row in rows), Decimal(0))


def net_payments(current: Current, year: int, categories: tuple[str, ...] = ("1", "21", "22", "3")) -> Decimal:
    """Paid in a year: a refund counts against the year of the payment it refunds."""
    return total(
        row
        for row in current["payments", year]
        if row["project_category"] in categories
        and (row["original_voucher_no"] is None or row["original_voucher_no"].startswith(f"ZF{year}"))
    )


def in_force(rows: Iterable[dict[str, Any]], since: str, until: str, day: date = YEAR_END) -> list[dict[str, Any]]:
    return [r for r in rows if r[since] is not None and r[since] <= day and (r[until] is None or r[until] > day)]


def units(current: Current, kind: str) -> int:
    rows = in_force(current["org_units", 2023], "in_force_from", "in_force_to")
    return sum(row["unit_kind"] == kind for row in rows)


def fund(current: Current, *funds: str) -> Decimal:
    return total(r for r in current["budget_allocations", 2023] if r["fund_type"] in funds) / WAN


def monitored(current: Current) -> list[dict[str, Any]]:
    return [
        row
        for row in current["projects", 2023]
        if row["project_category"] in ("22", "3") and row["initial_budget_yuan"] >= 5_000_000
    ]


def initial_budget(current: Current, name: str) -> Decimal:
    return total((r for r in monitored(current) if r["project_name"] == name), "initial_budget_yuan") / WAN


def suggestion_count(current: Current, year: int = 2023, **wanted: object) -> int:
    rows = current["suggestions", year]
    return len({r["suggestion_no"] for r in rows if all(r[name] == value for name, value in wanted.items())})


def cases(current: Current) -> list[dict[str, Any]]:
    return current["snapshot_cases", 2023]


FIGURES: dict[str, Callable[[Current], Decimal | int]] = {
    "org.special_committees": lambda c: units(c, "专门委员会"),
    "org.general_offices": lambda c: units(c, "综合办事机构"),
    "org.working_committees": lambda c: units(c, "工作委员会"),
    "suggestions.all_levels": suggestion_count,
    "suggestions.all_levels_growth": lambda c: (
        Decimal(suggestion_count(c) - suggestion_count(c, 2022)) / suggestion_count(c, 2022) * 100
    ),
    "suggestions.municipal": lambda c: sum(
        r["congress_level"] == "3" and r["assigned_on"] is not None for r in c["suggestions", 2023]
    ),
    "suggestions.key": lambda c: sum(
        r["is_key"] and r["congress_level"] == "3" and r["assigned_on"] is not None for r in c["suggestions", 2023]
    ),
    "campaign.suggestions": lambda c: suggestion_count(c, campaign=CAMPAIGN),
    "campaign.opinions": lambda c: sum(r["campaign"] == CAMPAIGN for r in c["station_feedback", 2023]),
    "stations.coded": lambda c: len(
        [
            r
            for r in in_force(c["liaison_stations", 2023], "established_on", "closed_on")
            if r["coded_on"] and r["coded_on"] <= YEAR_END
        ]
    ),
    "stations.deputies_assigned": lambda c: len(
        {r["deputy_no"] for r in in_force(c["deputy_station_assignments", 2023], "assigned_from", "assigned_to")}
    ),
    "feedback.received": lambda c: len(c["station_feedback", 2023]),
    "feedback.solved": lambda c: sum(r["result"] == "SOLVED" for r in c["station_feedback", 2023]),
    "snapshots.cases": lambda c: len(cases(c)),
    "snapshots.deputies": lambda c: len({r["deputy_no"] for r in cases(c)}),
    "snapshots.closed_rate": lambda c: Decimal(sum(r["closed_at"] is not None for r in cases(c))) / len(cases(c)) * 100,
    "budget.total": lambda c: fund(c, "11", "12", "13"),
    "budget.general_public": lambda c: fund(c, "11"),
    "budget.government_funds": lambda c: fund(c, "12"),
    "budget.state_capital": lambda c: fund(c, "13"),
    "spending.total": lambda c: net_payments(c, 2023) / WAN,
    "spending.basic": lambda c: net_payments(c, 2023, ("1", "21")) / WAN,
    "spending.project": lambda c: net_payments(c, 2023, ("22", "3")) / WAN,
    "spending.rate": lambda c: net_payments(c, 2023) / WAN / fund(c, "11", "12", "13") * 100,
    "monitoring.projects": lambda c: len(monitored(c)),
    "monitoring.amount": lambda c: total(monitored(c), "initial_budget_yuan") / WAN,
    "monitoring.it_operations": lambda c: initial_budget(c, "信息化运维护服务经费"),
    "monitoring.congress_session": lambda c: initial_budget(c, "人大会议经费"),
    "monitoring.other_operations": lambda c: initial_budget(c, "其他运行经费"),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_plain_rows_add_up_to_the_published_figure(figure: str, current: Current) -> None:
    bounds, value = published()[figure], Decimal(FIGURES[figure](current))
    if bounds.low == bounds.high:
        assert value == bounds.low
    else:
        assert bounds.low < value < bounds.high


def test_row_counts_are_those_of_the_ledger_list(current: Current) -> None:
    counts = {ledger: len(rows) for (ledger, year), rows in current.items() if year == 2023}
    assert 380 <= counts.pop("budget_allocations") <= 420
    assert counts == {
        "payments": 3_200, "projects": 30, "disclosures": 15, "org_units": 30, "deputies": 7_290, "mandates": 7_700,
        "liaison_stations": 610, "deputy_station_assignments": 7_290, "suggestions": 6_642,
        "station_feedback": 23_400, "snapshot_cases": 1_145,
        "department_targets": 8, "monitoring_records": 60, "spending_forecasts": 140, "self_evaluations": 18,
        "finance_findings": 6, "policies": 25, "result_applications": 12,
        "procurement_intentions": 70, "procurements": 75, "contracts": 130,
        "performance_targets": 18 * 7, "publication_matrix": 120, "manual_judgements": 2,
        "meetings": 40, "agenda_items": 260, "bills": 24, "legislative_opinions": 31_000,
        "legislative_contact_points": 60, "record_reviews": 40, "appointments": 89, "research_tasks": 20,
        "meeting_support_log": 60,
        "supervision_items": 63, "surveys": 12, "survey_participations": 3_500, "survey_visits": 2_000,
        "survey_findings": 411, "outcome_registers": 15, "campaign_participations": 7_033,
        "asset_cards": 4_100, "asset_inventories": 4_123, "asset_income": 8, "asset_disposals": 60, "ledger_balances": 408,
        "asset_standards": 20, "carry_over": 40, "final_account_reports": 3, "staff_counts": 12,
    }  # fmt: skip


@pytest.mark.parametrize("year", YEARS)
def test_keys_are_unique_among_the_rows_in_force(year: int, current: Current, contracts: dict[str, Contract]) -> None:
    for name, contract in contracts.items():
        if name in NOT_OF_THE_OFFICE:
            continue
        keys = Counter(tuple(row[column] for column in contract.key) for row in current.get((name, year), []))
        assert keys and max(keys.values()) == 1, name


@pytest.mark.parametrize("year", YEARS)
def test_references_between_ledgers_hold(year: int, current: Current) -> None:
    def values(ledger: str, column: str) -> set[Any]:
        return {row[column] for row in current[ledger, year]}

    persons, allocations = (
        values("deputies", "deputy_no"),
        {r["allocation_no"]: r for y in YEARS for r in current["budget_allocations", y]},
    )
    assert values("budget_allocations", "project_code") == values("projects", "project_code")
    for row in current["payments", year]:
        allocation = allocations[row["allocation_no"]]
        assert allocation["issued_on"] <= row["applied_on"] <= row["cleared_on"]
        shared = row.keys() & allocation.keys() - {"amount_yuan"}
        assert {name: row[name] for name in shared} == {name: allocation[name] for name in shared}
    vouchers = {row["voucher_no"]: row for y in YEARS for row in current["payments", y]}
    for row in current["payments", year]:
        assert row["is_refund"] == (row["amount_yuan"] < 0) == (row["original_voucher_no"] is not None)
        if row["is_refund"]:
            original = vouchers[row["original_voucher_no"]]
            assert original["cleared_on"] < row["cleared_on"] and 0 < -row["amount_yuan"] <= original["amount_yuan"]
    assert values("mandates", "deputy_no") == persons
    assert values("deputy_station_assignments", "deputy_no") <= persons
    assert values("deputy_station_assignments", "station_code") <= values("liaison_stations", "station_code")
    assert values("station_feedback", "station_code") <= values("liaison_stations", "station_code")
    assert values("station_feedback", "suggestion_no") - {None} <= values("suggestions", "suggestion_no")
    assert values("station_feedback", "duplicate_of") - {None} <= values("station_feedback", "feedback_no")
    assert values("snapshot_cases", "duplicate_of") - {None} <= values("snapshot_cases", "case_no")
    mandates: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in current["mandates", year]:
        mandates[row["deputy_no"], row["congress_level"]].append(row)
    for row in current["suggestions", year]:
        held = mandates[row["lead_deputy_no"], row["congress_level"]]
        assert in_force(held, "mandate_from", "mandate_to", row["submitted_on"])
    for row in current["snapshot_cases", year]:
        assert in_force(mandates[row["deputy_no"], "3"], "mandate_from", "mandate_to", row["submitted_at"].date())


@pytest.mark.parametrize("year", YEARS)
def test_initial_allocations_of_a_project_are_its_initial_budget(year: int, current: Current) -> None:
    initial: dict[str, Decimal] = defaultdict(Decimal)
    for row in current["budget_allocations", year]:
        if row["source_type"] == "年初预算":
            initial[row["project_code"]] += row["amount_yuan"]
    assert initial == {row["project_code"]: row["initial_budget_yuan"] for row in current["projects", year]}


def test_projects_at_the_monitoring_threshold_lie_on_both_sides_of_it(current: Current) -> None:
    amounts = {year: {row["initial_budget_yuan"] for row in current["projects", year]} for year in YEARS}
    assert Decimal("4999999.99") in amounts[2023]
    assert Decimal("5000000.00") in amounts[2022]
    assert Counter(row["project_category"] in ("22", "3") for row in current["projects", 2023])[True] == 18


def test_no_line_is_paid_beyond_its_allocations(current: Current) -> None:
    names = ("project_code", "function_code", "department_economic_code", "government_economic_code")
    for year in YEARS:
        left: dict[Any, Decimal] = defaultdict(Decimal)
        for row in current["budget_allocations", year]:
            left[tuple(row[name] for name in names)] += row["amount_yuan"]
        for row in current["payments", year]:
            if row["original_voucher_no"] is None or row["original_voucher_no"].startswith(f"ZF{year}"):
                left[tuple(row[name] for name in names)] -= row["amount_yuan"]
        assert min(left.values()) >= 0


def test_no_allocation_pays_more_than_it_holds_or_before_it_was_issued(current: Current) -> None:
    for year in YEARS:
        left = {row["allocation_no"]: row["amount_yuan"] for row in current["budget_allocations", year]}
        for row in current["payments", year]:
            if row["original_voucher_no"] is None or row["original_voucher_no"].startswith(f"ZF{year}"):
                left[row["allocation_no"]] -= row["amount_yuan"]
        overdrawn = [number for number, amount in left.items() if amount < 0]
        assert overdrawn == [
            row["allocation_no"] for row in current["budget_allocations", year] if row["amount_yuan"] < 0
        ]


def test_two_refunds_of_2023_belong_to_2022_and_one_month_was_corrected(
    current: Current, handed: list[HandedFile]
) -> None:
    refunds = [row for row in current["payments", 2023] if row["is_refund"]]
    assert len(refunds) == 25
    assert sum(row["original_voucher_no"].startswith("ZF2022") for row in refunds) == 2
    june = [file.sheets[0].rows for file in handed if file.path.startswith("payments/") and file.period == "2023-06"]
    assert len(june) == 2
    assert sum(a != b for a, b in zip(*june, strict=True)) == 1


def test_corrected_allocations_replace_wrong_ones(handed: list[HandedFile]) -> None:
    files = [f for f in handed if f.path.startswith("budget_allocations/2023/") and f.department == DEPARTMENT]
    assert len(files) == 3
    first = {row["allocation_no"]: row["amount_yuan"] for file in files[:2] for row in file.sheets[0].rows}
    corrected = {row["allocation_no"]: row["amount_yuan"] for row in files[2].sheets[0].rows}
    assert corrected and corrected.keys() <= first.keys()
    assert all(first[number] != amount for number, amount in corrected.items())


@pytest.mark.parametrize(
    ("ledger", "key", "closed"),
    [("station_feedback", "feedback_no", "finished_at"), ("snapshot_cases", "case_no", "closed_at")],
)
def test_december_rows_are_closed_by_the_files_of_january(
    ledger: str, key: str, closed: str, handed: list[HandedFile]
) -> None:
    files = [f for f in handed if f.path.startswith(f"{ledger}/2023/") and f.period == "2023Q4"]
    rows: list[dict[str, Any]] = [dict(row) for file in files for row in file.sheets[0].rows]
    still_open = {row[key] for row in rows if row[closed] is None}
    closed_later = [row[key] for row in rows if row[closed] and row[closed] >= beijing(2024, 1, 1)]
    assert closed_later and set(closed_later) <= still_open


@pytest.mark.parametrize("seed", [*range(30, 36), 75])
def test_the_allocations_of_any_seed_can_pay_its_vouchers(seed: int) -> None:
    world = World(seed)
    for year in YEARS:
        left = Counter({each.number: each.amount_fen for each in world.budget(year).allocations if each.amount_fen > 0})
        for voucher in world.vouchers(year):
            if voucher.counts_in(year):
                assert voucher.allocation.issued_on <= voucher.applied_on
                left[voucher.allocation.number] -= voucher.amount_fen
        assert min(left.values()) >= 0


@pytest.mark.parametrize("seed", [7, 96, 133, 202, 266, 3007, 3009, 3024, 3027])
def test_what_checks_would_tell_of_another_seed_is_only_what_was_planted(seed: int) -> None:
    """Seeds that once paid beyond what was issued until a refund came, replaced a second thing early, or awarded a contract of nothing."""
    world, years = World(seed), {name: years for name, _, _, years, _, until, _ in STANDARDS if until is None and years}
    early = [
        card
        for card in world.assets
        if card.replaces and (years_used := years.get(card.kind_name))
        and card.acquired_on < card.replaces.acquired_on.replace(year=card.replaces.acquired_on.year + years_used, day=1)
    ]  # fmt: skip
    assert len(early) == 1
    for year in YEARS:
        left: Counter[tuple[str, int]] = Counter()
        for allocation in world.budget(year).allocations:
            left.update(
                {
                    (allocation.line.project.code, m): allocation.amount_fen
                    for m in range(allocation.issued_on.month, 13)
                }
            )
        for voucher in world.vouchers(year):
            if voucher.counts_in(year):
                left.subtract(
                    {
                        (voucher.allocation.line.project.code, m): voucher.amount_fen
                        for m in range(voucher.cleared_on.month, 13)
                    }
                )
        assert min(left.values()) >= 0
        for row in world.procurement.procurements[year]:
            assert row["winning_amount_yuan"] is None or row["winning_amount_yuan"] > 0


def test_no_voucher_comes_back_with_more_than_it_held() -> None:
    """Seed 3010 draws for a refund of the next year a voucher that had come back in its own."""
    for seed in range(3006, 3012):
        world, back = World(seed), Counter[int]()
        vouchers = [voucher for year in (2022, 2023) for voucher in world.vouchers(year)]
        for voucher in vouchers:
            if voucher.original is not None:
                back[id(voucher.original)] -= voucher.amount_fen
        assert sum(back.values()) > 0
        assert [each.number for each in vouchers if back[id(each)] > each.amount_fen > 0] == []


@pytest.mark.parametrize("seed", [1, 7])
def test_another_seed_keeps_the_money_within_the_published_bounds(seed: int) -> None:
    world = World(seed)
    allocated = sum(a.amount_fen for a in world.budget(2023).allocations)
    paid = sum(v.amount_fen for v in world.vouchers(2023) if v.original is None or v.original.number[2:6] == "2023")
    for figure, fen in (("budget.total", allocated), ("spending.total", paid)):
        assert published()[figure].low < Decimal(fen) / 1_000_000 < published()[figure].high


@pytest.mark.parametrize("year", YEARS)
def test_scale_multiplies_vouchers_and_keeps_money_to_the_fen(year: int, current: Current) -> None:
    vouchers = World(command.DEFAULT_SEED, scale=3).vouchers(year)
    assert len(vouchers) == 3 * len(current["payments", year])
    assert all(v.amount_fen > 0 or v.original for v in vouchers)
    for categories in (("1", "21"), ("22", "3")):
        fen = sum(
            v.amount_fen
            for v in vouchers
            if v.allocation.line.project.category in categories
            and (v.original is None or v.original.number.startswith(f"ZF{year}"))
        )
        assert Decimal(fen) / 100 == net_payments(current, year, categories)


def test_scale_multiplies_suggestions_and_cases() -> None:
    world = World(command.DEFAULT_SEED, scale=2)
    rows = [row for half in (1, 2) for row in suggestions.rows(world, 2023, half)]
    assert len({row["suggestion_no"] for row in rows}) == 2 * published()["suggestions.all_levels"].count
    assert sum(bool(row["is_key"]) for row in rows) == 2 * published()["suggestions.key"].count


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("planted") / "raw"
    plants = [argument for fault in FAULTS for argument in ("--plant", fault)]
    command.main(["--out", str(folder), "--years", "2023", *plants])
    return folder, json.loads((folder.parent / "planted.json").read_text(encoding="utf-8"))


def cells_at(folder: Path, truth: dict[str, Any]) -> list[Any]:
    """The cells of the physical row the truth names."""
    path = folder / truth["file"]
    if truth["sheet"] is not None:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_name(truth["sheet"])
        return list(sheet.to_python(skip_empty_area=False)[truth["row"] - 1])
    with path.open(encoding="gb18030", newline="") as stream:
        return list(csv.reader(stream))[truth["row"] - 1]


def test_every_fault_is_at_the_row_the_truth_names(
    planted: tuple[Path, list[dict[str, Any]]], contracts: dict[str, Contract]
) -> None:
    folder, truths = planted
    assert {truth["fault"] for truth in truths} == set(FAULTS)
    names = [column.name for column in contracts["payments"].columns]
    for truth in truths:
        cells = cells_at(folder, truth)
        if truth["fault"] == NEGATIVE_BUDGET:
            assert -20_000 in cells and truth["value"] in map(str, cells)
        elif truth["fault"] == "truncated_last_line":
            assert (folder / truth["file"]).read_bytes().decode("gb18030").endswith("\n" + truth["value"])
            assert len(cells) < len(names)
        elif truth["column"] in names:
            assert cells[names.index(truth["column"])] == truth["value"]
        else:
            assert truth["value"] in cells
        if truth["fault"] == "shifted_row":
            assert len(cells) == len(names) + 2


def test_each_fault_has_a_row_of_its_own(planted: tuple[Path, list[dict[str, Any]]]) -> None:
    rows = [(truth["file"], truth["row"]) for truth in planted[1]]
    assert len(rows) == len(set(rows))


def test_a_duplicate_voucher_comes_after_its_first_row_with_another_amount(
    planted: tuple[Path, list[dict[str, Any]]], contracts: dict[str, Contract]
) -> None:
    folder, truths = planted
    truth = next(truth for truth in truths if truth["fault"] == "duplicate_voucher")
    at = [column.name for column in contracts["payments"].columns].index("amount_yuan")
    with (folder / truth["file"]).open(encoding="gb18030", newline="") as stream:
        lines = [(n, cells[at]) for n, cells in enumerate(csv.reader(stream), start=1) if cells[:1] == [truth["value"]]]
    assert len(lines) == 2 and lines[1][0] == truth["row"] and lines[0][1] != lines[1][1]


@pytest.mark.parametrize("fault", PAYMENT_FAULTS)
def test_one_fault_alone_leaves_the_other_rows_as_they_were(
    fault: str, fresh: Path, tmp_path: Path, contracts: dict[str, Contract]
) -> None:
    month = next(file for file in drop.files(World(command.DEFAULT_SEED), [2023]) if has_payment_faults(file))
    truths = write_payments_with_faults(month, [fault], contracts["payments"], tmp_path, random.Random(1))
    clean = (fresh / month.path).read_bytes().decode("gb18030").splitlines()
    faulty = (tmp_path / month.path).read_bytes().decode("gb18030").splitlines()
    if fault == "extra_column":
        faulty = [re.sub(",(经办人备注|已核)$", "", line) for line in faulty]
        assert faulty == clean
        return
    changed = [n for n, line in enumerate(faulty, start=1) if line not in set(clean)]
    assert changed == [truth.row for truth in truths]


def test_rows_that_change_later_come_again_with_the_next_file() -> None:
    unfolding = Unfolding({"closed_at": ("result",)})
    row: Row = {"key": "1", "closed_at": beijing(2023, 4, 2), "result": "done"}
    assert unfolding.file([row], beijing(2023, 4, 1)) == [{"key": "1", "closed_at": None, "result": None}]
    assert unfolding.file([], beijing(2023, 7, 1)) == [row]
    assert unfolding.file([], beijing(2023, 10, 1)) == []


@given(
    weights=st.lists(st.floats(min_value=0.01, max_value=1e6), min_size=1, max_size=60),
    spare=st.integers(min_value=0, max_value=10**13),
)
def test_a_split_adds_up_exactly_and_leaves_no_part_empty(weights: list[float], spare: int) -> None:
    parts = split(len(weights) + spare, weights)
    assert sum(parts) == len(weights) + spare and min(parts) >= 1


@given(count=st.integers(min_value=0, max_value=300), seed=st.integers(), data=st.data())
def test_exactly_as_many_flags_are_set_as_asked_for(count: int, seed: int, data: st.DataObject) -> None:
    chosen = data.draw(st.integers(min_value=0, max_value=count))
    flags = list(exactly(random.Random(seed), chosen, count))
    assert len(flags) == count and sum(flags) == chosen


def test_a_kind_of_the_drill_can_be_planted_into_a_simulated_drop(tmp_path: Path) -> None:
    for name, plants in (("clean", []), ("planted", ["--plant", "digits_swapped"])):
        command.main(["--out", str(tmp_path / name), "--years", "2023", *plants])
    (told,) = json.loads((tmp_path / "planted.json").read_text(encoding="utf-8"))
    clean, planted = ((tmp_path / name / told["file"]).read_bytes() for name in ("clean", "planted"))
    assert (told["fault"], clean == planted) == ("digits_swapped", False)
    others = [path for path in (tmp_path / "clean").rglob("*") if path.is_file() and path.name not in told["file"]]
    assert all(
        (tmp_path / "planted" / path.relative_to(tmp_path / "clean")).read_bytes() == path.read_bytes()
        for path in others
    )
