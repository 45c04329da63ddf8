"""Publish the checked warehouse. Versions and the switch live in `dagster_project.publishing`."""

from collections.abc import Iterable

import dagster as dg

from dagster_project.building.inputs import input_fingerprint, mark_published
from dagster_project.defs.warehouse import BuildConfig
from dagster_project.publishing import publish
from dagster_project.quality.check_results import demand_check_results
from dagster_project.settings import PUBLISHED_SCHEMAS, Settings

PUBLISHED_KEY = dg.AssetKey(["serving", "published"])


def build_published_asset(upstream: Iterable[dg.AssetKey], settings: Settings) -> dg.AssetsDefinition:
    """Build the asset that BI and reports read; it waits for the gate on everything upstream."""

    @dg.asset(
        key=PUBLISHED_KEY,
        deps=list(upstream),
        group_name="serving",
        kinds={"duckdb", "parquet"},
        owners=["team:办公厅行政处"],
        description="已发布的版本:一个 DuckDB 文件和同样内容的 Parquet,BI 打开 build/serving/current/published.duckdb。",
    )
    def published(context: dg.AssetExecutionContext, config: BuildConfig) -> dg.MaterializeResult:
        version = publish(
            settings.warehouse_path,
            settings.serving_dir,
            PUBLISHED_SCHEMAS,
            settings.kept_versions,
            demand_check_results(settings.check_results, settings.warehouse_path),
            make_current=not config.as_of,
        )
        if not config.as_of:
            mark_published(settings, input_fingerprint(settings))
        return dg.MaterializeResult(
            metadata={
                "version": version.version,
                "is_new": version.is_new,
                "tables": len(version.tables),
                "path": str(version.path),
            }
        )

    return published
