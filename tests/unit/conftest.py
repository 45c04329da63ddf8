"""Fixtures of the ingestion tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledger_files import CONTRACTS, Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An empty drop folder under the shipped contracts."""
    return Office(tmp_path, CONTRACTS)
