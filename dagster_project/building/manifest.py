"""The dbt manifest that Dagster loads its assets from; parsed again only when a file of the dbt project changed."""

from __future__ import annotations

from pathlib import Path

from dagster_project.building.inputs import project_fingerprint
from dagster_project.settings import Settings


class DbtParseError(RuntimeError):
    """dbt cannot parse the project; the message is dbt's own."""


def ensure_manifest(settings: Settings) -> Path:
    """The path of an up-to-date manifest.

    Raises:
        DbtParseError: dbt cannot parse the project.
    """
    manifest = settings.dbt_target_dir / "manifest.json"
    marker = settings.dbt_target_dir / "manifest.sha256"
    fingerprint = project_fingerprint(settings)
    if manifest.is_file() and marker.is_file() and marker.read_text(encoding="utf-8") == fingerprint:
        return manifest
    from dbt.cli.main import dbtRunner

    settings.dbt_target_dir.mkdir(parents=True, exist_ok=True)
    project = str(settings.dbt_project_dir)
    result = dbtRunner().invoke(["--quiet", "parse", "--project-dir", project, "--profiles-dir", project])
    if not result.success:
        raise DbtParseError(str(result.exception or result.result))
    marker.write_text(fingerprint, encoding="utf-8")
    return manifest
