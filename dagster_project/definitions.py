"""Assembly of the Dagster code location; nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import dagster as dg

from dagster_project.building.manifest import ensure_manifest
from dagster_project.contracts import load_contracts
from dagster_project.defs.bi_server import build_postgres_assets
from dagster_project.defs.following import WarehouseTranslator, asset_key
from dagster_project.defs.gate import CHECK_NAME, build_gate
from dagster_project.defs.landing import build_landing_assets, file_specs
from dagster_project.defs.looking_back import build_look_back
from dagster_project.defs.nightly import nightly
from dagster_project.defs.portal import build_portal_asset
from dagster_project.defs.publishing import build_published_asset
from dagster_project.defs.reporting import build_progress_asset, build_report_asset
from dagster_project.defs.schedules import annual_evaluation, build_schedules, progress
from dagster_project.defs.warehouse import build_warehouse_assets
from dagster_project.defs.watching import build_sensors
from dagster_project.quality.expectation_files import read_suites
from dagster_project.settings import PUBLISHED_SCHEMAS, Settings

if TYPE_CHECKING:
    from dagster_project.building.head_start import HeadStart


def build_definitions(settings: Settings, head_start: HeadStart | None = None) -> dg.Definitions:
    """Everything Dagster knows of, for one set of settings; a night that has begun hands in its head start."""
    settings.export_to_environment()
    contracts = load_contracts(settings.contracts_dir)
    if head_start:
        head_start.dbt.wait_until_parsed()
    manifest = json.loads(ensure_manifest(settings).read_text(encoding="utf-8"))
    translator = WarehouseTranslator(manifest, contracts.values())
    published = {
        f"{node['schema']}.{node['name']}": asset_key(node)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["schema"] in PUBLISHED_SCHEMAS
        and node["config"]["materialized"] == "table"
    }
    gates = {table: dg.AssetCheckKey(key, CHECK_NAME) for table, key in published.items()}
    return dg.Definitions(
        assets=[
            *file_specs(contracts),
            build_landing_assets(contracts, settings, head_start),
            build_warehouse_assets(manifest, settings, translator, gates, head_start),
            build_published_asset(published.values(), settings, manifest),
            build_portal_asset(settings),
            *build_postgres_assets(settings),
            build_report_asset(settings),
            build_progress_asset(settings),
        ],
        asset_checks=[
            build_gate(read_suites(settings.expectations_dir), published, settings, manifest, contracts, head_start)
        ],
        jobs=[nightly, build_look_back(settings), progress, annual_evaluation],
        schedules=build_schedules(settings),
        sensors=build_sensors(settings),
        executor=dg.in_process_executor,
        # Assets hand on nothing through Dagster; its own default keeps pickles in a folder that a run may choose.
        resources={"io_manager": dg.mem_io_manager},
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The code location, with the settings of the environment."""
    return build_definitions(Settings())
