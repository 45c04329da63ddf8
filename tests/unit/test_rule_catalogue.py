"""The catalogue of rules: complete, with ids that are each one rule's, a page that is current, and no rule of cells that cannot fire."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ledger_files import CONTRACTS, Office, column, contract_of, csv_text

from dagster_project.building.manifest import ensure_manifest
from dagster_project.dictionary.rules import rules_page
from dagster_project.ingestion.owed import read_calendar
from dagster_project.ingestion.rules import RULES
from dagster_project.quality.expectation_files import read_suites
from dagster_project.quality.rule_catalogue import (
    CELL_ONLY,
    CROSS_ROW_RULES,
    ROW_RULES,
    CatalogueRule,
    cell_rules,
    counts_of,
    door_rule_id,
    rule_catalogue,
)
from dagster_project.quality.rule_english import door_texts
from dagster_project.quality.rules_fired import rules_fired
from dagster_project.settings import Settings

CHOSEN_BY_NO_LEDGER = {"equal_rows", "total_refused", "count_refused"}
"""They hold of ledgers whose contract keeps equal rows or refuses wrong totals; no ledger of the sample does."""


NAMED_IN_NO_TEST = {
    "row_voided", "repeated_json_key", "control_total_differs", "layout_tie", "quoted_lines",
    "too_big_to_read", "too_slow_to_read", "reader_stopped", "too_wide", "bad_structure", "no_contract", "total_refused", "count_refused",
}  # fmt: skip
"""Rules of rows and files that tests reach by their message or status, or not at all: nothing here proves that they fire."""


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    settings = Settings(build_dir=tmp_path_factory.mktemp("manifest"))
    settings.export_to_environment()
    return json.loads(ensure_manifest(settings).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def rules(manifest: dict[str, Any]) -> list[CatalogueRule]:
    settings = Settings()
    calendar = read_calendar(settings.dbt_project_dir / "seeds")
    return rule_catalogue(CONTRACTS, read_suites(settings.expectations_dir), calendar, manifest)


def test_every_rule_has_an_id_of_its_own(rules: list[CatalogueRule]) -> None:
    ids = [rule.rule_id for rule in rules]
    assert len(ids) == len(set(ids))
    assert all(rule.message_zh for rule in rules)


def test_there_are_rules_of_every_scope_over_all_ledgers_and_across_them(rules: list[CatalogueRule]) -> None:
    counts = counts_of(rules)
    print(counts)
    assert len(rules) >= 150 and counts["cross_ledger"] >= 25 and all(counts.values())
    assert {rule.subject for rule in rules if rule.scope == "column"} == set(CONTRACTS)


def test_every_rule_says_what_must_hold_in_english_too_and_where_it_is_written(rules: list[CatalogueRule]) -> None:
    assert [rule.rule_id for rule in rules if not rule.message_en or not rule.remedy_zh or not rule.reference] == []
    assert [rule.message_en for rule in rules if re.search(r"[{}]", rule.message_en) and rule.scope == "column"] == []
    assert set(door_texts()) == set(RULES)


def test_sql_names_the_rules_of_the_door_as_the_catalogue_does() -> None:
    macro = (Settings().dbt_project_dir / "macros" / "door_rule_id.sql").read_text(encoding="utf-8")
    rows, cells = re.findall(r"= \[(.*?)\]", macro, re.S)
    assert set(re.findall(r"'(\w+)'", rows)) == {*ROW_RULES, *CROSS_ROW_RULES}
    assert set(re.findall(r"'(\w+)'", cells)) == set(CELL_ONLY)


def test_every_rule_of_the_door_is_one_of_the_catalogue(rules: list[CatalogueRule]) -> None:
    ids = {rule.rule_id.rpartition(".")[2] for rule in rules if rule.scope in ("file", "row", "cross_row", "column")}
    assert set(RULES) - ids == CHOSEN_BY_NO_LEDGER


def test_the_page_of_rules_is_that_of_the_catalogue(rules: list[CatalogueRule]) -> None:
    assert Settings().rules_page.read_text(encoding="utf-8") == rules_page(rules), "run `jixiao rules --page`"


def test_a_rule_of_the_door_is_named_in_another_test_but_for_those_that_are_told_here() -> None:
    folder = Path(__file__).parents[1]
    files = [
        path for path in (*folder.rglob("*.py"), *(folder / "cases" / "drops").glob("*.yaml")) if path != Path(__file__)
    ]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    assert {rule for rule in RULES if not re.search(rf"\b{rule}\b", text)} == NAMED_IN_NO_TEST


@dataclass(frozen=True)
class Fixture:
    """A column, a cell that breaks the rule, one that is far from it, and one at its bound."""

    failing: str
    passing: str
    boundary: str
    kind: str = "text"
    rest: Mapping[str, Any] = field(default_factory=dict)


REGISTER = {"codes": "fund_types"}
FIXTURES = {
    "missing_value": Fixture("", "甲", "0", rest={"required": True}),
    "bad_date": Fixture("2023-02-29", "2023-05-01", "2023-02-28", "date"),
    "ambiguous_date": Fixture("03/04/23", "2023-04-03", "2023/4/3", "date"),
    "bad_month": Fixture("2023-13", "2023-05", "2023-12", "month"),
    "ambiguous_month": Fixture("2023.1", "2023.05", "2023.10", "month"),
    "bad_timestamp": Fixture("2023-01-05 24:30:00", "2023-01-05 09:30:00", "2023-01-05 23:59:59", "timestamp"),
    "bad_amount": Fixture("1.234", "1.2", "1.23", "money"),
    "bad_number": Fixture("一二", "12", "0", "integer"),
    "bad_boolean": Fixture("也许", "是", "否", "boolean"),
    "unknown_code": Fixture("丙", "甲", "乙", "code", {"allowed": ["甲", "乙"]}),
    "bad_pattern": Fixture("A12", "A123", "A000", rest={"pattern": "A[0-9]{3}"}),
    "out_of_range": Fixture("101", "50", "100", "integer", {"minimum": 0, "maximum": 100}),
    "digits_lost": Fixture("1.23457E+14", "123457", "1234567890", "decimal"),
    "unexpected_percent": Fixture("31%", "31", "0.31", "decimal"),
    "foreign_currency": Fixture("USD 100", "100", "¥100", "money"),
    "spreadsheet_error": Fixture("#N/A", "甲", "#1"),
    "formula_without_value": Fixture("#无缓存值!", "甲", "无缓存值"),
    "total_in_data": Fixture("合计", "甲", "合计处"),
    "outside_period": Fixture("2024-01-01", "2023-05-01", "2023-12-31", "date", {"within_period": True}),
    "other_department": Fixture("101002", "101001", "101001001", rest={"is_department": True}),
    "id_became_date": Fixture("2023-03-01", "A1", "2023-03"),
    "id_became_number": Fixture("1001.0", "1001", "001001"),
    "id_in_lines": Fixture("A1\nA2", "A1", "A 1"),
}
OF_A_KEY = ("id_became_date", "id_became_number", "id_in_lines")


def small_ledger(rule: str, tmp_path: Path) -> tuple[Office, list[str]]:
    fixture = FIXTURES[rule]
    name = "tried_yuan" if fixture.kind == "money" else "tried_no" if rule in OF_A_KEY else "tried"
    tried = column(name, "所试", fixture.kind, **fixture.rest)
    if rule in OF_A_KEY:
        columns = [column(name, "所试", required=True), column("other", "别的")]
    else:
        columns = [column("no", "编号", required=True), tried]
    files = [{"pattern": "sample/*/*.csv", "format": "csv", "unit": "元"}]
    return Office(tmp_path, {"sample": contract_of(columns, files=files)}), [c["headers"][0] for c in columns]


@pytest.mark.parametrize("rule", FIXTURES)
def test_a_rule_of_cells_fires_beyond_its_bound_and_not_at_it(rule: str, tmp_path: Path) -> None:
    fixture = FIXTURES[rule]
    office, heads = small_ledger(rule, tmp_path)
    rows = [[cell, f"旁{place}"] if rule in OF_A_KEY else [f"K{place}", cell] for place, cell in enumerate(
        (fixture.failing, fixture.passing, fixture.boundary))]  # fmt: skip
    entry = office.land_one("sample/2023/a.csv", csv_text([heads, *rows]))
    found = {(each["row_number"], each["rule"]) for each in office.findings(entry) if each["severity"] == "error"}
    assert found == {(2, rule)}
    contract = office.contracts["sample"]
    tried = contract.columns[0 if rule in OF_A_KEY else 1].name
    assert rule in cell_rules(contract, tried)
    assert door_rule_id("sample", tried, rule) in rules_fired(office.landing, tmp_path / "none.duckdb")


def test_every_kind_of_rule_that_a_column_has_was_made_to_fire() -> None:
    of_columns = {
        rule for contract in CONTRACTS.values() for each in contract.columns for rule in cell_rules(contract, each.name)
    }
    assert of_columns <= set(FIXTURES) and set(FIXTURES) == set(CELL_ONLY)


def test_a_fired_rule_is_counted_with_its_last_day(tmp_path: Path) -> None:
    office, heads = small_ledger("bad_date", tmp_path)
    office.land_one("sample/2023/a.csv", csv_text([heads, ["K1", "某日"], ["K2", "某日"]]))
    fired = rules_fired(office.landing, tmp_path / "none.duckdb")["sample.tried.bad_date"]
    assert fired.count == 2 and json.dumps(fired.last_on) and re.fullmatch(r"\d{4}-\d\d-\d\d", fired.last_on)
