"""What Dagster shows of a table is so: rows, change, columns and what they are made of; groups that can be read; texts in Chinese."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from sample_warehouse import Warehouse

from dagster_project.asset_pages.page import AssetPages
from dagster_project.asset_pages.preview import previews
from dagster_project.contracts import load_contracts
from dagster_project.dagster_home import open_instance
from dagster_project.dagster_runs import record_unrecorded
from dagster_project.definitions import build_definitions
from dagster_project.defs.groups import LARGEST
from dagster_project.lineage.kept import FILE, kept_lineage, kept_text, traced
from dagster_project.publishing import FREE_TEXT, current_version

CHINESE = re.compile("[一-鿿]")


@pytest.fixture(scope="module")
def definitions(sample: Warehouse) -> dg.Definitions:
    return build_definitions(sample.settings)


@pytest.fixture(scope="module")
def manifest(sample: Warehouse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((sample.settings.dbt_target_dir / "manifest.json").read_text())
    return found


@pytest.fixture(scope="module")
def shown(sample: Warehouse) -> dict[str, dict[str, Any]]:
    """The metadata of the last materialization of every asset, by its key."""
    with open_instance(sample.settings) as instance:
        events = {key: instance.get_latest_materialization_event(key) for key in instance.get_asset_keys()}
    return {
        key.to_user_string(): dict(event.asset_materialization.metadata)
        for key, event in events.items()
        if event and event.asset_materialization
    }


def test_every_table_and_seed_says_how_many_rows_it_has(
    sample: Warehouse, manifest: dict[str, Any], shown: dict[str, dict[str, Any]]
) -> None:
    told = {
        metadata["unique_id"].value: metadata["dagster/row_count"].value
        for metadata in shown.values()
        if "unique_id" in metadata and "dagster/row_count" in metadata
    }
    with duckdb.connect(str(sample.settings.warehouse_path), read_only=True) as connection:
        counted = {
            name: connection.execute(f'select count(*) from "{node["schema"]}"."{node["name"]}"').fetchall()[0][0]
            for name, node in manifest["nodes"].items()
            if node["resource_type"] == "seed" or node["config"].get("materialized") == "table"
        }
    # The findings of the checks are written into tables that dbt left empty; what readers get of them stands in the version.
    later = {f"model.jixiao.{name}" for name in ("checks", "issues", "issue_effects", "acceptances", "rules")}
    assert {name: told.get(name) for name in counted.keys() - later} == {n: counted[n] for n in counted.keys() - later}


def test_ledgers_say_how_many_rows_count(sample: Warehouse, shown: dict[str, dict[str, Any]]) -> None:
    with duckdb.connect(str(sample.settings.warehouse_path), read_only=True) as connection:
        [(count,)] = connection.execute("select count(*) from staging.stg_budget__payments").fetchall()
    assert shown["raw/budget/payments"]["dagster/row_count"].value == count > 0
    assert shown["raw/budget/payments"]["行数变化"].value == f"+{count:,} 行(本次载入前 0 行)"


def test_the_kept_lineage_is_that_of_the_models_as_they_are(sample: Warehouse, manifest: dict[str, Any]) -> None:
    settings = sample.settings
    compiled = settings.dbt_target_dir / "compiled" / "jixiao"
    found = traced(manifest, compiled, settings.warehouse_path, settings.landing_dir)
    assert FILE.read_text(encoding="utf-8") == kept_text(found, manifest), "run `jixiao nightly`, then `jixiao lineage`"


def test_staging_that_is_written_from_contracts_is_what_its_sql_says(
    sample: Warehouse, manifest: dict[str, Any], tmp_path: Path
) -> None:
    """The lineage that follows from a contract, and the one that is traced through the SQL, are found in two ways."""
    settings = sample.settings
    by_hand = json.loads(json.dumps(manifest))
    for node in by_hand["nodes"].values():
        node["raw_code"] = ""  # so that generated models are traced, too
    found = traced(
        by_hand, settings.dbt_target_dir / "compiled" / "jixiao", settings.warehouse_path, settings.landing_dir
    )
    known = kept_lineage(manifest, load_contracts().values())
    generated = [table for table in known if table.startswith("staging.") and table not in json.loads(FILE.read_text())]
    assert len(generated) > 40
    for table in generated:
        for column, sources in known[table].items():
            assert found[table][column] == sources, (table, column)


def test_lineage_is_a_way_through_columns_that_are_there(
    manifest: dict[str, Any], shown: dict[str, dict[str, Any]], definitions: dg.Definitions
) -> None:
    specs = {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}
    columns = {}
    for name, spec in specs.items():
        if schema := spec.metadata.get("dagster/column_schema"):
            columns[name] = {column.name for column in getattr(schema, "value", schema).columns}
    lineages = {
        name: metadata["dagster/column_lineage"].value.deps_by_column
        for name, metadata in shown.items()
        if "dagster/column_lineage" in metadata
    }
    for name, lineage in lineages.items():
        upstream = {dep.asset_key.to_user_string() for dep in specs[name].deps}
        for column, deps in lineage.items():
            assert column in columns[name], name
            for dep in deps:
                assert dep.asset_key.to_user_string() in upstream, (name, column)
                assert dep.column_name in columns[dep.asset_key.to_user_string()], (name, column)
    told = sum(map(len, lineages.values()))
    every = sum(len(columns[key]) for key in lineages)
    assert len(lineages) > 190 and told > 2500 and told / every > 0.85

    place, column = "marts/budget/fct_payments", "amount_yuan"
    way = [f"{place}.{column}"]
    while place in lineages:
        [dep] = [each for each in lineages[place][column] if each.column_name == column]
        place, column = dep.asset_key.to_user_string(), dep.column_name
        way.append(f"{place}.{column}")
    assert way[-1] == "raw/budget/payments.amount_yuan" and len(way) == 4, way


def test_no_graph_is_a_knot(definitions: dg.Definitions) -> None:
    groups = Counter(spec.group_name for spec in definitions.resolve_all_asset_specs())
    assert {group: count for group, count in groups.items() if count > LARGEST} == {}
    assert {"marts_budget_facts", "marts_budget_tables", "staging_budget", "raw_budget", "evaluation_results"} <= set(
        groups
    )


def test_every_asset_and_check_says_in_chinese_what_it_is(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.asset_check_keys:
        assert CHINESE.search(graph.get_check_spec(key).description or ""), key
    for spec in definitions.resolve_all_asset_specs():
        assert CHINESE.search((spec.description or "").split(" / ")[0]), spec.key
        if spec.key.path[0] not in ("serving", "reports"):
            assert any(CHINESE.search(kind) for kind in spec.kinds), f"{spec.key} cannot be searched for in Chinese"


def test_a_preview_is_of_the_published_version_and_has_no_texts_where_these_are_not_masked(
    sample: Warehouse, tmp_path: Path
) -> None:
    version = current_version(sample.copy_to(tmp_path).settings.serving_dir)
    before = previews(version)["marts.fct_suggestions"]
    assert before.count("\n") > 4
    file = version.path / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {FREE_TEXT: "clear"}))
    [(texts,)] = duckdb.sql(
        f"select list(column_name) from (describe from read_parquet('{version.path}/marts/fct_suggestions.parquet')) where column_type = 'VARCHAR'"
    ).fetchall()
    header = previews(version)["marts.fct_suggestions"].splitlines()[0]
    assert texts and not any(f" {text} " in header for text in texts)


def test_each_table_has_a_page_with_dictionary_rows_quality_and_sql(sample: Warehouse) -> None:
    catalogue = AssetPages(sample.settings)
    page = catalogue.page("/jixiao/tables/marts.fct_payments") or ""
    assert "国库集中支付" in page and 'href="/jixiao/tables/intermediate.int_budget__payments_netted"' in page
    assert "ZF202201000001" in page and "select" in page
    assert "这张表不发布" in (catalogue.page("/jixiao/tables/staging.stg_budget__payments") or ""), "it names payees"
    assert "marts.fct_payments" in (catalogue.page("/jixiao/tables") or "")
    for name in ("marts.nothing", "../../etc/passwd", "marts.fct_payments' or 1=1 --", "<script>"):
        assert catalogue.page(f"/jixiao/tables/{name}") is None


@pytest.mark.slow
def test_a_night_without_news_in_the_ui_leaves_every_check_as_it_was(sample: Warehouse, tmp_path: Path) -> None:
    office = sample.copy_to(tmp_path)
    definitions = build_definitions(office.settings)
    keys = list(definitions.resolve_asset_graph().asset_check_keys)
    table = dg.AssetKey(["marts", "budget", "fct_payments"])
    with open_instance(office.settings) as instance:
        before = _states(instance, keys)
        made = instance.get_latest_materialization_event(table)
        run = definitions.resolve_job_def("nightly").execute_in_process(instance=instance)
        after = _states(instance, keys)
        again = instance.get_latest_materialization_event(table)
    assert run.success and len(keys) > 300
    assert after == before and "PLANNED" not in after.values(), "as if skipped"
    assert made and again and made.run_id == again.run_id, "nothing was built"


@pytest.mark.slow
def test_a_look_back_launched_in_the_ui_touches_no_asset(sample: Warehouse, tmp_path: Path) -> None:
    office = sample.copy_to(tmp_path)
    definitions = build_definitions(office.settings)
    keys = list(definitions.resolve_asset_graph().asset_check_keys)
    current = current_version(office.settings.serving_dir).version
    with open_instance(office.settings) as instance:
        before = _states(instance, keys), _materialized(instance)
        run = definitions.resolve_job_def("look_back").execute_in_process(
            instance=instance, run_config={"ops": {"build_as_of": {"config": {"as_of": "2023-07-01"}}}}
        )
        assert (_states(instance, keys), _materialized(instance)) == before
    assert run.success and current_version(office.settings.serving_dir).version == current
    kept = [json.loads(file.read_text()) for file in office.settings.serving_dir.glob("versions/*/manifest.json")]
    assert [each["as_of"][:10] for each in kept if "as_of" in each] == ["2023-07-01"]


def _states(instance: dg.DagsterInstance, keys: list[dg.AssetCheckKey]) -> dict[str, str]:
    found = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    return {f"{key.asset_key.to_user_string()}:{key.name}": found[key].status.value for key in keys}


def _materialized(instance: dg.DagsterInstance) -> dict[dg.AssetKey, str]:
    events = {key: instance.get_latest_materialization_event(key) for key in instance.get_asset_keys()}
    return {key: event.run_id for key, event in events.items() if event}


@pytest.mark.slow
def test_documents_show_the_scorecard_of_their_year(documented: Warehouse, tmp_path: Path) -> None:
    office = documented.copy_to(tmp_path, documented.settings.raw_dir)
    with open_instance(office.settings) as instance:
        record_unrecorded(office.settings, instance)
        made = instance.get_latest_materialization_event(dg.AssetKey(["reports", "annual_report"]))
    assert made is not None and made.asset_materialization is not None
    metadata = made.asset_materialization.metadata
    assert "96.33 分,优" in str(metadata["评分表"].value) and "█" in str(metadata["评分表"].value)
    assert "2023-12" in str(metadata["预算执行进度"].value)
    assert "/jixiao/tables/evaluation.scorecard" in str(metadata["数据表"].value)
