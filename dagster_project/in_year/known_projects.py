"""Projects of all years out of what was known at a moment: one row each, added up in SQL."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from dagster_project.in_year.project_years import MONTHS, Expected, Key, ProjectYear
from dagster_project.ingestion.dates_sql import first_and_last_day

if TYPE_CHECKING:
    import duckdb

INITIAL = "年初预算"
PROJECTS = f"""
    with allocated as (
        select
            department_code, cast(fiscal_year as integer) as fiscal_year, project_code,
            any_value(project_name) as project_name, any_value(project_category) as project_category,
            sum(amount_yuan) filter (source_type = '{INITIAL}') as initial_yuan, sum(amount_yuan) as budget_yuan
        from budget_allocations group by all
    ),
    spent as (
        select department_code, fiscal_year, project_code, any_value(project_category) as project_category,
            any_value(project_name) as project_name
        from payments group by all
    ),
    listed as (
        select department_code, cast(period_year as integer) as fiscal_year, project_code, project_name,
            responsible_unit, project_category, initial_budget_yuan
        from projects
    )
    select
        department_code, fiscal_year, project_code,
        coalesce(listed.project_name, allocated.project_name, spent.project_name, project_code) as project_name,
        coalesce(listed.responsible_unit, '') as unit,
        coalesce(listed.project_category, allocated.project_category, spent.project_category, '') as category,
        coalesce(kinds.spending_kind, '') as kind,
        cast(coalesce(allocated.budget_yuan, 0) as double) as allocated_yuan,
        cast(coalesce(listed.initial_budget_yuan - allocated.initial_yuan, 0) as double) as gap_yuan
    from allocated
    full join spent using (department_code, fiscal_year, project_code)
    full join listed using (department_code, fiscal_year, project_code)
    left join spending_kinds as kinds
        on coalesce(listed.project_category, allocated.project_category, spent.project_category)
            = kinds.project_category
    order by department_code, fiscal_year, project_code
"""
PAID = """
    select department_code, fiscal_year, project_code, month_no,
        cast(sum(amount_yuan) as double), sum(cast(amount_yuan as double) * cast(amount_yuan as double))
    from payments group by all order by all
"""
EXPECTED = """
    select department_code, cast(substring(forecast_quarter, 1, 4) as integer), project_code,
        cast(substring(made_in_quarter, 6, 1) as integer), cast(substring(forecast_quarter, 6, 1) as integer),
        cast(expected_spending_yuan as double)
    from spending_forecasts
    where substring(made_in_quarter, 1, 4) = substring(forecast_quarter, 1, 4) and expected_spending_yuan is not null
    order by all
"""
PERIODS = "select department_code, period_year, period from submissions where ledger = 'payments'"


def project_years(connection: duckdb.DuckDBPyConnection) -> list[ProjectYear]:
    """Every project with a budget, a payment or a line in the register, of every year, as `known_at` shows them.

    The initial budget is that of the register where the allocations of January say otherwise: a mistyped allocation of tens of
    millions is corrected months later, and the register has the approved sum. By how much they differ is kept.
    """
    months = _known_months(connection)
    paid: dict[Key, np.ndarray] = defaultdict(lambda: np.zeros((2, MONTHS)))
    for department, year, code, month, yuan, squares in connection.execute(PAID).fetchall():
        if month <= months[department, year]:
            paid[department, year, code][:, month - 1] = yuan, squares
    expected: dict[Key, list[Expected]] = defaultdict(list)
    for department, year, code, made_in, quarter, yuan in connection.execute(EXPECTED).fetchall():
        expected[department, year, code].append(Expected(made_in, 3 * quarter - 2, 3 * quarter, yuan))
    found = []
    for department, year, code, name, unit, category, kind, allocated, gap in connection.execute(PROJECTS).fetchall():
        key = department, year, code
        found.append(
            ProjectYear(
                department, year, code, name, unit, kind, category, allocated + gap, paid[key][0], paid[key][1],
                months[department, year], gap, tuple(expected[key]),
            )
        )  # fmt: skip
    return found


def _known_months(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, int], int]:
    """Up to which month each department's payments of a year were handed in without a gap."""
    covered: dict[tuple[str, int], set[int]] = defaultdict(set)
    for department, year, period in connection.execute(PERIODS).fetchall():
        first, last = first_and_last_day(period)
        covered[department, year].update(range(first.month, last.month + 1))
    found = defaultdict(int)
    for key, months in covered.items():
        found[key] = next((month - 1 for month in range(1, MONTHS + 1) if month not in months), MONTHS)
    return found
