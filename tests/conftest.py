"""What several kinds of tests need: the sample landed, built and published once."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Iterator

import pytest
from filelock import FileLock
from sample_warehouse import Warehouse
from ui_server import RunningUi, running_ui

from dagster_project.nightly_run import NightlyRun
from dagster_project.settings import PROJECT_ROOT, Settings

# Every other folder under pytest's own is a module's and goes with it.
OF_THE_SESSION = "of_the_session"


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The shipped sample after its first night. Tests must not change it: `copy_to` makes one that they may.

    Of several test processes the first makes it and the others wait.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder = folder / OF_THE_SESSION
    folder.mkdir(exist_ok=True)
    made = folder / "sample.pickle"
    with FileLock(folder / "sample.lock"):
        if not made.exists():
            settings = Settings(raw_dir=PROJECT_ROOT / "data" / "raw", build_dir=folder / "sample" / "build")
            result = NightlyRun(settings).execute(lambda text: None)
            made.write_bytes(pickle.dumps(Warehouse(settings, result)))
        return pickle.loads(made.read_bytes())


@pytest.fixture(scope="module", autouse=True)
def folders_of_the_module(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[None]:
    """Remove what a module built for its tests once the last has ended, unless one failed.

    A built warehouse takes about 230 MB: kept until the session ends, they fill a small disk.
    """
    place = tmp_path_factory.getbasetemp()
    before, failed_before = set(place.iterdir()), request.session.testsfailed
    yield
    if request.session.testsfailed == failed_before:
        for folder in set(place.iterdir()) - before - {place / OF_THE_SESSION}:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def ui(sample: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUi]:
    """`jixiao ui` as it starts without settings, on a copy of the sample. Tests may launch runs that land files."""
    folder = tmp_path_factory.getbasetemp() / OF_THE_SESSION / "ui"
    folder.mkdir(parents=True)
    with running_ui(sample.copy_to(folder).settings, folder / "ui.log") as running:
        yield running
