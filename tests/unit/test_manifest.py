"""dbt parses the project once: a new build folder begins with what was kept, and reads its own landing zone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dagster_project.building import manifest
from dagster_project.building.manifest import ensure_manifest, parsed_project
from dagster_project.settings import Settings


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for parsed projects, instead of the one beside the code."""
    folder = tmp_path / "parsed"
    monkeypatch.setattr(Settings, "parsed_dbt_dir", folder)
    return folder


@pytest.fixture
def here(tmp_path: Path, kept: Path) -> Settings:
    """A build folder for which the project was parsed."""
    settings = Settings(build_dir=tmp_path / "here")
    settings.export_to_environment()
    parsed_project(settings)
    return settings


def nodes(settings: Settings) -> dict[str, Any]:
    """The manifest that Dagster reads, without when and by whom it was made."""
    return {k: v for k, v in json.loads(ensure_manifest(settings).read_text("utf-8")).items() if k != "metadata"}


def test_a_parsed_project_is_taken_for_other_build_folders(
    here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Settings(build_dir=tmp_path / '第二个"目录')
    monkeypatch.setattr(manifest, "_parse_and_keep", lambda *_: pytest.fail("parsed again"))
    taken = parsed_project(there)
    places = {source.meta["external_location"] for source in taken.sources.values()}
    assert places and all(f"{there.landing_dir}/" in place for place in places)
    moved = json.dumps(nodes(here)).replace(*(json.dumps(str(s.landing_dir))[1:-1] for s in (here, there)))
    assert nodes(there) == json.loads(moved)
    assert taken.flat_graph["sources"], "models that look at the graph find it"
    assert (there.dbt_target_dir / manifest.PARSED).is_file(), "a dbt that Dagster starts need not parse everything"


def test_a_changed_project_is_parsed_again_and_takes_the_place_of_what_was_kept(
    here: Settings, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (before,) = kept.iterdir()
    monkeypatch.setattr(manifest, "project_fingerprint", lambda _: "another")
    parsed_project(here)
    (now,) = kept.iterdir()
    assert now != before
    assert {file.name for file in now.iterdir()} == {manifest.MANIFEST, manifest.PARSED}


def test_where_nothing_can_be_kept_the_project_is_parsed_all_the_same(tmp_path: Path, kept: Path) -> None:
    kept.write_text("in the way", encoding="utf-8")
    settings = Settings(build_dir=tmp_path / "here")
    settings.export_to_environment()
    assert parsed_project(settings).sources
    assert kept.is_file()


def test_the_manifest_that_a_build_writes_anew_is_known_again(here: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    path = here.dbt_target_dir / manifest.MANIFEST
    path.write_bytes(path.read_bytes() + b"\n")
    manifest.note_manifest(here)
    monkeypatch.setattr(manifest, "parsed_project", lambda _: pytest.fail("read again"))
    assert ensure_manifest(here) == path
