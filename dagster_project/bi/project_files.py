"""The files of this project that are generated from the dashboards: Superset's bundle in `bi/superset`, dbt's exposures."""

from __future__ import annotations

from pathlib import Path

from dagster_project.bi.bundle import bundle_of, stale_files, write_bundle
from dagster_project.bi.declared import load
from dagster_project.bi.exposures import exposures_text
from dagster_project.bi.known import known_of
from dagster_project.bi.sources import sources_of
from dagster_project.on_disk import holds_text
from dagster_project.settings import PROJECT_ROOT, PUBLISHED_SCHEMAS, Settings

BUNDLE = PROJECT_ROOT / "bi" / "superset"
EXPOSURES = "_exposures.yml"


def stale_project_files(settings: Settings) -> list[Path]:
    """Those that are not what would be written now."""
    texts, exposures, path = _texts(settings)
    return [*stale_files(BUNDLE, texts), *([] if holds_text(path, exposures) else [path])]


def write_project_files(settings: Settings) -> list[Path]:
    """Write them; returns those that changed."""
    texts, exposures, path = _texts(settings)
    changed = write_bundle(BUNDLE, texts)
    if not holds_text(path, exposures):
        path.write_text(exposures, encoding="utf-8")
        changed.append(path)
    return changed


def _texts(settings: Settings) -> tuple[dict[str, str], str, Path]:
    known, declared = known_of(settings), load()
    sources = sources_of(declared, known)
    tables = [
        f"{row['schema_name']}.{row['table_name']}" for row in known.tables if row["schema_name"] in PUBLISHED_SCHEMAS
    ]
    path = settings.dbt_project_dir / "models" / EXPOSURES
    return bundle_of(declared, sources), exposures_text(declared, sources, tables), path
