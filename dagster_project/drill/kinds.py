"""The catalogue of faults: what each kind does, where it can be planted, and what the night ought to say of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from dagster_project.contracts.layout import MoneyUnit
from dagster_project.contracts.strict import Bilingual, Identifier

CATALOGUE = Path(__file__).with_name("kinds.yaml")


class DrillError(RuntimeError):
    """The drill cannot be carried out; the message says why and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Where(_Strict):
    """Where a kind can be planted: what is not said may be anything.

    ``types`` and ``columns`` choose the column whose cells are changed; ``key`` whether it is the key, ``required`` whether it must
    be filled, ``codes`` whether it has a code list, ``percent`` whether it is in per cent. ``rows`` is a condition in SQL over landed
    rows, in which ``{column}`` stands for the column. ``unit`` is the money unit in force. ``least`` is how many such rows there
    must be. ``headers`` is how many rows of header the layout has at most.
    """

    ledgers: tuple[Identifier, ...] = ()
    columns: tuple[Identifier, ...] = ()
    types: tuple[str, ...] = ()
    key: bool | None = None
    required: bool | None = None
    codes: bool | None = None
    percent: bool | None = None
    bounded: bool | None = None
    unit: MoneyUnit | None = None
    formats: tuple[str, ...] = ()
    supersede: tuple[str, ...] = ()
    rows: str = ""
    least: int = 1


class Kind(_Strict):
    """A kind of fault.

    ``does`` names the function that plants it, ``how`` what that is told. ``hand_in`` says whether the file comes for the first time
    with the fault, or again, after a sound one. ``ought``: ``told`` with file and row, ``stopped``, or ``same``, for what changes nothing
    and must be read as if it were not there. ``whole`` says that the fault is the file's, so that to name the file is enough.
    """

    id: Identifier
    name: Bilingual
    does: Identifier
    how: dict[str, Any] = {}
    where: Where = Where()
    hand_in: Literal["first", "again"] = "first"
    ought: Literal["told", "stopped", "same"] = "told"
    whole: bool = False

    @property
    def is_harmless(self) -> bool:
        """Whether it must be read as if it were not there."""
        return self.ought == "same"


def load_kinds(path: Path = CATALOGUE) -> dict[str, Kind]:
    """The kinds of a catalogue by their names.

    Raises:
        DrillError: the catalogue says something that it may not.
    """
    from dagster_project.drill import doing  # noqa: F401  (its functions register themselves)
    from dagster_project.drill.planting import MUTATORS

    try:
        kinds = [Kind.model_validate(each) for each in yaml.safe_load(path.read_text(encoding="utf-8"))]
    except ValidationError as error:
        raise DrillError(f"{path.name}:{error}") from error
    if unknown := sorted({kind.does for kind in kinds} - MUTATORS.keys()):
        raise DrillError(f"{path.name}:没有这些做法:{'、'.join(unknown)};请在 drill/ 中补上或更正")
    found = {kind.id: kind for kind in kinds}
    if len(found) != len(kinds):
        raise DrillError(f"{path.name}:有的 id 写了两次")
    return found


def chosen_kinds(kinds: dict[str, Kind], wanted: Iterable[str]) -> list[Kind]:
    """The kinds of these names, all of them where none is named.

    Raises:
        DrillError: there is no such kind.
    """
    names = list(wanted)
    if unknown := [name for name in names if name not in kinds]:
        raise DrillError(f"没有差错种类 {'、'.join(unknown)};可用的种类:jixiao drill --list")
    return [kinds[name] for name in names] if names else list(kinds.values())
