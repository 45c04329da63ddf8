"""What several kinds of tests need: the sample landed, built and published once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sample_warehouse import Warehouse
from ui_server import RunningUi, running_ui

from dagster_project.nightly_run import NightlyRun
from dagster_project.settings import PROJECT_ROOT, Settings


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The shipped sample after its first night. Tests must not change it: `copy_to` makes one that they may."""
    settings = Settings(raw_dir=PROJECT_ROOT / "data" / "raw", build_dir=tmp_path_factory.mktemp("sample") / "build")
    return Warehouse(settings, NightlyRun(settings).execute(lambda text: None))


@pytest.fixture(scope="session")
def ui(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUi]:
    """`jixiao ui` as it starts without settings, on a copy of the sample. Tests may launch runs that land files."""
    folder = tmp_path_factory.mktemp("ui")
    with running_ui(sample.copy_to(folder).settings, folder / "ui.log") as running:
        yield running
