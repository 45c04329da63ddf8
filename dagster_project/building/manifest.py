"""The dbt manifest that Dagster loads its assets from; parsed again only when a file of the dbt project changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
    if _is_current(settings, project_fingerprint(settings)):
        return manifest
    parse_project(settings)
    return manifest


def parse_project(settings: Settings) -> Any:
    """Parse in this process, write the manifest, and return it as dbt's own object.

    Raises:
        DbtParseError: dbt cannot parse the project.
    """
    from dbt.cli.main import dbtRunner

    fingerprint = project_fingerprint(settings)
    settings.dbt_target_dir.mkdir(parents=True, exist_ok=True)
    project = str(settings.dbt_project_dir)
    result = dbtRunner().invoke(["--quiet", "parse", "--project-dir", project, "--profiles-dir", project])
    if not result.success:
        raise DbtParseError(str(result.exception or result.result))
    _marker(settings).write_text(fingerprint, encoding="utf-8")
    return result.result


def _is_current(settings: Settings, fingerprint: str) -> bool:
    marker = _marker(settings)
    has_manifest = (settings.dbt_target_dir / "manifest.json").is_file()
    return has_manifest and marker.is_file() and marker.read_text(encoding="utf-8") == fingerprint


def _marker(settings: Settings) -> Path:
    return settings.dbt_target_dir / "manifest.sha256"
