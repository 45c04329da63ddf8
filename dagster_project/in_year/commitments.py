"""What signed contracts will still cost in the year, by how much of such contracts was paid by the year's end a year before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dagster_project.in_year.project_years import Key, ProjectYear

if TYPE_CHECKING:
    import duckdb

LEAST_PROJECTS = 5
"""Projects with contracts a year before, below which their error says nothing."""
UNPAID = """
    with paid as (
        select department_code, contract_no, sum(amount_yuan) as paid_yuan
        from payments where fiscal_year = $year and contract_no is not null group by all
    )
    select contracts.department_code, procurements.project_code, contracts.contract_no,
        cast(contracts.amount_yuan - coalesce(paid_yuan, 0) as double)
    from contracts
    inner join procurements using (department_code, procurement_no)
    left join paid using (department_code, contract_no)
    where contracts.period_year = $year and procurements.project_code is not null
        and signed_by_supplier_on is not null and signed_by_buyer_on is not null
        and contracts.amount_yuan > coalesce(paid_yuan, 0)
    order by all
"""
BY_CONTRACT = """
    select department_code, project_code, cast(sum(amount_yuan) as double) from payments
    where fiscal_year = $year and month_no <= $month and contract_no in (select unnest($contracts)) group by all
"""


@dataclass(frozen=True)
class Commitment:
    """Of a project: what signed contracts leave unpaid, and what was paid on them so far, in yuan."""

    unpaid: float
    paid: float


@dataclass(frozen=True)
class Commitments:
    """What is committed by project, and what it tells.

    ``paid_part`` of what is unpaid was paid by the year's end a year before; ``error`` is how far an estimate of a rate by it was off
    then, as a standard deviation, infinite where too few projects tell.
    """

    of: Mapping[Key, Commitment]
    paid_part: float = 0.0
    error: float = float("inf")

    def rest(self, project: ProjectYear, share: float) -> float | None:
        """What a project will still spend: on contracts the usual part of what is unpaid, on the rest as its season has it."""
        committed = self.of.get(project.key)
        if committed is None or not np.isfinite(self.error) or share <= 0:
            return None
        other = max(project.spent - committed.paid, 0.0)
        return self.paid_part * committed.unpaid + other * (1 - share) / share


NONE = Commitments({})


def committed(connection: duckdb.DuckDBPyConnection, year: int, month: int) -> dict[Key, Commitment]:
    """The commitments of a year after a month as `known_at` shows them."""
    unpaid: dict[Key, float] = {}
    numbers: dict[Key, list[str]] = {}
    for department, project, contract, yuan in connection.execute(UNPAID, {"year": year}).fetchall():
        key = department, year, project
        unpaid[key] = unpaid.get(key, 0.0) + yuan
        numbers.setdefault(key, []).append(contract)
    every = [each for contracts in numbers.values() for each in contracts]
    asked = {"year": year, "month": month, "contracts": every}
    paid = {(a, year, b): yuan for a, b, yuan in connection.execute(BY_CONTRACT, asked).fetchall()} if every else {}
    return {key: Commitment(yuan, paid.get(key, 0.0)) for key, yuan in unpaid.items()}


def learned(
    now: Mapping[Key, Commitment],
    then: Mapping[Key, Commitment],
    as_then: Mapping[Key, ProjectYear],
    ended: Mapping[Key, ProjectYear],
    shares: Mapping[Key, float],
) -> Commitments:
    """What commitments tell this year, learned from the same day of the year before.

    Args:
        now: the commitments of this year.
        then: those of the year before as known on the same day.
        as_then: its projects as known then.
        ended: its projects as they ended.
        shares: the part of a year's spending that each had usually made by then.
    """
    known = [key for key in then if key in as_then and key in ended and as_then[key].budget > 0 and shares.get(key)]
    if len(known) < LEAST_PROJECTS:
        return Commitments(now)
    rest = np.array([ended[key].spent - as_then[key].spent for key in known])
    other = np.array([max(as_then[key].spent - then[key].paid, 0.0) * (1 - shares[key]) / shares[key] for key in known])
    unpaid = np.array([then[key].unpaid for key in known])
    part = float(np.clip((rest - other) @ unpaid / (unpaid @ unpaid), 0.0, 1.0))
    budgets = np.array([ended[key].budget for key in known])
    errors = (other + part * unpaid - rest) / budgets
    return Commitments(now, part, float(np.sqrt((errors @ errors) / (len(known) - 1))))
