"""The bands of `bands.yaml`: how much a file may lose, or have in common with another, before somebody has to confirm it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dagster_project.contracts import Contract
from dagster_project.contracts.faults import read_yaml

BANDS_FILE = Path(__file__).with_name("bands.yaml")


@dataclass(frozen=True)
class Bands:
    """The bands of one ledger; shares from 0 to 1, ``missing_rows`` and ``same_rows`` in rows."""

    missing_rows_share: float
    missing_rows: int
    smaller_sum_share: float
    same_share: float
    same_rows: int
    outside_period_share: float

    def may_miss(self, rows: int) -> int:
        """How many of so many rows may be missing in the file that takes their place."""
        return max(self.missing_rows, int(rows * self.missing_rows_share))


@cache
def _usual() -> dict[str, float]:
    return {name: band["value"] for name, band in read_yaml(BANDS_FILE).items()}


def bands_of(contract: Contract) -> Bands:
    """The bands of a ledger: those for all ledgers, and its own where its contract has any."""
    own = contract.replacing.model_dump(exclude={"why"}, exclude_none=True) if contract.replacing else {}
    return Bands(**(_usual() | own))
