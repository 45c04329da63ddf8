"""Fixtures of the cases: drops that went wrong once, each laid out like data/raw, beside the rule of each in words."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from ledger_files import CONTRACTS, Office

DROPS = Path(__file__).parent / "drops"


UNCOUNTED = {ledger: each.model_copy(update={"row_count": "optional"}) for ledger, each in CONTRACTS.items()}
"""The files of a case come without their number of rows; what is told then is a case of its own (`test_receipts`)."""


@pytest.fixture
def case(tmp_path: Path) -> Callable[[str], Office]:
    """Puts the drop of a case, by its name, into an office with all contracts; files of further instances may join it."""

    def of(name: str) -> Office:
        office = Office(tmp_path, UNCOUNTED)
        shutil.copytree(DROPS / name, office.raw)
        return office

    return of


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An empty drop folder under all contracts."""
    return Office(tmp_path, UNCOUNTED)
