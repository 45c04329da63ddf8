"""Which part of a drop is looked at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Scope:
    """``only`` these files or folders, ``ledgers`` only; None for everything."""

    only: tuple[Path, ...] | None = None
    ledgers: Collection[str] | None = None

    def holds(self, path: Path) -> bool:
        """Whether a file of the drop is looked at, whatever its ledger."""
        if self.only is None:
            return True
        place = path.resolve()
        return not self._places.isdisjoint((place, *place.parents))

    @cached_property
    def _places(self) -> frozenset[Path]:
        return frozenset(one.resolve() for one in self.only or ())
