"""Fixtures of the ingestion tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledger_files import PAYMENTS, Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An empty drop folder under the contract of payments; the others would only cost time."""
    return Office(tmp_path, {"payments": PAYMENTS})
