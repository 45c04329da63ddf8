"""The rooms of the simulated office: who may import whom, one module for each ledger, and modules that stay small."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from ledger_files import NOT_OF_THE_OFFICE

from dagster_project.contracts.load import load_contracts
from simulation import drop
from simulation.world.calendar import YEARS
from simulation.world.world import World

PACKAGE = Path(drop.__file__).parent
MAY_IMPORT = {
    "world": ("world",),
    "paper": ("paper", "world.values", "world.organisation"),
    "ledgers": ("ledgers", "paper", "world"),
}
"""What each room may import of the simulation. The ground floor knows none but itself, and paper knows no ledger."""
LONGEST_MODULE, LONGEST_FUNCTION = 300, 60


def modules(package: Path) -> dict[str, Path]:
    """The modules of a package by dotted name; a package is its ``__init__``."""
    named = {path: path.relative_to(package.parent).with_suffix("").parts for path in package.rglob("*.py")}
    return {".".join(parts[:-1] if parts[-1] == "__init__" else parts): path for path, parts in named.items()}


def imports(name: str, path: Path, known: Iterable[str]) -> set[str]:
    """What a module imports of the ``known`` modules, wherever it stands: in functions and under TYPE_CHECKING as well."""
    found: set[str] = set()
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*parents, node.module or ""]).strip(".") if node.level else node.module or ""
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    # Importing a module runs the packages above it first; those that are above this module too are running already.
    found |= {above for each in found for above in packages_above(each)} - packages_above(name)
    return found & set(known) - {name}


def packages_above(name: str) -> set[str]:
    parts = name.split(".")
    return {".".join(parts[:n]) for n in range(1, len(parts))}


def graph(package: Path) -> dict[str, set[str]]:
    named = modules(package)
    return {name: imports(name, path, named) for name, path in named.items()}


def circle(edges: Mapping[str, set[str]]) -> list[str]:
    """The modules of a circle in their order, or nothing."""
    done: set[str] = set()

    def walk(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return trail[trail.index(name) :]
        if name in done:
            return []
        for target in sorted(edges[name]):
            if found := walk(target, [*trail, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(edges) if (found := walk(name, []))), [])


def test_no_module_imports_itself_through_others() -> None:
    edges = graph(PACKAGE)
    assert len(edges) > 90 and sum(map(len, edges.values())) > 400
    assert circle(edges) == []


@pytest.mark.parametrize(
    "hidden",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from office.first import A\n",
        "def late():\n    from . import first\n",
        "import office.first\n",
        "from .first import A\n",
    ],
)
def test_a_hidden_circle_is_found(hidden: str, tmp_path: Path) -> None:
    package = tmp_path / "office"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "first.py").write_text("from office.second import B\nA = B\n")
    (package / "second.py").write_text(hidden)
    assert circle(graph(package)) == ["office.first", "office.second"]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    allowed = tuple(f"simulation.{name}" for name in MAY_IMPORT[room])
    wrong = [
        f"{name}: {target}"
        for name, targets in graph(PACKAGE).items()
        if f"{name}.".startswith(f"simulation.{room}.")
        for target in targets
        if not any(f"{target}.".startswith(f"{each}.") for each in allowed)
        and target not in ("simulation", "simulation.world")
    ]
    assert wrong == []


def test_each_contract_has_a_ledger_module_and_each_module_a_contract() -> None:
    of_contracts = {
        f"{contract.domain}.{name}" for name, contract in load_contracts().items() if name not in NOT_OF_THE_OFFICE
    }
    files = (path for path in (PACKAGE / "ledgers").glob("*/*.py") if path.name != "__init__.py")
    assert {f"{path.parent.name}.{path.stem}" for path in files} == of_contracts == drop.makers().keys()


def test_each_ledger_module_hands_in_its_own_ledger_each_year() -> None:
    world = World(seed=1)
    for name, maker in drop.makers().items():
        assert list(inspect.signature(maker).parameters) == ["world", "year"], name
        for year in YEARS:
            files = list(maker(world, year))
            assert files and {sheet.ledger for file in files for sheet in file.sheets} == {name.partition(".")[2]}, name
            workbooks = {group[0] for group in drop.ONE_WORKBOOK if name in group} or {name}
            assert {f"{file.path.split('/')[0]}" for file in files} == {each.partition(".")[2] for each in workbooks}


def test_sheets_of_one_workbook_must_be_handed_in_at_once() -> None:
    world = World(seed=1)
    (deputies,) = drop.makers()["deputies.deputies"](world, 2023)
    (mandates,) = drop.makers()["deputies.mandates"](world, 2023)
    (whole,) = drop.put_together([deputies, mandates])
    assert [sheet.ledger for sheet in whole.sheets] == ["deputies", "mandates"]
    with pytest.raises(ValueError, match="at once, for one period"):
        drop.put_together([deputies, replace(mandates, period="2022")])


def test_modules_and_functions_of_the_simulation_stay_small() -> None:
    long = []
    for name, path in modules(PACKAGE).items():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > LONGEST_MODULE:
            long.append(name)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION:
                long.append(f"{name}.{node.name}")
    assert long == []
