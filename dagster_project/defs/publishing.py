"""Publish the checked warehouse. Versions and the switch live in `dagster_project.publishing`."""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

from dagster_project.asset_pages.counts import changes_table, counts_before, named_counts
from dagster_project.asset_pages.page import HOME
from dagster_project.asset_pages.pictures import budget_progress
from dagster_project.building.inputs import mark_published
from dagster_project.building.warehouse_file import built_inputs, forget_built
from dagster_project.defs.in_words import in_words
from dagster_project.dictionary.catalogue import catalogue_nodes, catalogue_of
from dagster_project.ingestion.held_back import record_held_back
from dagster_project.privacy.office import office_masking
from dagster_project.publishing import DATABASE, publish
from dagster_project.publishing.comments import comments_of
from dagster_project.quality.check_results import NotChecked, demand_check_results
from dagster_project.quality.held_back import noted_holds
from dagster_project.quality.issue_report import issue_lines, read_issues
from dagster_project.settings import PUBLISHED_SCHEMAS, Settings

SHOWN_ISSUES = 20
PUBLISHED_KEY = dg.AssetKey(["serving", "published"])


def build_published_asset(
    upstream: Iterable[dg.AssetKey], settings: Settings, manifest: Mapping[str, Any]
) -> dg.AssetsDefinition:
    """Build the asset that BI and reports read; it waits for the gate on everything upstream."""

    @dg.asset(
        key=PUBLISHED_KEY,
        deps=list(upstream),
        group_name="serving",
        kinds={"duckdb", "parquet"},
        owners=["team:办公厅行政处"],
        description="已发布的版本:一个 DuckDB 文件和同样内容的 Parquet,BI 打开 build/serving/current/published.duckdb。",
    )
    @in_words()
    def published(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        try:
            results = demand_check_results(settings.check_results, settings.warehouse_path)
        except NotChecked:
            forget_built(settings)  # so that the next night builds, as the message says
            raise
        before = counts_before(settings.serving_dir)
        version = publish(
            settings.warehouse_path,
            settings.serving_dir,
            PUBLISHED_SCHEMAS,
            settings.kept_versions,
            results,
            settings.kept_hours,
            office_masking(settings),
            comments_of((*manifest["nodes"].values(), *catalogue_nodes())),
            catalogue_of(manifest, PUBLISHED_SCHEMAS),
        )
        if not version.as_of and (inputs := built_inputs(settings)):
            mark_published(settings, inputs)
        if not version.as_of:
            record_held_back(settings.landing_dir, (hold.recorded for hold in noted_holds(settings)))
        issues = read_issues(version.path / DATABASE)
        return dg.MaterializeResult(
            metadata={
                "version": version.version,
                "is_new": version.is_new,
                "as_of": version.as_of,
                "mended": list(version.mended),
                "tables": len(version.tables),
                "path": str(version.path),
                "行数变化": dg.MetadataValue.md(changes_table(named_counts(version), before)),
                "预算执行进度": dg.MetadataValue.md(budget_progress(version.path) or "没有预算执行数据"),
                "全部数据表": dg.MetadataValue.url(HOME),
                "open_issues": issues.open_count,
                "accepted_issues": issues.accepted_count,
                "data_quality": dg.MetadataValue.md("\n\n".join(issue_lines(issues, SHOWN_ISSUES)) or "没有疑点"),
            }
        )

    return published
