"""dbt as Dagster follows it: the keys, owners and texts of its nodes, and the events of a dbt that builds already."""

import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, DbtProject
from packaging.version import Version

from dagster_project.settings import Settings

DEFAULT_OWNER = "办公厅行政处"
DBT_VERSION = Version(version("dbt-core"))


class WarehouseTranslator(DagsterDbtTranslator):
    """Asset keys are layer, domain, name; sources are the landed ledgers."""

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """The spec of a model, seed or source, with the key, group and owner of this project."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = manifest["nodes"].get(unique_id) or manifest["sources"][unique_id]
        owner = (node.get("meta") or {}).get("owner") or DEFAULT_OWNER
        return spec.replace_attributes(
            key=asset_key(node), group_name=_layer(node), owners=[f"team:{owner}"], description=node["description"]
        )


def asset_key(node: Mapping[str, Any]) -> dg.AssetKey:
    """``marts/budget/fct_payments``, ``seeds/departments``, ``raw/budget/payments``."""
    if node["resource_type"] == "source":
        domain = "quality" if node["source_name"] == "landing_log" else node["source_name"]
        return dg.AssetKey(["raw", domain, node["name"]])
    folders = [folder for folder in node["fqn"][2:-1] if folder not in ("evidence", "code_lists")]
    return dg.AssetKey([_layer(node), *folders, node["name"]])


def _layer(node: Mapping[str, Any]) -> str:
    return "raw" if node["resource_type"] == "source" else str(node["schema"])


def followed(
    process: subprocess.Popen[bytes],
    manifest: Mapping[str, Any],
    settings: Settings,
    context: dg.AssetExecutionContext | None = None,
) -> DbtCliInvocation:
    """A dbt that builds already, as Dagster follows it; without a context only its log is of use."""
    return DbtCliInvocation(
        process=process,
        manifest=manifest,
        dagster_dbt_translator=WarehouseTranslator(),
        project_dir=settings.dbt_project_dir,
        target_path=settings.dbt_target_dir,
        raise_on_error=True,
        cli_version=DBT_VERSION,
        context=context,
    )
