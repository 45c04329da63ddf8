"""The dbt manifest that Dagster loads its assets from; parsed again only when a file of the dbt project changed.

What dbt made of the project is kept beside it, as Python keeps its bytecode, and every new build folder begins with that.
Of the folder that it was parsed for, a parsed project only knows where the landing zone lies, in its sources.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.aside import remove
from dagster_project.building.inputs import project_fingerprint
from dagster_project.hashing import sha256_of
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

MANIFEST = "manifest.json"
PARSED = "partial_parse.msgpack"
"""dbt's own copy of a parsed project, with what it needs to build and leaves out of the manifest for others."""
LANDING = "JIXIAO_LANDING"
"""The variable by which the sources know the landing zone; dbt notes its value down."""
PARSERS = ("dbt-core", "dbt-duckdb", "dbt-common", "dbt-adapters")


class DbtParseError(RuntimeError):
    """dbt cannot parse the project; the message is dbt's own."""


def ensure_manifest(settings: Settings) -> Path:
    """The path of an up-to-date manifest.

    Raises:
        DbtParseError: dbt cannot parse the project.
    """
    manifest = settings.dbt_target_dir / MANIFEST
    if not _is_current(settings, project_fingerprint(settings)):
        parsed_project(settings)
    return manifest


def parsed_project(settings: Settings) -> Manifest:
    """The project as dbt's own object, its manifest written; parsed in this process, unless it was before.

    Raises:
        DbtParseError: dbt cannot parse the project.
    """
    fingerprint = project_fingerprint(settings)
    settings.dbt_target_dir.mkdir(parents=True, exist_ok=True)
    kept = _kept_folder(settings, fingerprint)
    try:
        parsed = _take(kept, settings)
    except Exception:  # nothing was kept, or it is damaged: every library has its own word for that
        parsed = _parse_and_keep(kept, settings)
    _marker(settings).write_text(_mark(settings, fingerprint), encoding="utf-8")
    return parsed


def note_manifest(settings: Settings) -> None:
    """Remember that the manifest that lies there is of the project that was parsed: dbt writes it anew with each build."""
    fingerprint, _, _ = _marker(settings).read_text(encoding="utf-8").partition(" ")
    _marker(settings).write_text(_mark(settings, fingerprint), encoding="utf-8")


def _parse_and_keep(kept: Path, settings: Settings) -> Manifest:
    from dbt.cli.main import dbtRunner

    # A damaged copy of an earlier parse would be read first.
    remove(settings.dbt_target_dir / PARSED)
    project = str(settings.dbt_project_dir)
    result = dbtRunner().invoke(["--quiet", "parse", "--project-dir", project, "--profiles-dir", project])
    if not result.success:
        raise DbtParseError(str(result.exception or result.result))
    with contextlib.suppress(OSError):  # a project that cannot be written to is parsed for each build folder
        _keep(kept, settings)
    return result.result


def _kept_folder(settings: Settings, fingerprint: str) -> Path:
    parts = (fingerprint, *(f"{package}={version(package)}" for package in PARSERS))
    return settings.parsed_dbt_dir / hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _keep(kept: Path, settings: Settings) -> None:
    """Keep what was just parsed, in place of older ones; the folder appears with everything in it."""
    unfinished = kept.with_name(f"{kept.name}.{os.getpid()}")
    unfinished.mkdir(parents=True)
    for name in (MANIFEST, PARSED):
        shutil.copyfile(settings.dbt_target_dir / name, unfinished / name)
    for older in set(kept.parent.iterdir()) - {unfinished}:
        shutil.rmtree(older, ignore_errors=True)
    unfinished.rename(kept)


def _take(kept: Path, settings: Settings) -> Manifest:
    """Read a kept project for this build folder."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import SourceDefinition

    packed = (kept / PARSED).read_bytes()
    # For a dbt that Dagster starts by name: it looks what changed since.
    (settings.dbt_target_dir / PARSED).write_bytes(packed)
    parsed = Manifest.from_msgpack(packed)
    before, now = (json.dumps(path)[1:-1] for path in (parsed.env_vars[LANDING], str(settings.landing_dir)))
    for name, source in parsed.sources.items():
        moved = json.dumps(source.to_dict()).replace(before, now)
        parsed.sources[name] = SourceDefinition.from_dict(json.loads(moved))
    parsed.build_flat_graph()
    manifest = (kept / MANIFEST).read_text(encoding="utf-8").replace(before, now)
    (settings.dbt_target_dir / MANIFEST).write_text(manifest, encoding="utf-8")
    return parsed


def _is_current(settings: Settings, fingerprint: str) -> bool:
    try:
        return _marker(settings).read_bytes() == _mark(settings, fingerprint).encode()
    except OSError:
        return False


def _mark(settings: Settings, fingerprint: str) -> str:
    """What a manifest is known by: the project it was made of, and its own bytes."""
    return f"{fingerprint} {sha256_of(settings.dbt_target_dir / MANIFEST)}"


def _marker(settings: Settings) -> Path:
    return settings.dbt_target_dir / "manifest.sha256"
