"""Faults of the drill's catalogue (dagster_project/drill/kinds.yaml) planted into a simulated drop that was just written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from dagster_project.contracts import load_contracts
from dagster_project.drill.kinds import load_kinds
from dagster_project.drill.office import Office
from dagster_project.drill.planting import Planted, plant
from dagster_project.drill.sealed import put_in
from dagster_project.ingestion.landing import land_drop
from dagster_project.settings import Settings
from simulation.faults import Planted as Told


def plant_kinds(out: Path, wanted: Iterable[str], seed: int) -> list[Told]:
    """Plant one fault of each kind below ``out``, whose files must be whole; each fault sees those before it.

    Raises:
        DrillError: the drop has no place for a kind.
    """
    kinds = load_kinds()
    return [told for name in sorted(wanted) for told in _told(_planted(out, kinds[name].id, seed))]


def _planted(out: Path, name: str, seed: int) -> Planted:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(raw_dir=out, build_dir=Path(folder) / "build")
        land_drop(out, settings.landing_dir, load_contracts(), settings.department_code)
        fault = plant(load_kinds()[name], Office(settings), str(seed))
        put_in(fault, out)
        return fault


def _told(fault: Planted) -> Iterable[Told]:
    """Where a fault is: one entry per row, one without a row where it is the whole file's."""
    return [Told(fault.kind.id, fault.file, None, row, None, fault.words) for row in fault.rows or (0,)]
