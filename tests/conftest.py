"""What several kinds of tests need: the sample landed, built and published once."""

from __future__ import annotations

import pytest
from sample_warehouse import Warehouse

from dagster_project.nightly_run import NightlyRun
from dagster_project.settings import PROJECT_ROOT, Settings


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The shipped sample after its first night. Tests must not change it: `copy_to` makes one that they may."""
    settings = Settings(raw_dir=PROJECT_ROOT / "data" / "raw", build_dir=tmp_path_factory.mktemp("sample") / "build")
    return Warehouse(settings, NightlyRun(settings).execute(lambda text: None))
