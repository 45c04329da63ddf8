"""Command line of the simulated office: `python -m simulation --out DIR`."""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from dagster_project.contracts.load import load_contracts
from dagster_project.contracts.model import Contract
from dagster_project.drill.kinds import load_kinds
from simulation import drop
from simulation.departments import drop as departments_drop
from simulation.drill_faults import plant_kinds
from simulation.faults import (
    FAULTS,
    NEGATIVE_BUDGET,
    Planted,
    has_payment_faults,
    planted_budget,
    write_payments_with_faults,
)
from simulation.ledgers.budget.budget_allocations import withdrawal_file
from simulation.paper.handed_in import HandedFile, registered
from simulation.paper.writer import write_file
from simulation.world.calendar import YEARS
from simulation.world.world import World

DEFAULT_SEED = 2023
PLANTED_YEAR = 2023


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the files of the years, the list of when they were received, and where faults were planted."""
    parser = argparse.ArgumentParser(
        prog="python -m simulation", description="Write the ledgers of an invented office."
    )
    parser.add_argument("--out", type=Path, required=True, help="landing folder to write")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another seed: other rows, same totals")
    parser.add_argument("--scale", type=int, default=1, help="how many times the events; money totals stay")
    parser.add_argument("--years", type=int, nargs="+", default=list(YEARS), choices=YEARS)
    known = (*FAULTS, *load_kinds())
    told = f"{', '.join(FAULTS)}, or a kind of `jixiao drill --list`"
    parser.add_argument("--plant", action="append", default=[], choices=known, metavar="FAULT", help=told)
    many = "write so many different departments with their hierarchy instead of the one office; their configuration beside --out"
    parser.add_argument("--departments", type=int, metavar="N", help=many)
    parser.add_argument("--truth", type=Path, help="list of planted faults (default: planted.json beside --out)")
    options = parser.parse_args(arguments)
    if options.scale < 1:
        parser.error("--scale begins at 1")
    if options.plant and PLANTED_YEAR not in options.years:
        parser.error(f"faults are planted in {PLANTED_YEAR}, which is not among --years")

    if options.departments is not None and (options.scale != 1 or sorted(set(options.years)) != list(YEARS)):
        parser.error("--departments writes one year at one scale: leave out --scale and --years")
    if options.departments is not None and set(options.plant) - set(FAULTS):
        parser.error(f"into departments only these faults are planted: {', '.join(FAULTS)}")
    own = frozenset(options.plant) & frozenset(FAULTS)
    if options.departments is None:
        handed, planted = write_drop(World(options.seed, options.scale), sorted(set(options.years)), options.out, own)
    else:
        handed, planted = departments_drop.write_departments(options.out, options.departments, options.seed, own)
        print(f"export JIXIAO_RAW_DIR={options.out.resolve()}")
        print(f"export JIXIAO_OFFICE_DIR={departments_drop.office_folder(options.out.resolve())}")
    write_received(options.out / "received.csv", handed)
    if kinds := frozenset(options.plant) - own:
        planted += plant_kinds(options.out, kinds, options.seed)
    if options.plant:
        truth = options.truth or options.out.resolve().parent / "planted.json"
        text = json.dumps([asdict(p) for p in planted], ensure_ascii=False, indent=2)
        truth.write_text(text + "\n", encoding="utf-8")


def write_drop(
    world: World, years: Sequence[int], out: Path, faults: frozenset[str] = frozenset()
) -> tuple[list[HandedFile], list[Planted]]:
    """Write all files below ``out``; returns them without their rows, and where the faults are."""
    contracts = load_contracts()
    handed: list[HandedFile] = []
    planted: list[Planted] = []
    payment_faults = faults - {NEGATIVE_BUDGET}
    for file in drop.files(world, years):
        if payment_faults and has_payment_faults(file):
            rng = world.stream("faults")
            planted += write_payments_with_faults(file, payment_faults, contracts["payments"], out, rng)
        else:
            write_file(file, contracts, out)
        handed.append(registered(file, contracts))
    if NEGATIVE_BUDGET in faults:
        file = withdrawal_file(PLANTED_YEAR)
        write_file(file, contracts, out)
        planted.append(planted_budget(file, contracts["budget_allocations"]))
        handed.append(registered(file, contracts))
    return handed, planted


def write_handed(handed: Sequence[HandedFile], contracts: Mapping[str, Contract], out: Path) -> None:
    """Write files below ``out``, and beside them when each was handed in."""
    for file in handed:
        write_file(file, contracts, out)
    write_received(out / "received.csv", [registered(file, contracts) for file in handed])


def write_received(path: Path, handed: Iterable[HandedFile]) -> None:
    """Write when each file was handed in, in that order."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        files = sorted(handed, key=lambda f: (f.received_at, f.path))
        is_counted = any(file.row_count for file in files)
        writer.writerow(["file", "department", "period", "received_at", *["rows"] * is_counted])
        for file in files:
            said = [file.path, file.department, file.period, file.received_at.isoformat()]
            writer.writerow([*said, *[file.row_count] * is_counted])


if __name__ == "__main__":
    main()
