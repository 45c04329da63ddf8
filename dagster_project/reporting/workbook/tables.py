"""The sheets of the workbook after the scored table: which rows of the published version they show, and in which columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb

from dagster_project.publishing.versions import DATABASE
from dagster_project.reporting.reading.published import OF_THE_YEAR, Row, rows_of
from dagster_project.reporting.reading.scored_year import ScoredYear
from dagster_project.reporting.workbook.arrears import (
    ARREARS_QUERIES,
    ARREARS_SHEET,
    ARREARS_TABLE,
    ARREARS_WIDTHS,
    write_arrears,
)
from dagster_project.reporting.workbook.books import (
    BOOKS_QUERIES,
    BOOKS_SHEET,
    BOOKS_WIDTHS,
    FINDINGS_SHEET,
    FINDINGS_WIDTHS,
    write_books,
    write_findings,
)
from dagster_project.reporting.workbook.budget_tables import write_base_data
from dagster_project.reporting.workbook.contract_tables import write_contracts
from dagster_project.reporting.workbook.definition_tables import write_definitions, write_evidence
from dagster_project.reporting.workbook.project_tables import write_monitoring, write_targets
from dagster_project.reporting.workbook.projects import PROJECTS_QUERY, PROJECTS_WIDTHS, write_projects
from dagster_project.reporting.workbook.quality import (
    ISSUES_SHEET,
    ISSUES_WIDTHS,
    quality_tables,
    write_issues,
    write_statements,
)
from dagster_project.reporting.workbook.reviews import (
    REVIEWS_QUERIES,
    REVIEWS_SHEET,
    REVIEWS_TABLE,
    REVIEWS_WIDTHS,
    write_reviews,
)
from dagster_project.reporting.workbook.sheet_writer import Sheet, Tables

QUERIES = {
    **ARREARS_QUERIES,
    **BOOKS_QUERIES,
    **REVIEWS_QUERIES,
    "targets": """
        select final.*, first_version.target as first_target, first_version.approved_on as first_approved_on
        from marts.fct_department_targets as final
        left join marts.fct_department_targets as first_version
            on final.department_code = first_version.department_code and final.fiscal_year = first_version.fiscal_year
            and final.indicator_no = first_version.indicator_no and first_version.version = 1 and final.version > 1
        where final.is_final and final.department_code = $department and final.fiscal_year = $year
        order by list_position(['产出', '效益', '满意度'], final.indicator_kind), final.indicator_no
    """,
    "funds": f"select * from marts.budget_execution_by_fund where {OF_THE_YEAR} order by fund_type",
    "kinds": f"""
        select spending_kind, sum(initial_yuan) as initial_yuan, sum(budget_yuan) as budget_yuan, sum(spent_yuan) as spent_yuan
        from marts.budget_execution_by_project where {OF_THE_YEAR} group by spending_kind order by spending_kind
    """,
    "quarters": f"""
        select * from marts.budget_execution_by_month where {OF_THE_YEAR} and month_no % 3 = 0 order by month_no
    """,
    "three_public": f"select * from marts.three_public_expenses where {OF_THE_YEAR} order by line_no",
    "public_funds": f"select * from marts.public_funds where {OF_THE_YEAR} order by department_economic_code",
    "carry_over": f"""
        select * from marts.carry_over_summary where {OF_THE_YEAR}
        order by is_fiscal_appropriation desc, fund_type, spending_kind, balance_kind
    """,
    "staff": f"select * from marts.fct_staff_counts where {OF_THE_YEAR} and is_latest_of_year order by row_number",
    "assets": f"select * from marts.assets_by_state where {OF_THE_YEAR} order by asset_class, asset_state",
    "projects": PROJECTS_QUERY,
    "monitored": """
        select duties.*, records.spent_yuan, records.spending_progress_pct, records.target_progress_pct, records.gap_points,
            records.deviation_zh, records.measure_taken_zh
        from marts.monitoring_duties as duties
        left join marts.fct_monitoring_records as records
            using (department_code, fiscal_year, project_code, period_name)
        where duties.department_code = $department and duties.fiscal_year = $year
            and duties.project_code in (
                select fact_key from evaluation.evidence
                where figure_id = 'monitoring.required' and department_code = $department and fiscal_year = $year
            )
        order by duties.project_code, duties.due_on, duties.period_name
    """,
    "contracts": f"""
        select * from marts.procurement_chain where {OF_THE_YEAR}
        order by coalesce(procurement_no, chain_no), chain_no
    """,
    "clock_states": "select distinct state, state_name from marts.contract_clocks order by all",
    "parameters": """
        select * from evaluation.parameters where $year between valid_from and coalesce(valid_to, 9999) order by parameter
    """,
}
WITHHELD = "(涉密,不公开)"
NOT_PUBLIC = ("supplier_name", "amount_yuan", "paid_by_year_end_yuan", "owed_yuan", "interest_yuan")
"""What the public edition does not tell of a secret procurement, besides its name."""


@dataclass(frozen=True)
class SheetPlan:
    """A sheet: its name, the widths of its columns, and what it shows; with ``needs``, only where that table has rows."""

    name: str
    widths: tuple[float, ...]
    write: Callable[[Sheet, ScoredYear, Tables], None]
    needs: str = ""


def read_tables(year: ScoredYear, edition: str) -> Tables:
    """The rows of all sheets; in the public edition without names and suppliers of secret procurements."""
    with duckdb.connect(str(year.version_dir / DATABASE), read_only=True) as connection:
        key = {**year.key, "scheme": year.scorecard.scheme["scheme_id"]}
        tables = {name: rows_of(connection, query, _used(query, key)) for name, query in QUERIES.items()}
    tables |= quality_tables(year, edition)
    if edition == "public":
        for name in ("contracts", ARREARS_TABLE):
            tables[name] = [without_secret(row) for row in tables[name]]
    return tables


def without_secret(row: Row) -> Row:
    """A procurement or contract as the public edition tells it: of a secret one neither name nor supplier nor amounts."""
    if not row["is_secret"]:
        return row
    return row | {name: None for name in NOT_PUBLIC if name in row} | {"chain_name": WITHHELD}


def _used(query: str, key: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in key.items() if f"${name}" in query}


SHEETS = (
    SheetPlan("绩效目标完成情况", (9, 5, 28, 11, 12, 11, 12, 13, 12, 8, 8, 30), write_targets),
    SheetPlan("基础数据表", (24, 14, 19, 19, 19, 17, 17), write_base_data),
    SheetPlan("项目自评汇总", PROJECTS_WIDTHS, write_projects),
    SheetPlan("500万元以上项目监控", (22, 11, 16, 9, 16, 9, 9, 9, 26, 20, 11, 11, 8), write_monitoring),
    SheetPlan(
        "采购与合同时效明细",
        (11, 13, 26, 14, 20, 14, 7, 8, 11, 11, 7, 8, 7, 8, 7, 8, 8, 7, 8, 7, 8),
        write_contracts,
    ),
    SheetPlan(ARREARS_SHEET, ARREARS_WIDTHS, write_arrears, needs=ARREARS_TABLE),
    SheetPlan(BOOKS_SHEET, BOOKS_WIDTHS, write_books),
    SheetPlan(FINDINGS_SHEET, FINDINGS_WIDTHS, write_findings),
    SheetPlan(REVIEWS_SHEET, REVIEWS_WIDTHS, write_reviews, needs=REVIEWS_TABLE),
    SheetPlan("佐证材料清单", (10, 62, 12, 9, 18, 62), write_evidence),
    SheetPlan("口径与差异说明", (30, 18, 46, 22, 12, 32), write_definitions),
    SheetPlan("数据质量说明", (5, 20, 38, 26, 26, 26, 26, 9, 8, 7), write_statements),
    SheetPlan(ISSUES_SHEET, ISSUES_WIDTHS, write_issues),
)
"""The sheets after the scored table, in order."""
