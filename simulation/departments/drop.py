"""Write one drop of many departments, group by group in processes of their own, with the office folder that describes them."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from dagster_project.contracts.load import load_contracts
from dagster_project.office import put_together
from dagster_project.settings import PROJECT
from simulation.departments.configuration import write_configuration
from simulation.departments.files import files
from simulation.departments.members import Member, register_of, units_of
from simulation.departments.money import YEAR, Money, money_of, numbered, together
from simulation.departments.purchases import Purchases, purchases_of
from simulation.departments.world import DepartmentWorld
from simulation.faults import NEGATIVE_BUDGET, Planted, has_payment_faults, planted_budget, write_payments_with_faults
from simulation.paper.handed_in import HandedFile, registered
from simulation.paper.writer import write_file
from simulation.world.budget import WITHDRAWN
from simulation.world.calendar import beijing
from simulation.world.chance import stream
from simulation.world.values import yuan

WORKERS = 2
TRANSFER_MONTH = 10
Written = tuple[list[HandedFile], list[Planted]]


def office_folder(out: Path) -> Path:
    """Where the configuration of a drop is written: beside it."""
    return out.with_name(f"{out.name}_office")


def write_departments(
    out: Path, count: int, seed: int, faults: Collection[str] = (), workers: int = WORKERS
) -> Written:
    """Write the files of so many departments below ``out`` and their office folder beside it.

    Args:
        out: the landing folder to write.
        count: how many departments hand in.
        seed: another seed, other departments.
        faults: faults of `simulation.faults` planted into the last department.
        workers: how many processes write at once.

    Returns:
        The files without their rows, and where the faults are.
    """
    members = register_of(count, seed)
    office = office_folder(out.resolve())
    write_configuration(office, members)
    configured = office.with_name(f"{office.name}_together")
    put_together(office, PROJECT, configured)
    groups = [
        [each for each in members if head.code in (each.code, each.parent)]
        for head in members
        if head.level == "competent"
    ]
    at_fault = members[-1].code if faults else ""
    tasks = [(group, seed, out, configured / "contracts", frozenset(faults), at_fault) for group in groups]
    if workers > 1 and len(tasks) > 1:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            done = list(pool.map(_write_group, tasks))
    else:
        done = [_write_group(task) for task in tasks]
    return [file for files_, _ in done for file in files_], [one for _, planted in done for one in planted]


def _write_group(task: tuple[list[Member], int, Path, Path, frozenset[str], str]) -> Written:
    group, seed, out, contracts_folder, faults, at_fault = task
    contracts = load_contracts(contracts_folder)
    handed: list[HandedFile] = []
    planted: list[Planted] = []
    for world in worlds(group, seed):
        chosen = faults if world.member.code == at_fault else frozenset()
        in_payments = chosen - {NEGATIVE_BUDGET}
        made = list(files(world))
        if NEGATIVE_BUDGET in chosen:
            made.append(_withdrawal(world, next(f for f in made if f.path.endswith("年中调整.csv"))))
            planted.append(planted_budget(made[-1], contracts["budget_allocations"]))
        for file in made:
            if in_payments and has_payment_faults(file):
                rng = world.stream("faults")
                planted += write_payments_with_faults(file, in_payments, contracts["payments"], out, rng)
            else:
                write_file(file, contracts, out)
            handed.append(registered(file, contracts))
    return handed, planted


def worlds(group: Sequence[Member], seed: int) -> list[DepartmentWorld]:
    """The members of a group with their money and purchases; a department that reports its units knows theirs as well."""
    money: dict[str, Money] = {}
    bought: dict[str, Purchases] = {}
    for member in group:
        rng = stream(seed, "money", member.code)
        own = money_of(member, rng)
        numbered(member, own.vouchers)
        _transfer(own, group, rng)
        money[member.code], bought[member.code] = own, purchases_of(member, own, rng)
    agencies = {member.serial: member.agency for member in group}
    made: list[DepartmentWorld] = []
    for member in group:
        known, purchases = money[member.code], bought[member.code]
        if member.reports_units:
            below = [each.code for each in units_of(member, group)]
            known = together(known, [money[code] for code in below])
            every = [purchases, *(bought[code] for code in below)]
            purchases = Purchases(
                [row for each in every for row in each.intentions],
                [row for each in every for row in each.procurements],
                [row for each in every for row in each.contracts],
            )
        made.append(DepartmentWorld(seed, member, known, purchases, agencies))
    return made


def _transfer(own: Money, group: Sequence[Member], rng: random.Random) -> None:
    """A competent department pays its first unit once: a payment that is no spending of the group."""
    units = units_of(own.member, group)
    if units:
        able = [
            v for v in own.vouchers if not v.allocation.line.project.is_basic and v.cleared_on.month == TRANSFER_MONTH
        ]
        rng.choice(able).payee_name = units[0].official_name


def _withdrawal(world: DepartmentWorld, like: HandedFile) -> HandedFile:
    """A file that withdraws more than there is, in the shape of the department's own adjustments."""
    total = sum(allocation.amount_fen for allocation in world.money.budget.allocations)
    wrong = {
        **like.sheets[0].rows[0],
        "allocation_no": f"ZB{YEAR}{world.member.serial:03d}99999",
        "source_type": WITHDRAWN,
        "issued_on": date(YEAR, 12, 15),
        "amount_yuan": yuan(-10 * total),
    }
    sheet = replace(like.sheets[0], rows=[wrong])
    return replace(
        like, path=like.path.replace("年中调整", "收回"), received_at=beijing(YEAR, 12, 20, 16, 12), sheets=[sheet]
    )
