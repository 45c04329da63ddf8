"""A fingerprint of everything a build depends on, so that a night without news rebuilds nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from dagster_project import privacy
from dagster_project.hashing import sha256_of
from dagster_project.ingestion.submissions import LOG_NAME
from dagster_project.quality.acceptances import accepted_file
from dagster_project.settings import PUBLISHED_SCHEMAS, Settings

ENGINE_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "phonenumbers", "python-stdnum")
PRIVACY_DIR = Path(privacy.__file__).parent
IGNORED_PARTS = {"target", "logs", "__pycache__"}


def folder_fingerprint(folder: Path) -> str:
    """A hash of the files of a folder, without what dbt and Python write there."""
    return _hash_files(_files(folder), folder)


def project_fingerprint(settings: Settings) -> str:
    """A hash of the dbt project's files."""
    return folder_fingerprint(settings.dbt_project_dir)


def input_fingerprint(settings: Settings) -> str:
    """A hash of what was landed, the contracts, the models, the suites, what is accepted, what is masked how, and the engines."""
    log = settings.landing_dir / LOG_NAME
    digest = hashlib.sha256()
    for part in (
        project_fingerprint(settings),
        folder_fingerprint(settings.expectations_dir),
        hashlib.sha256(log.read_bytes()).hexdigest() if log.is_file() else "",
        folder_fingerprint(settings.contracts_dir),
        folder_fingerprint(PRIVACY_DIR),
        settings.internal_free_text,
        str(settings.issue_rows),
        sha256_of(accepted) if (accepted := accepted_file(settings.raw_dir)) else "",
        ",".join(PUBLISHED_SCHEMAS),
        *([settings.engine] if settings.engine != "duckdb" else []),
        *(f"{package}={version(package)}" for package in ENGINE_PACKAGES),
    ):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def is_up_to_date(settings: Settings, fingerprint: str) -> bool:
    """Whether the current published version was made from these inputs."""
    marker = _marker(settings)
    has_outputs = settings.warehouse_path.is_file() and (settings.serving_dir / "current").exists()
    return has_outputs and marker.is_file() and marker.read_bytes() == fingerprint.encode()


def mark_published(settings: Settings, fingerprint: str) -> None:
    """Remember from which inputs the current published version was made."""
    _marker(settings).write_text(fingerprint, encoding="utf-8")


def _marker(settings: Settings) -> Path:
    return settings.serving_dir / "inputs.sha256"


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not IGNORED_PARTS & set(path.parts)]


def _hash_files(paths: Iterable[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
