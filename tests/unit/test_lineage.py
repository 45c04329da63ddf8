"""The lineage of columns: what a value is computed from, exactly or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dagster_project.contracts import load_contracts
from dagster_project.lineage.kept import kept_lineage, of_contracts
from dagster_project.lineage.trace import Query, Untold

TABLES = {"raw.pay": ["no", "yuan", "day"], "seeds.kinds": ["code", "name"]}


def sources(sql: str) -> list[set[str]]:
    query = Query(sql, TABLES)
    return [{f"{table}.{column}" for table, column in query.sources_of(number)} for number in range(len(query.columns))]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select yuan from raw.pay", [{"raw.pay.yuan"}]),
        ("select * from raw.pay", [{"raw.pay.no"}, {"raw.pay.yuan"}, {"raw.pay.day"}]),
        ("with a as (select * from raw.pay), b as (select no, sum(yuan) as all_yuan from a group by no) select all_yuan from b",
         [{"raw.pay.yuan"}]),
        ("select coalesce(name, no) as shown from raw.pay left join seeds.kinds on kinds.code = pay.no",
         [{"seeds.kinds.name", "raw.pay.no"}]),
        ("select no as a from raw.pay union all select code from seeds.kinds", [{"raw.pay.no", "seeds.kinds.code"}]),
        ("select (select max(name) from seeds.kinds where code = pay.no) as name from raw.pay", [{"seeds.kinds.name"}]),
        ("select count(*) as n, 1 as one from raw.pay", [set(), set()]),
        ("select sum(yuan) over (partition by no order by day) as run from raw.pay",
         [{"raw.pay.yuan", "raw.pay.no", "raw.pay.day"}]),
        ("select case when yuan < 0 then no end as refund from raw.pay", [{"raw.pay.yuan", "raw.pay.no"}]),
        ("select list_transform(list(yuan), each -> each + 1) as more from raw.pay", [{"raw.pay.yuan"}]),
    ],
)  # fmt: skip
def test_a_column_is_made_of_what_its_value_is_computed_from(sql: str, expected: list[set[str]]) -> None:
    assert sources(sql) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "select no in (select code from seeds.kinds) as known from raw.pay",
        "select exists (select 1 from seeds.kinds where code = pay.no) as known from raw.pay",
        "with recursive r as (select no, 1 as n from raw.pay union all select no, n + 1 from r where n < 3) select no from r",
        "select no as a from raw.pay union all by name select code as a from seeds.kinds",
    ],
)
def test_what_cannot_be_told_exactly_is_not_told(sql: str) -> None:
    for _ in range(2):
        with pytest.raises(Untold):
            sources(sql)


@pytest.mark.parametrize("sql", ["select nothing_like_it from raw.pay", "select no from", "copy raw.pay to 'file'"])
def test_what_is_no_query_of_these_tables_is_refused(sql: str) -> None:
    with pytest.raises(Untold):
        Query(sql, TABLES)


def test_staging_is_exact_because_it_is_written_from_contracts() -> None:
    found = of_contracts(load_contracts().values())
    projects = found["staging.stg_budget__projects"]
    assert projects["project_code"] == ["raw.projects.project_code"]
    secret = {
        (table, column): sources
        for table, told in found.items()
        for column, sources in told.items()
        if len(sources) > 1
    }
    assert all(len(each) == 2 for each in secret.values()), "a name that may be secret, and the column that says so"


def test_of_a_model_that_changed_since_nothing_is_said(tmp_path: Path) -> None:
    node = {
        "schema": "marts",
        "name": "dim",
        "resource_type": "model",
        "columns": {"a": {}, "b": {}},
        "checksum": {"checksum": "1"},
    }
    seed = {
        "schema": "seeds",
        "name": "s",
        "resource_type": "seed",
        "columns": {"x": {}},
        "checksum": {"checksum": "0"},
    }
    kept = tmp_path / "columns.json"
    told = {"a": ["seeds.s.x"], "b": ["seeds.s.gone"], "no_more": ["seeds.s.x"]}
    kept.write_text(json.dumps({"marts.dim": {"sha256": "1", "columns": told}}))
    manifest = {"nodes": {"dim": node, "s": seed}}
    assert kept_lineage(manifest, [], kept) == {"marts.dim": {"a": ["seeds.s.x"]}}, "nor of columns that are gone"
    node["checksum"] = {"checksum": "2"}
    assert kept_lineage(manifest, [], kept) == {}
