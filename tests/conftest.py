"""What several kinds of tests need: the sample landed, built and published once."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator

import pytest
from filelock import FileLock
from sample_warehouse import Warehouse
from ui_server import RunningUi, running_ui

from dagster_project.nightly_run import NightlyRun
from dagster_project.settings import PROJECT_ROOT, Settings


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The shipped sample after its first night. Tests must not change it: `copy_to` makes one that they may.

    Of several test processes the first makes it and the others wait.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    made = folder / "sample.pickle"
    with FileLock(folder / "sample.lock"):
        if not made.exists():
            settings = Settings(raw_dir=PROJECT_ROOT / "data" / "raw", build_dir=folder / "sample" / "build")
            result = NightlyRun(settings).execute(lambda text: None)
            made.write_bytes(pickle.dumps(Warehouse(settings, result)))
        return pickle.loads(made.read_bytes())


@pytest.fixture(scope="session")
def ui(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUi]:
    """`jixiao ui` as it starts without settings, on a copy of the sample. Tests may launch runs that land files."""
    folder = tmp_path_factory.mktemp("ui")
    with running_ui(sample.copy_to(folder).settings, folder / "ui.log") as running:
        yield running
