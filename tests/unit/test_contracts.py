"""Contracts: what a YAML may say, and what is an error that names the file."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ledger_files import column, contract_document, contract_of

from dagster_project.contracts import CONTRACTS_DIR, ContractError, load_code_list, load_contract, load_contracts
from dagster_project.ingestion.header_names import normalise

Document = dict[str, Any]
BASE = contract_document([column("number_no", "编号", required=True), column("amount_yuan", "金额", "money")])


def changed(change: Callable[[Document], object]) -> Document:
    document = copy.deepcopy(BASE)
    change(document)
    return document


def saved(folder: Path, document: Document, name: str = "sample.yaml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(CONTRACTS_DIR.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_contract_loads_under_its_own_name(path: Path) -> None:
    assert load_contract(path).ledger == path.stem


def test_the_shipped_contracts_are_those_in_the_folder() -> None:
    assert list(load_contracts()) == sorted(path.stem for path in CONTRACTS_DIR.glob("*.yaml"))


@pytest.mark.parametrize("contract", load_contracts().values(), ids=lambda contract: contract.ledger)
def test_headers_of_a_shipped_contract_stay_distinct_after_normalising(contract: Any) -> None:
    owners: dict[str, str] = {}
    for each in contract.columns:
        for header in each.headers:
            assert owners.setdefault(normalise(header), each.name) == each.name


@pytest.mark.parametrize("contract", load_contracts().values(), ids=lambda contract: contract.ledger)
def test_code_lists_of_a_shipped_contract_name_each_code_once_a_year(contract: Any) -> None:
    for name in {c.codes for c in contract.columns if c.codes}:
        for year in (2022, 2023):
            codes = load_code_list(name, year)
            assert codes, name
            assert len({c.code for c in codes}) == len({c.name_zh for c in codes}) == len(codes), name


BROKEN: dict[str, tuple[Callable[[Document], object], str]] = {
    "unknown_key": (lambda d: d.update(colour="red"), "colour"),
    "unknown_key_in_a_column": (lambda d: d["columns"][0].update(width=3), "columns.0.width"),
    "unknown_key_in_a_layout": (lambda d: d["files"][0].update(header=3), "files.0.header"),
    "unknown_type": (lambda d: d["columns"][0].update(type="float"), "columns.0.type"),
    "key_column_not_required": (lambda d: d["columns"][0].update(required=False), "number_no"),
    "key_column_not_declared": (lambda d: d.update(key=["other_no"]), "other_no"),
    "upsert_without_a_key": (lambda d: d.update(key=[], supersede="upsert"), "upsert"),
    "header_of_two_columns": (lambda d: d["columns"][1].update(headers=["编号"]), "编号"),
    "column_named_twice": (lambda d: d["columns"].append(column("number_no", "号码")), "number_no"),
    "money_not_in_yuan": (lambda d: d["columns"][1].update(name="amount"), "_yuan"),
    "unknown_code_list": (
        lambda d: d["columns"].append(column("kind", "种类", "code", codes="no_such_list")),
        "no_such_list",
    ),
    "code_without_codes": (lambda d: d["columns"].append(column("kind", "种类", "code")), "kind"),
    "codes_on_a_text": (lambda d: d["columns"][0].update(allowed=["甲"]), "number_no"),
    "codes_and_allowed": (
        lambda d: d["columns"].append(column("kind", "种类", "code", codes="districts", allowed=["甲"])),
        "kind",
    ),
    "pattern_on_money": (lambda d: d["columns"][1].update(pattern="[0-9]+"), "pattern"),
    "pattern_that_is_no_expression": (lambda d: d["columns"][0].update(pattern="("), "sample.yaml"),
    "bounds_on_a_text": (lambda d: d["columns"][0].update(minimum=1), "minimum"),
    "sheet_of_a_csv": (lambda d: d["files"][0].update(sheet="表"), "sheet"),
    "unknown_unit": (lambda d: d["files"][0].update(unit="百元"), "unit"),
    "no_text_in_english": (lambda d: d.update(title={"zh": "标题"}), "title.en"),
    "named_after_another_ledger": (lambda d: d.update(ledger="other"), "other"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_faulty_contract_is_an_error_that_names_the_file_and_the_fault(fault: str, tmp_path: Path) -> None:
    change, named = BROKEN[fault]
    with pytest.raises(ContractError) as caught:
        load_contract(saved(tmp_path, changed(change)))
    assert "sample.yaml" in str(caught.value)
    assert named in str(caught.value)


@pytest.mark.parametrize("content", ["a: [1", "", "- 1", "just text"])
def test_a_file_that_is_no_mapping_is_an_error_that_names_the_file(content: str, tmp_path: Path) -> None:
    path = tmp_path / "sample.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ContractError, match=r"sample\.yaml"):
        load_contract(path)


def test_the_contract_that_the_faulty_ones_start_from_is_sound(tmp_path: Path) -> None:
    assert load_contract(saved(tmp_path, BASE)).ledger == "sample"


RULE_CHANGES: dict[str, Callable[[Document], object]] = {
    "required": lambda d: d["columns"][1].update(required=True),
    "header": lambda d: d["columns"][1].update(headers=["金额", "总金额"]),
    "pattern": lambda d: d["columns"][0].update(pattern="[0-9]+"),
    "unit": lambda d: d["files"][0].update(unit="元"),
    "supersede": lambda d: d.update(supersede="append"),
    "markers": lambda d: d.update(subtotal_markers=["合计"]),
    "column": lambda d: d["columns"].append(column("remark", "备注")),
    "personal": lambda d: d["columns"][0].update(personal=True),
}
TEXT_CHANGES: dict[str, Callable[[Document], object]] = {
    "description": lambda d: d["columns"][0].update(description={"zh": "别的", "en": "other"}),
    "title": lambda d: d.update(title={"zh": "别的", "en": "other"}),
    "grain": lambda d: d.update(grain={"zh": "别的", "en": "other"}),
    "owner": lambda d: d.update(owner="别处"),
}


def version(document: Document) -> str:
    return contract_of(document.pop("columns"), **document).version


@pytest.mark.parametrize("rule", RULE_CHANGES)
def test_the_version_changes_with_a_rule(rule: str) -> None:
    assert version(changed(RULE_CHANGES[rule])) != version(changed(lambda d: None))


@pytest.mark.parametrize("words", TEXT_CHANGES)
def test_the_version_stays_when_only_words_for_people_change(words: str) -> None:
    assert version(changed(TEXT_CHANGES[words])) == version(changed(lambda d: None))


def test_the_version_depends_on_the_code_list() -> None:
    documents = [
        changed(lambda d, n=n: d["columns"].append(column("kind", "种类", "code", codes=n)))
        for n in ("districts", "fund_types")
    ]
    assert len({version(document) for document in documents}) == 2


def test_a_code_list_of_a_year_holds_only_codes_valid_in_it() -> None:
    assert "440116" in {c.code for c in load_code_list("districts", 2010)}
    assert "440116" not in {c.code for c in load_code_list("districts", 2023)}
    assert "440118" not in {c.code for c in load_code_list("districts", 2010)}
    assert "440118" in {c.code for c in load_code_list("districts", 2023)}
