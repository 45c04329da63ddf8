"""Functional and economic codes of projects as the money was really spent, beside what was allocated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.in_year.measured import valid_rows

if TYPE_CHECKING:
    import duckdb

NAMED = ("function_code", "department_economic_code", "government_economic_code")
LISTS = {name: f"code_lists/{name}s.csv" for name in NAMED}
CODES = f"""
    with spent as (
        select project_code, {", ".join(NAMED)},
            sum(amount_yuan) filter (fiscal_year = $year) as spent_yuan,
            sum(amount_yuan) filter (fiscal_year = $year - 1) as before_yuan
        from payments where department_code = $department and fiscal_year in ($year - 1, $year) group by all
    ),
    allocated as (
        select project_code, {", ".join(NAMED)}, sum(amount_yuan) as budget_yuan
        from budget_allocations where department_code = $department and fiscal_year = $year group by all
    )
    select project_code, {", ".join(NAMED)}, cast(coalesce(budget_yuan, 0) as double), cast(coalesce(spent_yuan, 0) as double),
        cast(coalesce(before_yuan, 0) as double),
        cast(coalesce(spent_yuan / nullif(sum(spent_yuan) over (partition by project_code), 0), 0) as double)
    from spent full join allocated using (project_code, {", ".join(NAMED)})
    where coalesce(budget_yuan, 0) <> 0 or coalesce(spent_yuan, 0) <> 0 or coalesce(before_yuan, 0) <> 0
    order by project_code, coalesce(spent_yuan, 0) desc, {", ".join(NAMED)}
"""


@dataclass(frozen=True)
class CodeLine:
    """What a project got and spent under three codes; yuan, and the part of the project's spending of the year, 0 to 1."""

    project: str
    codes: tuple[str, str, str]
    budget: float
    spent: float
    spent_before: float
    share: float

    @property
    def differs(self) -> bool:
        """Whether money was spent under codes without a budget, or budgeted under codes under which nothing was spent."""
        return (self.budget == 0) != (self.spent == 0)


def code_lines(connection: duckdb.DuckDBPyConnection, department: str, year: int) -> list[CodeLine]:
    """The lines of a department, by project and what was spent."""
    rows = connection.execute(CODES, {"department": department, "year": year}).fetchall()
    return [CodeLine(project, (first, second, third), *money) for project, first, second, third, *money in rows]


def code_names(seeds_dir: Path, year: int) -> Mapping[str, Mapping[str, str]]:
    """The names of the codes in force in a year, by kind of code."""
    return {
        name: {row["code"]: row["name_zh"] for row in valid_rows(seeds_dir / path, year)}
        for name, path in LISTS.items()
    }
