"""dbt as Dagster follows it: the keys, owners and texts of its nodes, and the events of a dbt that builds already."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, DbtProject
from packaging.version import Version

from dagster_project.asset_pages.page import address_of
from dagster_project.contracts import Contract
from dagster_project.defs.groups import groups_of
from dagster_project.lineage.kept import RAW, Lineage, kept_lineage, table_of
from dagster_project.settings import Settings

DEFAULT_OWNER = "办公厅行政处"
DBT_VERSION = Version(version("dbt-core"))
SHOWN_SOURCES = 3
"""Columns that the text of a column names as its sources; all stand in the metadata of each materialization."""
TITLE_ENDS = re.compile(r"[,,;;::(（。]| / ")


class WarehouseTranslator(DagsterDbtTranslator):
    """Asset keys are layer, domain, name; sources are the landed ledgers.

    Args:
        manifest: of dbt, the same that specs are asked for.
        contracts: say what the columns of staging are made of, and the domain of a ledger.

    ``keys`` are the assets of tables, ``lineage`` what their columns are made of, both by ``schema.name``.
    """

    def __init__(self, manifest: Mapping[str, Any], contracts: Iterable[Contract]):
        super().__init__()
        contracts = list(contracts)
        nodes = [node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")]
        self.lineage: Lineage = kept_lineage(manifest, contracts)
        self.keys = {table_of(node): asset_key(node) for node in nodes}
        self.keys |= {f"{RAW}.{each.ledger}": dg.AssetKey([RAW, each.domain, each.ledger]) for each in contracts}
        self._groups = groups_of(manifest)
        self._specs: dict[str, dg.AssetSpec] = {}

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """The spec of a model, seed or source, with the key, group, owner and texts of this project.

        Dagster asks again with every event of dbt, so it is made once.
        """
        if unique_id not in self._specs:
            self._specs[unique_id] = self._spec(
                manifest, unique_id, super().get_asset_spec(manifest, unique_id, project)
            )
        return self._specs[unique_id]

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """The check of a data test, with its text: Dagster's own reads it from another place than where it stands."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None:
            return None
        return dg.AssetCheckSpec(
            spec.name,
            asset=spec.asset_key,
            description=check_text(manifest["nodes"][unique_id]),
            additional_deps=spec.additional_deps,
            blocking=spec.blocking,
            metadata=spec.metadata,
        )

    def _spec(self, manifest: Mapping[str, Any], unique_id: str, spec: dg.AssetSpec) -> dg.AssetSpec:
        node = manifest["nodes"].get(unique_id) or manifest["sources"][unique_id]
        owner = (node.get("meta") or {}).get("owner") or DEFAULT_OWNER
        own = spec.replace_attributes(
            key=asset_key(node),
            group_name=self._groups[unique_id],
            owners=[f"team:{owner}"],
            description=node["description"],
            kinds={"csv" if node["resource_type"] == "seed" else "dbt", title_of(node["description"])},
        )
        if node["resource_type"] == "source":
            return own
        table = table_of(node)
        return own.merge_attributes(
            metadata={
                "dagster/column_schema": column_schema(node, self.lineage.get(table, {})),
                **links(table, str(node["original_file_path"])),
            }
        )


def check_text(node: Mapping[str, Any]) -> str:
    """What a data test of dbt says, on one line; a test that others are made of says it by its name."""
    return " ".join(str(node["description"] or node["name"]).split())


def asset_key(node: Mapping[str, Any]) -> dg.AssetKey:
    """``marts/budget/fct_payments``, ``seeds/departments``, ``raw/budget/payments``."""
    if node["resource_type"] == "source":
        domain = "quality" if node["source_name"] == "landing_log" else node["source_name"]
        return dg.AssetKey(["raw", domain, node["name"]])
    folders = [folder for folder in node["fqn"][2:-1] if folder not in ("evidence", "code_lists")]
    return dg.AssetKey([str(node["schema"]), *folders, node["name"]])


def title_of(description: str) -> str:
    """The Chinese name that a description begins with: ``国库集中支付``. As a kind it stands on the graph and can be searched."""
    return TITLE_ENDS.split(description.strip(), maxsplit=1)[0].strip()


def links(table: str, file: str) -> dict[str, dg.MetadataValue]:
    """Where more is said of a table: pages of the UI's own, always of the version that readers have, and the file that makes it."""
    return {
        "数据字典": dg.MetadataValue.url(address_of(table, "dictionary")),
        "数据质量": dg.MetadataValue.url(address_of(table, "quality")),
        "代码": dg.MetadataValue.path(f"dbt/{file}"),
    }


def column_schema(node: Mapping[str, Any], sources: Mapping[str, list[str]]) -> dg.TableSchema:
    """The columns of a table with their texts, and below each what it is made of, where that is known."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name, column.get("data_type") or "?", _column_text(column, sources.get(name, [])))
            for name, column in node["columns"].items()
        ]
    )


def _column_text(column: Mapping[str, Any], sources: list[str]) -> str:
    text = str(column["description"]).strip()
    if not sources:
        return text
    more = f" 等 {len(sources)} 列" if len(sources) > SHOWN_SOURCES else ""
    return f"{text} ← {'、'.join(sources[:SHOWN_SOURCES])}{more}"


def followed(
    process: subprocess.Popen[bytes],
    manifest: Mapping[str, Any],
    settings: Settings,
    context: dg.AssetExecutionContext | None = None,
    translator: WarehouseTranslator | None = None,
) -> DbtCliInvocation:
    """A dbt that builds already, as Dagster follows it; without a context only its log is of use."""
    return DbtCliInvocation(
        process=process,
        manifest=manifest,
        dagster_dbt_translator=translator or DagsterDbtTranslator(),
        project_dir=settings.dbt_project_dir,
        target_path=settings.dbt_target_dir,
        raise_on_error=True,
        cli_version=DBT_VERSION,
        context=context,
    )
