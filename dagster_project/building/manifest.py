"""The dbt manifest that Dagster loads its assets from; parsed again only when a file of the dbt project changed."""

from __future__ import annotations

import subprocess
import sys
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
    manifest, fingerprint = settings.dbt_target_dir / "manifest.json", project_fingerprint(settings)
    if _is_current(settings, fingerprint):
        return manifest
    from dbt.cli.main import dbtRunner

    settings.dbt_target_dir.mkdir(parents=True, exist_ok=True)
    project = str(settings.dbt_project_dir)
    result = dbtRunner().invoke(["--quiet", "parse", "--project-dir", project, "--profiles-dir", project])
    if not result.success:
        raise DbtParseError(str(result.exception or result.result))
    _marker(settings).write_text(fingerprint, encoding="utf-8")
    return manifest


def parse_meanwhile(settings: Settings) -> subprocess.Popen[bytes] | None:
    """Start parsing in another process where it is needed, so that this one can load Dagster; a failure shows when it is used."""
    if _is_current(settings, project_fingerprint(settings)):
        return None
    settings.export_to_environment()
    command = [sys.executable, "-m", "dagster_project.building.manifest", settings.model_dump_json()]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603


def _is_current(settings: Settings, fingerprint: str) -> bool:
    marker = _marker(settings)
    has_manifest = (settings.dbt_target_dir / "manifest.json").is_file()
    return has_manifest and marker.is_file() and marker.read_text(encoding="utf-8") == fingerprint


def _marker(settings: Settings) -> Path:
    return settings.dbt_target_dir / "manifest.sha256"


if __name__ == "__main__":
    ensure_manifest(Settings.model_validate_json(sys.argv[1]))
