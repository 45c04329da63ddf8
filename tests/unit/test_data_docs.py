"""Data Docs: suites of the ledgers follow from their contracts; pages tell what holds, no value of a cell, and ask no other host."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
from ledger_files import column, contract_of

from dagster_project.contracts import load_contracts
from dagster_project.quality.data_docs import DataDocs, write_data_docs
from dagster_project.quality.expectation_files import Rule, Suite
from dagster_project.quality.landed_suites import landed_suites

CANARY = "张三6222000011112222333"
LEDGER = contract_of(
    [
        column("item_no", "编号", required=True, pattern="X[0-9]{2}"),
        column("payee_name", "收款人", required=True, personal=True),
        column("kind", "种类", "code", allowed=["甲", "乙"]),
        column("share_pct", "比例", "decimal", minimum=0, maximum=100),
    ]
)


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> DataDocs:
    folder = tmp_path_factory.mktemp("docs")
    with duckdb.connect(str(folder / "w.duckdb")) as connection:
        for schema in ("staging", "marts", "evaluation", "quality"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            "create table staging.stg_budget__sample (item_no text, payee_name text, kind text, share_pct double)"
        )
        rows = [("X01", "李四", "甲", 5.0), ("X2", CANARY, "丙", 120.0), ("X03", None, None, None)]
        connection.executemany("insert into staging.stg_budget__sample values (?, ?, ?, ?)", rows)
        connection.execute(f"create table marts.things as select range as i, '{CANARY}' as name from range(3)")
    suites = [
        *landed_suites([LEDGER]),
        Suite(table="marts.things", rules=(Rule(rule="i < 2", why="不超过两个"), Rule(not_null="i", why="有编号")), file="expectations/x.yaml"),
    ]  # fmt: skip
    write_data_docs(folder / "w.duckdb", suites, folder / "docs", folder / "work")
    return write_data_docs(
        folder / "w.duckdb", suites, folder / "docs", folder / "work"
    )  # the second time in the place of the first


def pages(docs: DataDocs) -> dict[str, str]:
    folder = docs.index.parent
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.suffix in (".html", ".css")
    }


def test_every_rule_is_asked_and_what_does_not_hold_is_named_first(docs: DataDocs) -> None:
    assert (docs.suites, docs.rules, docs.broken) == (2, 7, ("marts.things", "staging.stg_budget__sample"))
    index = pages(docs)["index.html"]
    assert "✗ 4 条不成立" in index and "✗ 1 条不成立" in index
    assert index.index("marts.things") < index.index("staging.stg_budget__sample")


def test_pages_tell_rules_in_words_with_counts(docs: DataDocs) -> None:
    (page,) = (text for path, text in pages(docs).items() if path.startswith("validations/staging/"))
    for words in ("“收款人”是必填列", "“种类”是约定的几种写法之一", "“比例”在合理范围内", "“编号”符合编号规则"):
        assert words in page


def test_no_value_of_a_cell_is_on_any_page(docs: DataDocs) -> None:
    found = pages(docs)
    assert len(found) >= 6
    for path, text in found.items():
        for value in (CANARY, "李四", "丙", "120.0"):
            assert value not in text, path


def test_a_browser_is_sent_to_no_other_host(docs: DataDocs) -> None:
    loads = re.compile(
        r"""<(?:script|link|img|iframe|source)\b[^>]*(?:src|href|srcset)=["'](?:https?:)?//|url\((?:https?:)?//"""
    )
    for path, text in pages(docs).items():
        assert not loads.search(text), path
        assert "<script" not in text, path


def test_links_of_the_first_page_lead_somewhere(docs: DataDocs) -> None:
    links = re.findall(r'href="([^"]+)"', pages(docs)["index.html"])
    assert len(links) == 3 and all((docs.index.parent / link).is_file() for link in links)


def test_a_warehouse_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_data_docs(tmp_path / "no.duckdb", [], tmp_path / "docs", tmp_path / "work")


def test_every_ledger_has_a_suite_of_its_contract() -> None:
    contracts = load_contracts()
    suites = {suite.table: suite for suite in landed_suites(contracts.values())}
    assert len(suites) == len(contracts)
    payments = suites["staging.stg_budget__payments"]
    required = {each.name for each in contracts["payments"].columns if each.required}
    assert {rule.not_null for rule in payments.rules if rule.not_null} == required
    codes = next(rule.one_of for rule in payments.rules if rule.column == "fund_type")
    assert codes and "11" in codes
