"""Which part of a drop is looked at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Scope:
    """``only`` these files or folders, ``ledgers`` only; None for everything."""

    only: tuple[Path, ...] | None = None
    ledgers: Collection[str] | None = None

    def holds(self, path: Path) -> bool:
        """Whether a file of the drop is looked at, whatever its ledger."""
        return self.only is None or any(path.resolve().is_relative_to(one.resolve()) for one in self.only)
